"""Scenario files: read strictly, and held against the plan that they change."""

from collections.abc import Iterable
from pathlib import Path

from petaplan.capacity.design import Design
from petaplan.capacity.document.marked import Marked, Path_, read_file
from petaplan.capacity.document.strict import build
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.scenarios.changes import Scenario, ScenarioFile
from petaplan.capacity.scenarios.faults import faults_of


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
                refuse(marked, ("scenarios", at, "name"), repr(scenario.name), "each scenario once", "rename one")
            seen.add(scenario.name)
            for place, change in enumerate(scenario.changes):
                for field, *fault in faults_of(change, design):
                    refuse(marked, ("scenarios", at, "changes", place, *([field] if field else [])), *fault)
            found.append(scenario)
        problems.extend(marked.problems)
    if problems:
        raise PlanError(problems)
    return tuple(found)


def refuse(marked: Marked, path: Path_, found: str, expected: str, advice: str = "") -> None:
    """Note a problem at the line of a path."""
    line = int(marked.where(path).rpartition(":")[2]) if marked.lines else 1
    marked.refuse(line, found, expected, advice, path)
