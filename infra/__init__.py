"""The Pulumi side: a hub becomes resources, resources become a hub, and the inventory keeps step."""
