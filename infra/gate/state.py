"""The state of a stack, as the backend holds it, and the hub in it."""

import hashlib
import json
from pathlib import Path

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.infra.collect import collect
from petaplan.infra.gate.engine import NO_STACK, EngineError, ask
from petaplan.infra.gate.judging import declared_hub
from petaplan.infra.project import project_folder
from petaplan.infra.records import Deployment, records_of_deployment


def exported(stack: str, folder: Path) -> Deployment:
    """What ``pulumi stack export`` says.

    Raises:
        PlanError: when there is no such stack.
        EngineError: when its backend can't be reached.
    """
    try:
        read: Deployment = json.loads(ask(["stack", "export", "--stack", stack], folder))
    except EngineError as error:
        if NO_STACK not in str(error):
            raise
        advice = "see `pulumi stack ls`"
        raise PlanError([Problem(where="--stack", found=repr(stack), expected="a stack", advice=advice)]) from None
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
    return collect(records_of_deployment(exported(stack, project_folder(Path.cwd()))))


def program_hub(stack: str) -> Hub:
    """The hub that the settings of a stack declare: what ``program:NAME`` means to ``petaplan diff``.

    Raises:
        PlanError: when it can't be read.
    """
    return declared_hub(stack, project_folder(Path.cwd()))
