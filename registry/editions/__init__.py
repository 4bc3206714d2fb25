"""Editions: the annual form of one year, frozen once it opens."""
