"""Third floor: the knowledge base."""
