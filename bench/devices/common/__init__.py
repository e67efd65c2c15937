"""The device protocol, and parts of all backends."""
