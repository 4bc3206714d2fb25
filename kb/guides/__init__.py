"""Guides: pages of the knowledge base with all their revisions."""
