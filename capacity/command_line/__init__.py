"""What every command of `petaplan` shares: the table of commands, options, output, exit codes."""
