"""What commands share: options, the check of what was typed, and how a run of the command line ends."""
