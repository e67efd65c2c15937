"""capacity decides: a hub in, a report out. It speaks neither Pulumi nor CuPy."""

if __name__ == "capacity":  # imported by its name of version 0.1, from the checkout
    from petaplan.old_names import take_over

    take_over(__name__)
