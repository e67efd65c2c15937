"""Measured matmul throughput of CPU and GPU hosts, verified and explained, as evidence files a plan can read."""
