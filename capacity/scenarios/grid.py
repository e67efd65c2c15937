"""A grid of scenarios: every combination of the choices of some axes, each taken as a scenario of its own.

Variants are computed in parts, by any number of processes or on a Ray cluster; each comes out the same.
"""

import gc
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Annotated

from annotated_types import Len

from petaplan.capacity.check import report_on
from petaplan.capacity.design import Design
from petaplan.capacity.document.marked import Marked, Path_, read_file
from petaplan.capacity.document.strict import build
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.resolving import resolve
from petaplan.capacity.scenarios.applying import Changing, under
from petaplan.capacity.scenarios.changes import Change, Scenario
from petaplan.capacity.scenarios.comparison import Outcome, TargetUnder, key_of, outcome_of
from petaplan.capacity.scenarios.faults import faults_of
from petaplan.capacity.scenarios.reading import refuse
from petaplan.capacity.units import Text

MOST_VARIANTS = 100_000
PART = 50
"""Variants of one task: a worker gets the next part when it has done one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice(Noun):
    """One value of an axis."""

    name: Name
    """Its name in the axis."""
    changes: Annotated[tuple[Change, ...], Len(0, 256)] = ()
    """Its changes, applied in order; none for the plan as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis(Noun):
    """Alternatives, of which every variant has one."""

    name: Name
    """Its name."""
    source: Text
    """Why it is worth asking: a rule, a report, a choice."""
    choices: Annotated[tuple[Choice, ...], Len(1, 1_000)]
    """The alternatives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GridFile(Noun):
    """All axes of one file."""

    axes: Annotated[tuple[Axis, ...], Len(1, 16)]
    """The axes; changes are applied in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A plan under one combination."""

    choices: tuple[str, ...]
    """One of each axis."""
    verdict: Verdict | None
    """None where the changed plan is no plan."""
    targets: tuple[TargetUnder, ...]
    it_power_mw: float | None
    capex: tuple[tuple[str, float, bool], ...]
    new_failures: int
    first: str
    """Rule and subject of what fails first; the problem, where it is no plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A plan under every combination."""

    hub: str
    draws: int
    axes: tuple[Axis, ...]
    planned: tuple[TargetUnder, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worker needs to know of a grid."""

    hub: Hub
    catalogue: Catalogue
    axes: tuple[Axis, ...]
    draws: int


Part = tuple[int, int]
"""The first variant of a part, and the one after its last."""

Work = Callable[[Callable[[Asked], Callable[[Part], list[Variant]]], Asked, Sequence[Part]], Iterable[list[Variant]]]
"""Does all parts, in order: `petaplan.spread.spread` and its like."""


def read_grid(path: Path, design: Design) -> tuple[Axis, ...]:
    """The axes of a file.

    Raises:
        PlanError: with every problem of the file: unknown fields, objects and models, names given twice, more
            combinations than 100,000.
    """
    marked = read_file(path)
    file = build(GridFile, marked) if not marked.problems else None
    axes = file.axes if file is not None else ()
    _names_once(marked, ("axes",), [axis.name for axis in axes])
    for at, axis in enumerate(axes):
        _names_once(marked, ("axes", at, "choices"), [choice.name for choice in axis.choices])
        for place, choice in enumerate(axis.choices):
            for number, change in enumerate(choice.changes):
                for field, *fault in faults_of(change, design):
                    where: Path_ = ("axes", at, "choices", place, "changes", number, *([field] if field else []))
                    refuse(marked, where, *fault)
    if (count := math.prod(len(axis.choices) for axis in axes)) > MOST_VARIANTS:
        expected = f"at most {MOST_VARIANTS:,}"
        refuse(marked, ("axes",), f"{count:,} combinations", expected, "leave choices or axes out")
    if marked.problems:
        raise PlanError(marked.problems)
    return axes


def _names_once(marked: Marked, path: Path_, names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            refuse(marked, (*path, at, "name"), repr(name), "each name once", "rename one")


def grid_of(design: Design, catalogue: Catalogue, axes: tuple[Axis, ...], draws: int, work: Work) -> Grid:
    """The plan under every combination; ``catalogue`` is that of the plan before its assumptions fill it."""
    count = math.prod(len(axis.choices) for axis in axes)
    parts = [(start, min(start + PART, count)) for start in range(0, count, PART)]
    asked = Asked(design.hub, catalogue, axes, draws)
    variants = tuple(variant for part in work(worker, asked, parts) for variant in part)
    planned = outcome_of(design, report_on(design), ("", ""), frozenset(), draws)
    return Grid(hub=design.hub.name, draws=draws, axes=axes, planned=planned.targets, variants=variants)


def worker(asked: Asked) -> Callable[[Part], list[Variant]]:
    """What computes a part of a grid."""
    design = resolve(asked.hub, asked.catalogue)
    known = frozenset(key_of(finding) for finding in report_on(design).of(Verdict.SHORTFALL))

    def of_part(part: Part) -> list[Variant]:
        combinations = islice(product(*(axis.choices for axis in asked.axes)), *part)
        plans = _Plans(design, asked.catalogue)
        variants = [_variant(plans, asked, choices, known) for choices in combinations]
        gc.collect()  # a changed plan and what it keeps refer to each other: 2 MiB a variant stay without this
        return variants

    return of_part


def _variant(
    plans: "_Plans", asked: Asked, choices: tuple[Choice, ...], known: frozenset[tuple[str, str, str]]
) -> Variant:
    names = tuple(choice.name for choice in choices)
    try:
        changed = plans.under(choices)
        found = outcome_of(changed, report_on(changed), ("", ""), known, asked.draws)
    except PlanError as error:
        first = str(error.problems[0])
        return Variant(choices=names, verdict=None, targets=(), it_power_mw=None, capex=(), new_failures=0, first=first)
    return Variant(
        choices=names,
        verdict=found.verdict,
        targets=found.targets,
        it_power_mw=found.it_power_mw,
        capex=found.capex,
        new_failures=found.new_failures,
        first=_first(found),
    )


class _Plans:
    """A plan under combinations. What neighbours have in common, all choices but their last ones, is applied once."""

    def __init__(self, design: Design, catalogue: Catalogue) -> None:
        self._design, self._catalogue = design, catalogue
        self._steps: list[tuple[Choice, Changing]] = []
        """Choices of the combination before, each with the plan after it."""

    def under(self, choices: tuple[Choice, ...]) -> Design:
        """The plan under one combination.

        Raises:
            PlanError: where the changed plan is none.
        """
        try:
            return self._after(choices).design
        except (PlanError, OverflowError):
            names = "-".join(choice.name for choice in choices)
            changes = tuple(change for choice in choices for change in choice.changes)
            combination = Scenario(name=names, statement="a combination", source="a grid", changes=changes)
            return under(self._design, self._catalogue, combination)  # raises it again, with the combination's name

    def _after(self, choices: tuple[Choice, ...]) -> Changing:
        shared = 0
        while shared < len(self._steps) and self._steps[shared][0] is choices[shared]:
            shared += 1
        del self._steps[shared:]
        plan = self._steps[-1][1] if self._steps else Changing(self._design, self._catalogue)
        for choice in choices[shared:]:
            plan = plan.after(choice.changes)
            self._steps.append((choice, plan))
        return plan


def _first(found: Outcome) -> str:
    return "" if found.first is None else f"{found.first.rule} {found.first.subject}"


def by_choice(grid: Grid) -> Iterator[tuple[Axis, Choice, list[Variant]]]:
    """The variants of each choice of each axis."""
    for at, axis in enumerate(grid.axes):
        held: dict[str, list[Variant]] = {choice.name: [] for choice in axis.choices}
        for variant in grid.variants:
            held[variant.choices[at]].append(variant)
        for choice in axis.choices:
            yield axis, choice, held[choice.name]
