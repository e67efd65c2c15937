"""The acceptance log: which pods were delivered, energised and accepted, and when; docs/forecast.md#progress."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from annotated_types import Len

from petaplan.capacity.design import Design
from petaplan.capacity.document.csv_table import Head, rows_in
from petaplan.capacity.document.marked import Marked, Value, bytes_in, read_bytes
from petaplan.capacity.document.strict import Suggestions, build
from petaplan.capacity.errors import PlanError
from petaplan.capacity.forecast.timeline import PhaseDays
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import Text

COLUMNS = ("object", "delivered", "energised", "accepted", "evidence")
STEPS = ("delivered", "energised", "accepted")
MOST_BYTES = 16 * 2**20
MOST_ROWS = 100_000
HEAD = Head(known=dict.fromkeys(COLUMNS), needed=("object",), most_rows=MOST_ROWS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance(Noun):
    """The days of one pod or stand-alone rack group."""

    object: Name
    """Its name in the plan."""
    delivered: date | None = None
    """Day of delivery."""
    energised: date | None = None
    """Day of first power."""
    accepted: date | None = None
    """Day of acceptance."""
    evidence: Text | None = None
    """File or document that shows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptanceLog(Noun):
    """All rows of a log."""

    acceptances: Annotated[tuple[Acceptance, ...], Len(0, MOST_ROWS)]
    """One row for each pod or stand-alone rack group."""


@dataclass(frozen=True, slots=True)
class PhaseLog:
    """What a log says of one phase."""

    energised: date | None
    """Its first power."""
    ended: date | None
    """Acceptance of its last pod, once all are accepted."""


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What a log says of a plan up to a day."""

    on: date
    """Last day that the log is true for: what it does not name was not accepted by then."""
    rows: tuple[Acceptance, ...]
    phases: Mapping[str, PhaseLog]

    @property
    def days(self) -> dict[str, date]:
        """Day of acceptance by object."""
        return {row.object: row.accepted for row in self.rows if row.accepted is not None}

    def as_known(self, days: PhaseDays) -> PhaseDays:
        """The days of a phase, given the log: what has happened is a fact, what has not is later than its day.

        A draw in which a phase has ended before the day of the log, though it has not, ends on the day after it. A
        phase whose first power is known keeps the length of its ramp.
        """
        import numpy as np

        log, tomorrow = self.phases[days.phase.name], float(self.on.toordinal() + 1)
        name = f"first power of {days.phase.name} by the log"
        if log.ended is not None:
            ended = np.full_like(days.accepted, float(log.ended.toordinal()))
            begun = np.full_like(ended, float((log.energised or log.ended).toordinal()))
            late = {f"acceptance log of {days.phase.name}": ended - float(days.phase.in_service.toordinal())}
            return replace(days, energised=begun, accepted=ended, causes=late)
        if log.energised is None:
            begun = np.maximum(days.energised, tomorrow)
        else:
            begun = np.full_like(days.energised, float(log.energised.toordinal()))
        ended = np.maximum(begun + (days.accepted - days.energised), tomorrow)
        causes = days.causes if log.energised is None else {name: begun - days.planned_energised}
        return replace(days, energised=begun, accepted=ended, causes=causes)


def read_acceptances(path: Path, design: Design, on: date) -> Acceptances:
    """The log of a plan, as CSV with the columns of ``COLUMNS``, or as YAML or JSON with ``acceptances``.

    Raises:
        PlanError: with every problem: unreadable text, unknown objects, days out of order or after ``on``.
    """
    marked = _marked(path)
    log = build(AcceptanceLog, marked) if not marked.problems else None
    rows = log.acceptances if log is not None else ()
    _check(marked, rows, design, on)
    if marked.problems:
        raise PlanError(marked.problems)
    return Acceptances(on, rows, {phase.name: _phase_log(design, phase.name, rows) for phase in design.phases})


def _phase_log(design: Design, phase: str, rows: tuple[Acceptance, ...]) -> PhaseLog:
    by_object = {row.object: row for row in rows}
    names = [one.name for one in design.placements if one.phase == phase and one.in_service is None]
    told = [by_object[name] for name in names if name in by_object]
    begun = [day for row in told if (day := row.energised or row.accepted) is not None]
    ended = [row.accepted for row in told if row.accepted is not None]
    return PhaseLog(min(begun, default=None), max(ended) if ended and len(ended) == len(names) else None)


def _check(marked: Marked, rows: tuple[Acceptance, ...], design: Design, on: date) -> None:
    known = {one.name for one in design.placements}
    suggest, seen, lines = Suggestions(), set[str](), _lines(marked)
    for at, row in enumerate(rows):
        line, path = lines.get(at, 1), ("acceptances", at, "object")
        if row.object not in known:
            advice = suggest(row.object, known)
            marked.refuse(line, repr(row.object), "a pod or a stand-alone rack group of the plan", advice, path)
        if row.object in seen:
            marked.refuse(line, f"{row.object!r} again", "each object once", "join the rows", path)
        seen.add(row.object)
        days = [(step, day) for step in STEPS if (day := getattr(row, step)) is not None]
        for (before, first), (after, second) in pairwise(days):
            if second < first:
                found = f"{after} {second} before {before} {first}"
                marked.refuse(line, found, f"{before}, then {after}", "correct one of the days", path)
        for step, day in days:
            if day > on:
                found = f"{step} {day}, after {on}"
                marked.refuse(line, found, "a day that has been", "leave it out, or give a later --on", path)


def _lines(marked: Marked) -> dict[int, int]:
    """The first line of each row."""
    found: dict[int, int] = {}
    for key, line in marked.lines.items():
        if len(key) > 1 and key[0] == "acceptances" and isinstance(key[1], int):
            found[key[1]] = min(line, found.get(key[1], line))
    return found


def _marked(path: Path) -> Marked:
    marked = Marked(file=str(path))
    raw = bytes_in(marked, path, MOST_BYTES)
    if marked.problems:
        return marked
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return read_bytes(raw, str(path))
    rows: list[Value] = []
    for line, cells in rows_in(marked, raw, HEAD):
        marked.lines["acceptances", len(rows)] = line
        rows.append({name: cell.strip() for name, cell in cells.items() if cell.strip()})
    marked.value = {"acceptances": rows}
    return marked
