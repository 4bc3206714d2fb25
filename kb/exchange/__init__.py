"""The whole knowledge base as a folder of files, out and back in: `flask kb export` and `flask kb import`."""
