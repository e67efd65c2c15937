"""Outputs of infra's reports beside the general ones: a module here that holds an ``Output`` is found."""
