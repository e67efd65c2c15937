"""Compare the findings of an older tree of petaplan with those of this one: ``python -m tools.compare OLD_TREE``."""
