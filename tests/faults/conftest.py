"""Projects on the real engine, as the gate's tests have them."""

from tests.gate.conftest import new_stack, project
from tests.infra.conftest import make_project

__all__ = ["make_project", "new_stack", "project"]
