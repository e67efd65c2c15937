"""Results of other benchmarks, read into rates that somebody else reported."""
