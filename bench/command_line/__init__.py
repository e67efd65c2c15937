"""Parts of all commands: options, check of arguments, exit codes."""
