"""A repository of one's own: what `petaplan init` writes, and what it asks of the folder and of the package."""
