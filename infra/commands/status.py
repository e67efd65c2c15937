"""`petaplan status`: what the stack has, what the inventory has, since when, and where they part."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from petaplan.capacity.command_line.options import Format
from petaplan.capacity.command_line.output import console
from petaplan.capacity.errors import PlanError

if TYPE_CHECKING:
    from petaplan.infra.inventory.standing import Entry, Update

VERSION = 1
"""Version of the JSON that this command writes."""

MOST_ALIKE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """One object that the stack and the inventory tell differently."""

    kind: str
    name: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How many objects of one kind there are, and since when."""

    kind: str
    in_stack: int
    in_inventory: int
    since: str
    """Day on which the first of them was placed."""
    changed: str
    """Day on which one of them changed last."""
    drift: int


def status(
    stack: Annotated[str | None, typer.Option(help="Stack to compare (default: the selected one).")] = None,
    approved: Annotated[Path | None, typer.Option(help="Approval to compare with the stack.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every object that differs.")] = False,
    format: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.TEXT,
) -> None:
    """Compare the stack with the inventory.

    Exit codes: 0 they agree, 1 they differ, 2 bad input, 3 a tool broke.
    """
    made = standing(stack, Path.cwd())
    accepted = None if approved is None else acceptance(approved, made)
    if format is Format.JSON:
        sys.stdout.write(json.dumps(document(made, accepted), indent=2, ensure_ascii=False) + "\n")
    else:
        _print(made, accepted, everything)
    raise typer.Exit(1 if made.drift else 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Both sides of one stack."""

    stack: str
    inventory: str
    verdict: str
    """What the stack said of its plan when it was brought up; empty where it never was."""
    state: str
    plan: str
    """Hash of the plan that the stack holds; empty where it holds none."""
    kinds: tuple[Kept, ...]
    drift: tuple[Drift, ...]


def standing(stack: str | None, start: Path) -> Standing:
    """What the stack and the inventory hold.

    Raises:
        EngineError: when the stack can't be read.
        InventoryError: when the inventory can't be read.
    """
    from petaplan.infra.gate.engine import ask
    from petaplan.infra.gate.state import exported, state_hash
    from petaplan.infra.inventory.opening import open_inventory
    from petaplan.infra.inventory.standing import Key
    from petaplan.infra.project import project_folder
    from petaplan.infra.stack_settings import inventory_settings

    folder = project_folder(start)
    name = stack or ask(["stack", "--show-name"], folder).strip()
    deployment = exported(name, folder)
    with closing(open_inventory(inventory_settings(name, folder))) as inventory:
        entries = {str(entry.key): entry for entry in inventory.list(stack=name)}
        updates = {update.id: update for update in inventory.updates()}
    resources = {str(Key.parse(one["id"])): one for one in _resources(deployment) if one.get("id")}
    project = {id.partition("/")[0] for id in resources}
    mine = {key: entry for key, entry in entries.items() if not project or entry.key.project in project}
    drift = tuple(_drift(resources, mine))
    return Standing(
        stack=name,
        inventory=inventory.where,
        verdict=_verdict(deployment),
        state=state_hash(deployment),
        plan=_plan(deployment),
        kinds=tuple(_kinds(resources, mine, updates, drift)),
        drift=drift,
    )


def _plan(deployment: Mapping[str, Any]) -> str:
    from petaplan.infra.collect import collect
    from petaplan.infra.gate.approval import plan_hash
    from petaplan.infra.records import records_of_deployment

    try:
        return plan_hash(collect(records_of_deployment(deployment)))
    except PlanError:  # nothing stands yet, or an update that failed has left half of it
        return ""


def _resources(deployment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    from petaplan.infra.kinds import kind_of_token

    for resource in (deployment.get("deployment") or {}).get("resources") or ():
        if kind_of_token(resource["type"]) and not resource.get("delete"):
            yield resource


def _verdict(deployment: Mapping[str, Any]) -> str:
    for resource in (deployment.get("deployment") or {}).get("resources") or ():
        if resource["type"] == "pulumi:pulumi:Stack":
            return str((resource.get("outputs") or {}).get("verdict", ""))
    return ""


def _drift(resources: Mapping[str, Mapping[str, Any]], entries: Mapping[str, "Entry"]) -> Iterator[Drift]:
    for id in sorted({*resources, *entries}):
        kind, _, name = id.split("/", 2)[-1].partition("/")
        resource, entry = resources.get(id), entries.get(id)
        if resource is None or entry is None:
            how = "missing in the inventory" if entry is None else "not in the stack"
            yield Drift(kind=kind, name=name, how=how)
        elif fields := _differing(resource, entry):
            yield Drift(kind=kind, name=name, how=f"{', '.join(fields)} differ")


def _differing(resource: Mapping[str, Any], entry: "Entry") -> list[str]:
    """Properties that stack and inventory tell differently; what the inventory may not hold is passed over."""
    inputs = resource.get("inputs") or {}
    withheld = {json.loads(path)[0] for path in entry.withheld}
    names = {*inputs, *entry.properties} - withheld
    found = [name for name in sorted(names) if inputs.get(name) != entry.properties.get(name)]
    generation = ((resource.get("outputs") or {}).get("standing") or {}).get("generation")
    return [*found, *(["generation"] if generation not in (None, entry.generation) else [])]


def _kinds(
    resources: Mapping[str, Mapping[str, Any]],
    entries: Mapping[str, "Entry"],
    updates: Mapping[int, "Update"],
    drift: tuple[Drift, ...],
) -> Iterator[Kept]:
    from petaplan.infra.kinds import BY_WORD

    for kind in BY_WORD:
        held = [entry for entry in entries.values() if entry.key.kind == kind]
        kept = Kept(
            kind=kind,
            in_stack=sum(id.split("/")[2] == kind for id in resources),
            in_inventory=len(held),
            since=_day(min((entry.placed_in for entry in held), default=0), updates),
            changed=_day(max((entry.changed_in for entry in held), default=0), updates),
            drift=sum(one.kind == kind for one in drift),
        )
        if kept.in_stack or kept.in_inventory:
            yield kept


def _day(update: int, updates: Mapping[int, "Update"]) -> str:
    return updates[update].started_at[:10] if update in updates else ""


def acceptance(path: Path, made: Standing) -> str:
    """What became of an approval.

    Raises:
        PlanError: when the file is none.
    """
    from petaplan.infra.gate.approval import read_approval

    approval = read_approval(path)
    if approval.stack != made.stack:
        return f"the approval of {approval.on} is for stack {approval.stack}"
    ended = approval.until is not None and date.fromisoformat(approval.until) < date.today()  # noqa: DTZ011
    if ended:
        return f"approved on {approval.on}; a waiver that it needs ended on {approval.until}"
    if approval.hashes["state"] == made.state:
        return f"approved on {approval.on}, not brought up yet"
    if approval.hashes["plan"] == made.plan:
        return f"approved on {approval.on}; what stands is what was approved"
    return f"approved on {approval.on}; the stack has moved since"


def document(made: Standing, accepted: str | None) -> dict[str, Any]:
    """The same as plain values, for programs."""
    return {
        "petaplan_status": VERSION,
        "stack": made.stack,
        "inventory": made.inventory,
        "verdict": made.verdict,
        "approval": accepted,
        "kinds": [
            {
                "kind": kept.kind,
                "stack": kept.in_stack,
                "inventory": kept.in_inventory,
                "since": kept.since,
                "changed": kept.changed,
                "drift": kept.drift,
            }
            for kept in made.kinds
        ],
        "drift": [{"kind": one.kind, "name": one.name, "how": one.how} for one in made.drift],
    }


def _print(made: Standing, accepted: str | None, everything: bool) -> None:
    from rich import box
    from rich.table import Table

    screen = console()
    verdict = f", its plan was a {made.verdict} when it was brought up" if made.verdict else ""
    screen.print(f"stack {made.stack}{verdict}; inventory {made.inventory}")
    if accepted is not None:
        screen.print(accepted)
    if not made.kinds:
        screen.print("Nothing stands: no update has placed anything.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("kind", "stack", "inventory", "since", "changed", "drift"):
        table.add_column(title, justify="right" if title in ("stack", "inventory", "drift") else "left", no_wrap=True)
    for kept in made.kinds:
        numbers = str(kept.in_stack), str(kept.in_inventory)
        table.add_row(kept.kind, *numbers, kept.since, kept.changed, str(kept.drift or "–"))
    screen.print(table)
    most = None if everything else MOST_ALIKE
    for one in made.drift[:most]:
        screen.print(f"  drift: {one.kind} {one.name}: {one.how}")
    if len(made.drift[:most]) < len(made.drift):
        screen.print(f"  … and {len(made.drift) - len(made.drift[:most])} more (--all prints them)")
