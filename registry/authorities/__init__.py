"""Authorities: the public bodies, their versions in time, and the mergers between them."""
