"""Imports of authorities and signatures: the official registers and spreadsheets; dry unless told to write."""
