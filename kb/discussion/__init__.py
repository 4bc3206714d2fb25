"""What people say about a guide: comments at a section, and whether it was useful."""
