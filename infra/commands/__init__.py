"""The commands of `petaplan` that need Pulumi or the inventory: one file a command, one folder a group."""
