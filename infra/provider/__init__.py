"""The native Pulumi provider ``petaplan``: process ``pulumi-resource-petaplan``."""
