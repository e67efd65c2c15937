"""Simulated devices, for tests."""
