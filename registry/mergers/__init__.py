"""Mergers (herindelingen): what an authority that ends leaves to its successor, by choices that are shown."""
