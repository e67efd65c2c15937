"""Work on a plan: what declared runs and services take, and whether their devices are there."""
