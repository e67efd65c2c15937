"""The record of what is deployed where, and since which update."""
