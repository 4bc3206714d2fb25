"""Imports: authorities and signatures from the official registers and from spreadsheets. Looked over before written."""
