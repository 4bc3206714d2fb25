"""Second floor: people, what they are a member of, and how they sign in."""
