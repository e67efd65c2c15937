"""The policy pack ``petaplan``: every rule on the resources of the graph."""
