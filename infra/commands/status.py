"""`petaplan status`: the stack against the inventory, with dates and differences."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError
from petaplan.infra.report.kinds import STATUS
from petaplan.infra.report.status import Drift, KindCount, StackComparison, StatusReport
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish

if TYPE_CHECKING:
    from petaplan.infra.inventory.model import Entry, Update
    from petaplan.infra.records import Deployment


def status(
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="Stack to compare (default: the selected one).")
    ] = None,
    approved: Annotated[Path | None, typer.Option(metavar="FILE", help="Approval to compare with the stack.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every object that differs.")] = False,
    format: Annotated[str, format_option(STATUS)] = TEXT,
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Compare the stack with the inventory.

    Exit codes: 0 they agree, 1 they differ, 2 bad input, 3 a tool broke.
    """
    made = stack_status(stack, Path.cwd())
    accepted = None if approved is None else acceptance(approved, made)
    publish(
        STATUS,
        StatusReport(comparison=made, approval=accepted),
        format=format,
        output=output,
        everything=everything,
    )
    raise typer.Exit(1 if made.drift else 0)


def stack_status(stack: str | None, start: Path) -> StackComparison:
    """What the stack and the inventory hold.

    Raises:
        EngineError: when the stack can't be read.
        InventoryError: when the inventory can't be read.
    """
    from petaplan.infra.gate.engine import ask
    from petaplan.infra.gate.state import exported, state_hash
    from petaplan.infra.inventory.model import Key
    from petaplan.infra.inventory.opening import open_inventory
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
    return StackComparison(
        stack=name,
        inventory=inventory.where,
        verdict=_verdict(deployment),
        state=state_hash(deployment),
        plan=_plan(deployment),
        kinds=tuple(_kinds(resources, mine, updates, drift)),
        drift=drift,
    )


def _plan(deployment: "Deployment") -> str:
    from petaplan.infra.collect import collect
    from petaplan.infra.gate.approval import plan_hash
    from petaplan.infra.records import records_of_deployment

    try:
        return plan_hash(collect(records_of_deployment(deployment)))
    except PlanError:  # nothing stands yet, or an update that failed has left half of it
        return ""


def _resources(deployment: "Deployment") -> Iterator["Deployment"]:
    from petaplan.infra.kinds import kind_of_token

    for resource in (deployment.get("deployment") or {}).get("resources") or ():
        if kind_of_token(resource["type"]) and not resource.get("delete"):
            yield resource


def _verdict(deployment: "Deployment") -> str:
    for resource in (deployment.get("deployment") or {}).get("resources") or ():
        if resource["type"] == "pulumi:pulumi:Stack":
            return str((resource.get("outputs") or {}).get("verdict", ""))
    return ""


def _drift(resources: Mapping[str, "Deployment"], entries: Mapping[str, "Entry"]) -> Iterator[Drift]:
    for id in sorted({*resources, *entries}):
        kind, _, name = id.split("/", 2)[-1].partition("/")
        resource, entry = resources.get(id), entries.get(id)
        if resource is None or entry is None:
            how = "missing in the inventory" if entry is None else "not in the stack"
            yield Drift(kind=kind, name=name, how=how)
        elif fields := _differing(resource, entry):
            yield Drift(kind=kind, name=name, how=f"{', '.join(fields)} differ")


def _differing(resource: "Deployment", entry: "Entry") -> list[str]:
    """Properties that stack and inventory tell differently; what the inventory may not hold is passed over."""
    inputs = resource.get("inputs") or {}
    withheld = {json.loads(path)[0] for path in entry.withheld}
    names = {*inputs, *entry.properties} - withheld
    found = [name for name in sorted(names) if inputs.get(name) != entry.properties.get(name)]
    generation = ((resource.get("outputs") or {}).get("standing") or {}).get("generation")
    return [*found, *(["generation"] if generation not in (None, entry.generation) else [])]


def _kinds(
    resources: Mapping[str, "Deployment"],
    entries: Mapping[str, "Entry"],
    updates: Mapping[int, "Update"],
    drift: tuple[Drift, ...],
) -> Iterator[KindCount]:
    from petaplan.infra.kinds import BY_WORD

    for kind in BY_WORD:
        held = [entry for entry in entries.values() if entry.key.kind == kind]
        counted = KindCount(
            kind=kind,
            in_stack=sum(id.split("/")[2] == kind for id in resources),
            in_inventory=len(held),
            since=_day(min((entry.placed_in for entry in held), default=0), updates),
            changed=_day(max((entry.changed_in for entry in held), default=0), updates),
            drift=sum(one.kind == kind for one in drift),
        )
        if counted.in_stack or counted.in_inventory:
            yield counted


def _day(update: int, updates: Mapping[int, "Update"]) -> str:
    return updates[update].started_at[:10] if update in updates else ""


def acceptance(path: Path, made: StackComparison) -> str:
    """What became of an approval.

    Raises:
        PlanError: when the file is none.
    """
    from petaplan.infra.gate.approval import read_approval

    approval = read_approval(path)
    if approval.stack.rpartition("/")[2] != made.stack.rpartition("/")[2]:
        return f"the approval of {approval.on} is for stack {approval.stack}"
    ended = approval.until is not None and date.fromisoformat(approval.until) < date.today()  # noqa: DTZ011
    if ended:
        return f"approved on {approval.on}; a waiver that it needs ended on {approval.until}"
    if approval.hashes["state"] == made.state:
        return f"approved on {approval.on}, not brought up yet"
    if approval.hashes["plan"] == made.plan:
        return f"approved on {approval.on}; what stands is what was approved"
    return f"approved on {approval.on}; the stack has moved since"
