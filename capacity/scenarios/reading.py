"""Scenario files: read strictly, and held against the plan that they change."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from petaplan.capacity.design import Design
from petaplan.capacity.document.marked import Marked, Path_, read_file
from petaplan.capacity.document.strict import build, did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.scenarios.applying import cut_off_objects
from petaplan.capacity.scenarios.changes import TAKES, WHO, Change, ChangeKind, Scenario, ScenarioFile

Fault = tuple[str, str, str, str]
"""The field, what was found, what was expected, and advice."""

NEEDED_TABLES = {ChangeKind.LATE: "phases", ChangeKind.CAP: "intakes", ChangeKind.TARIFF: "sites"}
"""Table that the object of a change stands in; a removal takes any."""


def read_scenarios(paths: Iterable[Path], design: Design) -> tuple[Scenario, ...]:
    """The scenarios of some files, in order.

    Raises:
        PlanError: with every problem of all files: unknown fields, objects and models, fields that a kind does not
            take, changes that concern nothing, names given twice.
    """
    problems: list[Problem] = []
    found: list[Scenario] = []
    seen: set[str] = set()
    for path in paths:
        marked = read_file(path)
        file = build(ScenarioFile, marked) if not marked.problems else None
        for at, scenario in enumerate(file.scenarios if file is not None else ()):
            if scenario.name in seen:
                _refuse(marked, ("scenarios", at, "name"), repr(scenario.name), "each scenario once", "rename one")
            seen.add(scenario.name)
            for place, change in enumerate(scenario.changes):
                for field, *fault in faults_of(change, design):
                    _refuse(marked, ("scenarios", at, "changes", place, *([field] if field else [])), *fault)
            found.append(scenario)
        problems.extend(marked.problems)
    if problems:
        raise PlanError(problems)
    return tuple(found)


def _refuse(marked: Marked, path: Path_, found: str, expected: str, advice: str = "") -> None:
    line = int(marked.where(path).rpartition(":")[2]) if marked.lines else 1
    marked.refuse(line, found, expected, advice, path)


def faults_of(change: Change, design: Design) -> Iterator[Fault]:
    """Everything that is wrong with a change for a plan."""
    needs, may = TAKES[change.change]
    fields = [name for name in Change.__slots__ if name != "change" and getattr(change, name) is not None]
    takes = ", ".join(sorted(needs | may))
    wrong = [name for name in fields if name not in needs | may]
    for name in wrong:
        yield name, f"{name} in a change of kind {change.change}", f"the fields {takes}", ""
    for name in sorted(needs - set(fields)):
        yield "", f"no {name} in a change of kind {change.change}", f"the fields {takes}", ""
    if not wrong and needs <= set(fields):
        yield from _of_cut_off(change, design) if change.change is ChangeKind.CUT_OFF else _of_object(change, design)


def _of_object(change: Change, design: Design) -> Iterator[Fault]:
    if change.model is not None and change.model not in design.models:
        yield _unknown("model", change.model, "an accelerator of the plan", design.models)
    table = NEEDED_TABLES.get(change.change)
    if change.object is not None:
        known = design.by_name if table is None else {row.name: row for row in getattr(design.hub, table)}
        if change.object not in known:
            expected = "an object of the plan" if table is None else f"one of the {table} of the plan"
            yield _unknown("object", change.object, expected, sorted(known))


def _of_cut_off(change: Change, design: Design) -> Iterator[Fault]:
    devices = [design.accelerator(model) for model in design.models]
    asked = [name for name in WHO if getattr(change, name) is not None]
    if not asked:
        yield "", "a cut-off of nobody", "a model, a vendor or a country", ""
    for name in asked:
        known = sorted({str(getattr(device, name)) for device in devices})
        if getattr(change, name) not in known:
            yield _unknown(name, getattr(change, name), f"a {name} of the plan's accelerators", known)
            return
    if change.until is not None and change.from_date is not None and change.until <= change.from_date:
        yield "until", f"until {change.until}, from {change.from_date}", "a later day", ""
    elif asked and not cut_off_objects(design, change):
        yield "", "a cut-off that concerns no pod or rack", "one that does", "see `petaplan racks` for their days"


def _unknown(field: str, found: str, expected: str, known: Sequence[str]) -> Fault:
    return field, repr(found), expected, did_you_mean(found, known) or f"there are {', '.join(known[:8])}"
