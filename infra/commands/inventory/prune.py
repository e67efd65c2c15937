"""`petaplan inventory prune`: removes the entries that no stack has."""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.infra.checkpoints import backend_digest
from petaplan.infra.commands.inventory.list import settings_for
from petaplan.infra.commands.inventory.transfer import File, claimed
from petaplan.infra.inventory.keeping import is_running
from petaplan.infra.inventory.model import Entry, Inventory, Update
from petaplan.infra.inventory.opening import open_inventory
from petaplan.infra.inventory.ownership import SETTLED, Stack, entries, never_ended
from petaplan.infra.inventory_notices import ended_without_checkpoint, tell_of_unended
from petaplan.infra.project import project_folder
from petaplan.infra.records import Deployment
from petaplan.infra.stack_states import keys_of, project_name, stack_named, state_of, states_of_project, tokens_of

ANY_GENERATION = 2**53


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What this project and its backend know of the stacks."""

    folder: Path
    states: Mapping[Stack, Deployment]
    backend: str


def prune(
    *,
    stack: Annotated[str | None, typer.Option(metavar="NAME", help="Only entries of this stack.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
    file: File = None,
) -> None:
    """Remove the entries that no stack has, such as those of an update that was killed.

    Exit codes: 0 none of them is left, 1 the answer was no, 2 bad input, 3 a tool broke.
    """
    folder = project_folder(Path.cwd())
    with closing(open_inventory(settings_for(stack, file, folder))) as inventory:
        known = _Known(folder=folder, states=states_of_project(folder), backend=backend_digest(folder))
        found = dict(_by_stack(inventory))
        if stack is not None:
            named = stack_named(stack, folder)
            _refuse_unknown(stack, {*found, *known.states}, named)
            found = {one: held for one, held in found.items() if one == named}
        left: dict[Stack, list[Entry]] = {}
        for one, held in found.items():
            reason = _reason_to_leave(one, held, inventory.updates(), known)
            if reason:
                sys.stdout.write(f"left alone: {entries(len(held))} of stack {'/'.join(one)}: {reason}\n")
            else:
                left[one] = _in_no_stack(held, one, known)
        _confirm([entry for held in left.values() for entry in held], yes=yes)
        for one, held in left.items():
            _remove(inventory, one, held, known)
        _end_updates_without_entries(inventory, known)
        tell_of_unended(inventory, folder)


def _refuse_unknown(text: str, stacks: Collection[Stack], named: Stack) -> None:
    if named not in stacks:
        known = {name for _, name in stacks}
        advice = did_you_mean(named[1], known) or "see `pulumi stack ls`"
        raise PlanError([Problem(where="--stack", found=repr(text), expected="a stack", advice=advice)])


def _by_stack(inventory: Inventory) -> Iterator[tuple[Stack, list[Entry]]]:
    found: dict[Stack, list[Entry]] = {}
    for entry in inventory.list():
        found.setdefault((entry.key.project, entry.key.stack), []).append(entry)
    yield from found.items()


def _reason_to_leave(stack: Stack, held: Sequence[Entry], updates: Sequence[Update], known: _Known) -> str:
    """Why the entries of a stack can't be judged here; empty where they can."""
    if stack[0] != project_name(known.folder):
        return "another project; run it there"
    own = [one for one in updates if (one.project, one.stack) == stack]
    if own and own[-1].engine is not None and is_running(own[-1].engine):
        return f"an update is at work (process {own[-1].engine.pid})"
    tokens = {entry.token for entry in held} - {""}
    for other, state in known.states.items():
        if other != stack and tokens & set(tokens_of(state)):
            name, new = "/".join(stack), "/".join(other)
            return f"stack {new} has their owner token; run `petaplan inventory transfer {name} {new}`"
    state_of_own = known.states.get(stack)
    if state_of_own is not None and tokens <= set(tokens_of(state_of_own)):
        return ""
    backends = {one.owner.backend for one in own if one.owner.token in tokens and one.owner.backend}
    return (
        "" if backends <= {known.backend} and (tokens or state_of_own is not None) else "another backend; run it there"
    )


def _in_no_stack(held: Sequence[Entry], stack: Stack, known: _Known) -> list[Entry]:
    state = known.states.get(stack)
    kept = set() if state is None else set(keys_of(state, stack))
    return [entry for entry in held if entry.key not in kept]


def _confirm(gone: Sequence[Entry], *, yes: bool) -> None:
    if not gone:
        sys.stdout.write("Nothing to remove: every entry is in a stack.\n")
        return
    for entry in gone:
        sys.stdout.write(f"in no stack: {entry.key}\n")
    if yes:
        return
    try:
        agreed = typer.confirm(f"Remove {entries(len(gone))}?")
    except typer.Abort:
        advice = "add --yes to remove them"
        raise PlanError([Problem(where="prune", found="no answer", expected="yes or no", advice=advice)]) from None
    if not agreed:
        raise typer.Exit(1)


def _remove(inventory: Inventory, stack: Stack, gone: Sequence[Entry], known: _Known) -> None:
    """Removes what still is in no stack while no update of the stack can begin."""
    if not gone:
        return
    with claimed(inventory, stack):
        state = state_of(stack, known.folder)
        kept = set() if state is None else set(keys_of(state, stack))
        shown = {entry.key: entry.generation for entry in gone}
        now = [one for one in inventory.list() if shown.get(one.key) == one.generation and one.key not in kept]
        for entry in now:
            for generation in sorted(entry.generations):
                inventory.remove(entry.key, generation)
    sys.stdout.write(f"{entries(len(now))} of stack {'/'.join(stack)} removed\n")


def _end_updates_without_entries(inventory: Inventory, known: _Known) -> None:
    """An update that never ended is over where the stack and the inventory agree."""
    from petaplan.infra.commands.status import drift_of

    updates = inventory.updates()
    open_ones = [*never_ended(updates), *ended_without_checkpoint(updates, known.folder)]
    for stack in {(one.project, one.stack) for one in open_ones}:
        if stack[0] != project_name(known.folder):
            continue
        state = known.states.get(stack) or {}
        held = [one for one in inventory.list() if (one.key.project, one.key.stack) == stack]
        if not drift_of(state, held):
            inventory.end_updates([one.id for one in never_ended(updates, stack)])
            with claimed(inventory, stack, program=SETTLED):
                pass
