"""The policy pack ``petaplan``: every rule, held against the resources that are really in the graph."""
