"""Whether a guide is in good order: links, reading level, what falls due."""
