"""`petaplan inventory transfer`: decides which stack owns entries."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from petaplan.capacity.errors import PlanError, Problem
from petaplan.infra.gate.engine import ask
from petaplan.infra.inventory.model import EngineProcess, Holder, Inventory, Owner
from petaplan.infra.inventory.opening import InventorySettings, expected_address, open_inventory
from petaplan.infra.inventory.ownership import Stack, entries
from petaplan.infra.inventory_notices import tell_of_unended
from petaplan.infra.project import project_folder
from petaplan.infra.records import Deployment
from petaplan.infra.stack_settings import default_inventory, inventories_of_project, inventory_settings
from petaplan.infra.stack_states import (
    generations_of,
    resources_of,
    stack_named,
    state_of,
    states_of_project,
    tokens_of,
)

File = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help=f"Another inventory: {expected_address()} (default: that of the stack)."),
]


def transfer(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Stack whose entries they are now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Stack whose entries they shall be; may be the same.")],
    *,
    copy: Annotated[
        bool, typer.Option("--copy", help="Give NEW a token and entries of its own; OLD keeps its own.")
    ] = False,
    file: File = None,
) -> None:
    """Give the entries of a stack to another stack, or to the same stack with another state.

    After `pulumi stack rename`, name the old and the new name. After the state was lost, restored or made anew, name
    the stack twice. Exit codes: 0 they are transferred, 2 bad input, 3 a tool broke.
    """
    folder = project_folder(Path.cwd())
    source, target = stack_named(old, folder), stack_named(new, folder)
    state = state_of(target, folder)
    if state is None:
        _refuse(new, "no such stack", "the stack that has the state now", "see `pulumi stack ls`")
    where = InventorySettings(address=file, folder=Path.cwd()) if file else inventory_settings(target[1], folder)
    with closing(open_inventory(where)) as inventory:
        _refuse_wrong(inventory, source, target, state, folder, copy=copy)
        held = _tokens_held(inventory, source)
        token, drawn = _token_for(state, held, copy=copy)
        with claimed(inventory, source, target):
            count = inventory.transfer(source, target, token, copy=copy)
            _hold_as_in(inventory, state, target)
            for other in tokens_of(state):
                if token and other != token and not drawn:
                    inventory.name_owner(other, token)
            if drawn:
                _write_token(state, target, folder, held, token)
        tell_of_unended(inventory, folder)
    sys.stdout.write(f"{_told(count, source, target, copy=copy)}\n")


def _hold_as_in(inventory: Inventory, state: Deployment, stack: Stack) -> None:
    """The entries are those of the resources in the state, whatever created them: a delete of these removes them."""
    for key, named in generations_of(state, stack).items():
        entry = inventory.get(key)
        if entry is not None and not set(named) <= entry.generations:
            made = {at: Holder(resource=resource, update=entry.changed_in) for at, resource in named.items()}
            inventory.hold(key, made)


def _told(count: int, source: Stack, target: Stack, *, copy: bool) -> str:
    name, other = "/".join(target), "/".join(source)
    if source == target:
        return f"{entries(count)} of stack {name} taken over"
    return f"{entries(count)} of stack {other} {'copied' if copy else 'transferred'} to stack {name}"


def _token_for(state: Deployment, held: Sequence[str], *, copy: bool) -> tuple[str, bool]:
    """The token of the entries from now on, and whether it must be written into the state.

    Without a token in the state the entries have none: the next update of the stack takes them over.
    """
    known = tokens_of(state)
    if copy and set(known) & set(held):
        return os.urandom(16).hex(), True
    return (next((one for one in known if one in held), known[0]) if known else ""), False


def _tokens_held(inventory: Inventory, stack: Stack) -> list[str]:
    return [one.token for one in inventory.holdings() if (one.project, one.stack) == stack]


def _refuse_wrong(
    inventory: Inventory, source: Stack, target: Stack, state: Deployment, folder: Path, *, copy: bool
) -> None:
    """Refuses what would take entries from a stack that still has them."""
    held = set(_tokens_held(inventory, source))
    if source == target:
        if copy:
            _refuse("--copy", "one stack named twice", "two stacks", "leave --copy out")
        for other, others in states_of_project(folder).items():
            if other != target and held & set(tokens_of(others)) - set(tokens_of(state)):
                name = "/".join(other)
                advice = f"run `petaplan inventory transfer {'/'.join(source)} {name}` first"
                _refuse("/".join(source), f"entries that stack {name} has in its state", "entries of no stack", advice)
        return
    if not held:
        _refuse_without_entries(inventory, source, target, folder)
    before = state_of(source, folder)
    if copy or before is None:
        return
    objects = any(str(one["type"]).startswith("petaplan:") for one in resources_of(before))
    if held & set(tokens_of(before)) or (objects and not held & set(tokens_of(state))):
        advice = "for a copy add --copy; for a rename remove the old stack first"
        _refuse("/".join(source), "a checkpoint of that stack", "a stack that is gone", advice)


def _refuse_without_entries(inventory: Inventory, source: Stack, target: Stack, folder: Path) -> NoReturn:
    """The inventory has nothing of a stack; another one of the project may have it."""
    for settings in {default_inventory(folder), *inventories_of_project(folder).values()}:
        with closing(open_inventory(settings)) as other:
            if other.where != inventory.where and _tokens_held(other, source):
                found = f"its entries in {other.where}, while stack {'/'.join(target)} keeps {inventory.where}"
                setting = f"petaplan:inventory {settings.address} --stack {target[1]}"
                advice = f"run `pulumi config set {setting}`, then this again"
                _refuse("/".join(source), found, "one inventory for both stacks", advice)
    _refuse("/".join(source), "no entries in the inventory", "entries to transfer", "see `petaplan inventory list`")


@contextmanager
def claimed(inventory: Inventory, *stacks: Stack, program: str = "petaplan inventory") -> Iterator[None]:
    """No update of these stacks begins meanwhile, and none is at work; an update of the program records it.

    Raises:
        InventoryError: an update of one of them is at work.
    """
    import psutil

    started = float(psutil.Process().create_time())
    engine = EngineProcess(address=f"petaplan {os.getpid()}", pid=os.getpid(), started=started)
    begun: list[int] = []
    try:
        for stack in dict.fromkeys(stacks):
            token = next(iter(_tokens_held(inventory, stack)), "")
            begun.append(inventory.begin_update(*stack, engine, program, Owner(token=token)))
        yield
    finally:
        inventory.end_updates(begun)


def _write_token(state: Deployment, target: Stack, folder: Path, held: Sequence[str], token: str) -> None:
    """The state of a copy gets a token of its own."""
    text = json.dumps(state)
    for old in set(tokens_of(state)) & set(held):
        text = text.replace(json.dumps(old), json.dumps(token))
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        path = Path(scratch) / "state.json"
        path.write_text(text, encoding="utf-8")
        ask(["stack", "import", "--stack", target[1], "--file", str(path)], folder)


def _refuse(where: str, found: str, expected: str, advice: str) -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
