"""The state of a stack, as the backend holds it, and the hub in it."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.infra.collect import collect
from petaplan.infra.gate.engine import NO_NAME, NO_STACK, EngineError, ask
from petaplan.infra.gate.judging import declared_hub
from petaplan.infra.inventory_notices import tell_of_unended_in
from petaplan.infra.project import project_folder
from petaplan.infra.records import Deployment, records_of_deployment
from petaplan.infra.stack_settings import SEE_STACKS, short_name, stack_file


def exported(stack: str, folder: Path) -> Deployment:
    """What ``pulumi stack export`` says.

    Raises:
        PlanError: when there is no such stack.
        EngineError: when its backend can't be reached.
    """
    short_name(stack, folder)
    read: Deployment = json.loads(_known(["stack", "export", "--stack", stack], stack, folder))
    return read


def state_hash(deployment: Deployment) -> str:
    """One hash of every resource and what is pending; an update that changed nothing leaves it as it was."""
    state = deployment.get("deployment") or {}
    kept = {
        "resources": sorted(state.get("resources") or (), key=lambda one: (one["urn"], str(one.get("id", "")))),
        "pending": state.get("pending_operations") or state.get("pendingOperations") or [],
    }
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def stack_hub(stack: str) -> Hub:
    """The hub that a stack holds: what ``stack:NAME`` means to ``petaplan diff``.

    Raises:
        PlanError: when it holds no hub.
        EngineError: when it can't be read.
    """
    folder = project_folder(Path.cwd())
    state = exported(stack, folder)
    tell_of_unended_in(stack, folder)
    return collect(records_of_deployment(state), folder)


def program_hub(stack: str) -> Hub:
    """The hub that the settings of a stack declare: what ``program:NAME`` means to ``petaplan diff``.

    Raises:
        PlanError: when there is no such stack, or its plan can't be read.
        EngineError: when a stack without settings of its own can't be looked up.
    """
    folder = project_folder(Path.cwd())
    require_stack(stack, folder)
    return declared_hub(stack, folder)


def require_stack(stack: str, folder: Path) -> None:
    """Make sure that a stack is there: the defaults of a project are those of no other name.

    Raises:
        PlanError: when there is no such stack.
        EngineError: when a stack without settings of its own can't be looked up.
    """
    if not stack_file(stack, folder).exists():
        _known(["stack", "--show-name", "--stack", stack], stack, folder)


def _known(command: Sequence[str], stack: str, folder: Path) -> str:
    """What a command of the CLI says of a stack.

    Raises:
        PlanError: when there is no such stack.
        EngineError: when its backend can't be reached.
    """
    try:
        return ask(command, folder)
    except EngineError as error:
        if not any(mark in str(error) for mark in (NO_STACK, NO_NAME)):
            raise
        problem = Problem(where="--stack", found=repr(stack), expected="a stack", advice=SEE_STACKS)
        raise PlanError([problem]) from None
