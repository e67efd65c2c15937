"""Read the inventory of deployed objects. Without a command it lists them."""
