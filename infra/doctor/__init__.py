"""What a host and a project need for petaplan, and what of it is missing."""
