"""Throw-away Pulumi projects, as for the provider's tests."""

from tests.infra.conftest import make_project, new_stack

__all__ = ["make_project", "new_stack"]
