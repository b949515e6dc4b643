"""Which inputs move a figure, by how much, and at which value of one the answer turns."""
