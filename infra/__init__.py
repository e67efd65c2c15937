"""The Pulumi side: a hub to resources, resources to a hub, and the inventory."""

if __name__ == "infra":  # imported by its name of version 0.1, from the checkout
    from petaplan.old_names import take_over

    take_over(__name__)
