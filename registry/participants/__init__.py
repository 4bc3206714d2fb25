"""Participants: an authority under an agreement, with what it promised and how far it is."""
