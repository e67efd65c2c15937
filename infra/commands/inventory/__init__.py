"""Read the inventory: what stands where, since which update. Without a command of its own it lists."""
