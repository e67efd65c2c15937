"""The commands of `petaplan` that need nothing but a plan and the catalogue: one file a command."""
