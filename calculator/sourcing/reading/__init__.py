"""A plain dict, shaped like a file, to a network, its rules and its objective."""
