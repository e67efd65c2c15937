"""`petaplan status`: the stack against the inventory, with dates and differences."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.acceptance_log import AcceptanceLogFile, LastDay, day_of_log
from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import count_of
from petaplan.infra.report.kinds import STATUS
from petaplan.infra.report.status import Drift, KindCount, StackComparison, StatusReport
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish

if TYPE_CHECKING:
    from petaplan.capacity.forecast.progress import Progress
    from petaplan.capacity.hub import Hub
    from petaplan.infra.inventory.model import Entry, Update
    from petaplan.infra.inventory.ownership import Stack
    from petaplan.infra.records import Deployment


NOT_IN_THE_STACK = "not in the stack"
"""What is said of an object that the inventory has, and the state has not."""


MISSING = "missing in the inventory"
"""What is said of an object that the state has, and the inventory has not."""


def status(
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="Stack to compare (default: the selected one).")
    ] = None,
    *,
    approved: Annotated[Path | None, typer.Option(metavar="FILE", help="Approval to compare with the stack.")] = None,
    log: AcceptanceLogFile = None,
    on: LastDay = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every object that differs.")] = False,
    format: Annotated[str, format_option(STATUS)] = TEXT,
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Compare the stack with the inventory.

    Exit codes: 0 they agree, 1 they differ, 2 bad input, 3 a tool broke.
    """
    day = day_of_log(on, log)
    made = stack_status(stack, Path.cwd())
    accepted = None if approved is None else acceptance(approved, made)
    publish(
        STATUS,
        StatusReport(
            comparison=made,
            approval=accepted,
            progress=None if log is None else stack_progress(made, log, day, Path.cwd()),
        ),
        format=format,
        output=output,
        everything=everything,
        reads=(log,) if log else (),
    )
    raise typer.Exit(1 if made.drift else 0)


def stack_progress(made: StackComparison, log: Path, on: date, start: Path) -> "Progress":
    """Planned against accepted petaflops of the plan that a stack holds.

    Raises:
        PlanError: where the stack holds no plan; with every problem of the log.
    """
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.forecast.acceptance import read_acceptances
    from petaplan.capacity.forecast.progress import kind_of_progress, progress_of
    from petaplan.capacity.resolving import resolve
    from petaplan.infra.project import project_folder

    if made.declared is None:
        found, expected = f"stack {made.stack} without a plan", "a stack that an update has brought up"
        raise PlanError([Problem(where="--accepted", found=found, expected=expected)])
    design = resolve(made.declared, catalogue_of(made.declared, (), project_folder(start)))
    return progress_of(design, read_acceptances(log, design, on), kind_of_progress(design))


def stack_status(stack: str | None, start: Path) -> StackComparison:
    """What the stack and the inventory hold.

    Raises:
        EngineError: when the stack can't be read.
        InventoryError: when the inventory can't be read.
    """
    from petaplan.infra.gate.approval import plan_hash
    from petaplan.infra.gate.engine import ask
    from petaplan.infra.gate.state import exported, state_hash
    from petaplan.infra.inventory.opening import open_inventory
    from petaplan.infra.inventory_notices import tell_of_unended
    from petaplan.infra.project import project_folder
    from petaplan.infra.stack_settings import inventory_settings, short_name
    from petaplan.infra.stack_states import project_name, tokens_of

    folder = project_folder(start)
    name = stack or ask(["stack", "--show-name"], folder).strip()
    deployment = exported(name, folder)
    own = project_name(folder), short_name(name, folder)
    with closing(open_inventory(inventory_settings(name, folder))) as inventory:
        tokens = tokens_of(deployment)
        held = tuple(one for one in inventory.list() if _is_meant(one, own, tokens))
        updates = {update.id: update for update in inventory.updates()}
        tell_of_unended(inventory, folder)
    drift = drift_of(deployment, held)
    hub = _declared(deployment)
    return StackComparison(
        stack=name,
        inventory=inventory.where,
        verdict=_verdict(deployment),
        state=state_hash(deployment),
        plan="" if hub is None else plan_hash(hub),
        declared=hub,
        kinds=tuple(_kinds(_by_object(deployment), _entries(held), updates, drift)),
        drift=drift,
        note=_note(own, tokens, held, drift),
    )


def _is_meant(entry: "Entry", stack: "Stack", tokens: Sequence[str]) -> bool:
    """Whether an entry is of a stack: by its name, or by the owner token in its state where it had another name."""
    return (entry.key.project, entry.key.stack) == stack or (bool(entry.token) and entry.token in tokens)


def _note(stack: "Stack", tokens: Sequence[str], held: Sequence["Entry"], drift: Sequence[Drift]) -> str:
    """What must be decided before the next update, and the command for it."""
    from petaplan.infra.inventory.model import Holding, Owner
    from petaplan.infra.inventory.ownership import entries, obstacle

    counted = Counter((one.key.project, one.key.stack, one.token) for one in held)
    holdings = [Holding(project=key[0], stack=key[1], token=key[2], entries=count) for key, count in counted.items()]
    token = next((one.token for one in holdings if one.token in tokens), tokens[0] if tokens else "")
    problem = obstacle("", stack, Owner(token=token), holdings, ()) if tokens else None
    if problem is not None:
        return f"{problem.found}; {problem.advice}"
    left = sum(one.how == NOT_IN_THE_STACK for one in drift)
    lost = sum(one.how == MISSING for one in drift)
    told = (
        [f"{count_of(lost, 'object')} missing in the inventory; write them with `pulumi up --refresh`"] if lost else []
    )
    if left:
        told.append(f"{entries(left)} in no stack; remove them with `petaplan inventory prune`")
    return "; ".join(told)


def drift_of(deployment: "Deployment", held: Sequence["Entry"]) -> tuple[Drift, ...]:
    """Every object that the state of a stack and its entries tell differently."""
    return tuple(_drift(_by_object(deployment), _entries(held)))


def _by_object(deployment: "Deployment") -> dict[str, "Deployment"]:
    """The resources by kind and name, as their ids spell them; the id keeps the name that the stack had."""
    from petaplan.infra.inventory.model import Key

    keys = ((Key.parse(one["id"]), one) for one in _resources(deployment) if one.get("id"))
    return {f"{key.kind}/{key.name}": one for key, one in keys if key is not None}


def _entries(held: Sequence["Entry"]) -> dict[str, "Entry"]:
    return {f"{entry.key.kind}/{entry.key.name}": entry for entry in held}


def _declared(deployment: "Deployment") -> "Hub | None":
    """The plan of a stack; None where nothing stands yet, or an update that failed has left half of it."""
    from petaplan.infra.collect import collect
    from petaplan.infra.records import records_of_deployment

    try:
        return collect(records_of_deployment(deployment))
    except PlanError:
        return None


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
        kind, _, name = id.partition("/")
        resource, entry = resources.get(id), entries.get(id)
        if resource is None or entry is None:
            how = MISSING if entry is None else NOT_IN_THE_STACK
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
    known = generation is None or generation == entry.generation or generation in entry.generations
    return [*found, *_differing_racks(inputs, entry), *([] if known else ["generation"])]


def _differing_racks(inputs: Mapping[str, object], entry: "Entry") -> Iterator[str]:
    """The racks that do not stand as the stack declares them."""
    from petaplan.infra.inventory.cabinets import cabinets_of, place_of

    if any(json.loads(path)[0] == "racks" for path in entry.withheld):
        return
    declared = {one.name: place_of(one) for one in cabinets_of(entry.key.kind, {"name": entry.key.name, **inputs})}
    standing = {one.name: place_of(one) for one in entry.cabinets}
    for name in sorted({*declared, *standing}, key=str):
        if declared.get(name) != standing.get(name):
            yield f"rack {name}"


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
            in_stack=sum(id.partition("/")[0] == kind for id in resources),
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
