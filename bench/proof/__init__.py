"""Prove the claims of docs/bench.md on the devices of a host: `petaplan-bench prove`."""
