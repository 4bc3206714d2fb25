"""Buyer groups: public bodies that write one market vision and buy by it."""
