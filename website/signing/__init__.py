"""Pages of signing that take files: the mandate, a signature on paper, and the document that ends one."""
