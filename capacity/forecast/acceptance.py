"""The acceptance log: which pods were delivered, energised and accepted, and when; docs/forecast.md#progress."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from annotated_types import Len

from petaplan.capacity.design import Design
from petaplan.capacity.document.marked import Marked, Value, read_bytes, shortened
from petaplan.capacity.document.strict import Suggestions, build, did_you_mean
from petaplan.capacity.errors import PlanError
from petaplan.capacity.forecast.timeline import PhaseDays
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import Text
from petaplan.input_files import read_bounded

COLUMNS = ("object", "delivered", "energised", "accepted", "evidence")
STEPS = ("delivered", "energised", "accepted")
MOST_BYTES = 16 * 2**20


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

    acceptances: Annotated[tuple[Acceptance, ...], Len(0, 100_000)]
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
    try:
        raw = read_bounded(path, MOST_BYTES)
    except OSError as error:
        marked.refuse(1, error.strerror or str(error), "a readable file", "check the path and its rights")
        return marked
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return read_bytes(raw, str(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        marked.refuse(line, "bytes that are no UTF-8", "a CSV table in UTF-8", "save it as UTF-8")
        return marked
    rows: list[Value] = []
    for line, row in _csv_rows(marked, text):
        marked.lines["acceptances", len(rows)] = line
        rows.append(row)
    marked.value = {"acceptances": rows}
    return marked


def _csv_rows(marked: Marked, text: str) -> Iterator[tuple[int, dict[str, Value]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if not _is_head(marked, names):
            return
        for cells in reader:
            line = reader.line_num
            if any(cells) and len(cells) != len(names):
                marked.refuse(line, f"{len(cells)} cells", f"{len(names)}, one for each column")
            elif any(cells):
                yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
    except csv.Error as error:
        marked.refuse(reader.line_num, f"broken CSV ({error})", "a CSV table", "save it again as CSV in UTF-8")


def _is_head(marked: Marked, names: list[str]) -> bool:
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            advice = did_you_mean(name, COLUMNS) or f"the columns are {', '.join(COLUMNS)}"
            marked.refuse(1, f"a column {shortened(name)!r}", "a known column", advice)
        elif names.count(name) > 1:
            marked.refuse(1, f"{names.count(name)} columns {name!r}", "each column once")
    if "object" not in names:
        marked.refuse(1, "no column 'object'", f"the columns {', '.join(COLUMNS)}")
    return not marked.problems
