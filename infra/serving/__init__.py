"""A plan as a page of this machine, made again whenever a file changes that it was made from."""
