"""Measure the matmul throughput of CPU and GPU hosts, and keep the results as evidence for a plan."""

if __name__ == "bench":  # imported by its name of version 0.1, from the checkout
    from petaplan.old_names import take_over

    take_over(__name__)
