"""The states of a project's stacks, for the commands that decide whose entries the inventory holds."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from petaplan.capacity.errors import PlanError, Problem
from petaplan.infra.gate.engine import NO_STACK, EngineError, ask
from petaplan.infra.inventory.model import Key
from petaplan.infra.inventory.ownership import Stack
from petaplan.infra.kinds import PACKAGE, STANDING, kind_of_token
from petaplan.infra.records import Deployment
from petaplan.infra.stack_settings import read_project

PROVIDER = f"pulumi:providers:{PACKAGE}"
"""Type of the provider resource, whose state keeps the owner token."""

TOKEN = "owner"


def project_name(folder: Path) -> str:
    """The name of the project in a folder."""
    return str(read_project(folder).get("name") or folder.name)


def stack_named(text: str, folder: Path) -> Stack:
    """Project and name of a stack that a user names: ``dev``, ``project/dev`` or ``organization/project/dev``.

    Raises:
        PlanError: when it is no name of a stack.
    """
    parts = text.split("/")
    if not all(parts) or len(parts) > 3:
        expected = "the name of a stack, or project/stack"
        raise PlanError([Problem(where="stack", found=repr(text), expected=expected, advice="see `pulumi stack ls`")])
    return (parts[-2] if len(parts) > 1 else project_name(folder)), parts[-1]


def state_of(stack: Stack, folder: Path) -> Deployment | None:
    """What ``pulumi stack export`` says of a stack; None where the backend has no such stack.

    Raises:
        EngineError: when the backend can't be reached.
    """
    project, name = stack
    spelt = name if project == project_name(folder) else f"organization/{project}/{name}"
    try:
        read: Deployment = json.loads(ask(["stack", "export", "--stack", spelt], folder))
    except EngineError as error:
        if NO_STACK in str(error):
            return None
        raise
    return read


def states_of_project(folder: Path) -> dict[Stack, Deployment]:
    """The state of each stack that the backend has of the project.

    Raises:
        EngineError: when the backend can't be reached.
    """
    project = project_name(folder)
    listed = json.loads(ask(["stack", "ls", "--json"], folder))
    stacks = [(project, str(one["name"]).rsplit("/", 1)[-1]) for one in listed]
    found = ((stack, state_of(stack, folder)) for stack in stacks)
    return {stack: state for stack, state in found if state is not None}


def resources_of(deployment: Deployment) -> list[Mapping[str, object]]:
    """Every resource of a state."""
    return list((deployment.get("deployment") or {}).get("resources") or ())


def tokens_of(deployment: Deployment) -> tuple[str, ...]:
    """The owner tokens that a state keeps, in its order."""
    found: dict[str, None] = {}
    for resource in resources_of(deployment):
        inputs = resource.get("inputs")
        if resource["type"] == PROVIDER and isinstance(inputs, Mapping) and isinstance(inputs.get(TOKEN), str):
            found[inputs[TOKEN]] = None
    return tuple(found)


def generations_of(deployment: Deployment, stack: Stack) -> dict[Key, dict[int, str]]:
    """The generations of each object that a state has, with the resource of each."""
    found: dict[Key, dict[int, str]] = {}
    for resource in resources_of(deployment):
        key = Key.parse(str(resource.get("id"))) if kind_of_token(str(resource["type"])) else None
        outputs = resource.get("outputs")
        standing = outputs.get(STANDING) if isinstance(outputs, Mapping) else None
        if key is not None and isinstance(standing, Mapping) and isinstance(standing.get("generation"), int):
            own = Key(project=stack[0], stack=stack[1], kind=key.kind, name=key.name)
            named = "::".join((str(resource["type"]), str(resource["urn"]).rsplit("::", 1)[-1]))
            found.setdefault(own, {})[standing["generation"]] = named
    return found


def keys_of(deployment: Deployment, stack: Stack) -> Iterator[Key]:
    """The keys of the objects in a state, those that still wait for their deletion too."""
    for resource in resources_of(deployment):
        if kind_of_token(str(resource["type"])) is None or not resource.get("id"):
            continue
        key = Key.parse(str(resource["id"]))
        if key is not None:
            yield Key(project=stack[0], stack=stack[1], kind=key.kind, name=key.name)
