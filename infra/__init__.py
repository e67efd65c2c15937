"""The Pulumi side: a hub becomes resources, resources become a hub, and the inventory keeps step."""

if __name__ == "infra":  # imported by its name of version 0.1, from the checkout
    from petaplan.old_names import take_over

    take_over(__name__)
