"""Matmul throughput of CPU and GPU hosts: measured, verified, explained, and kept as evidence for a plan."""
