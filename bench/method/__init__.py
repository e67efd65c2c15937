"""One run on one host, each measurement in a process of its own."""
