"""Python environment, Pulumi CLI, local backend and stacks, each made once, by the standard library."""
