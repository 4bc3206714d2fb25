"""Buyer groups where register and knowledge base meet: guides that help, files, and the index of searching."""
