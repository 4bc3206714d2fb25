"""Search: one index behind one small interface."""
