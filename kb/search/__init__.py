"""Search: words to stems, the index, and the question. Nothing outside this package knows which engine it is."""
