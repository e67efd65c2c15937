"""From installed peak to goodput."""
