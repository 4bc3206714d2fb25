"""Imports in the site: a file comes in, its columns are chosen, every row is looked over, and then it is written."""
