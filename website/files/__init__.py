"""Files on the site: sending one, reading one, and the pages where guides and authorities keep theirs."""
