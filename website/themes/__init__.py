"""The integral approach: a page per theme, where guides and register meet; and what others show at a guide."""
