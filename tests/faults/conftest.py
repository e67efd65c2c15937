"""Projects on the real engine, as the gate's tests have them."""

from tests.gate.conftest import new_stack, project

__all__ = ["new_stack", "project"]
