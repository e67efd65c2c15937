"""The stack against the inventory, as a report."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petaplan.reporting.cells import MISSING, Cell, Number, Phrase, Text, text
from petaplan.reporting.document import Column, Document, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.forecast.progress import Progress
    from petaplan.capacity.hub import Hub

VERSION = 1
"""Version of the JSON of this report."""

MOST_ALIKE = 20
"""Objects that are shown one by one; the rest are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """One object that the stack and the inventory tell differently."""

    kind: str
    name: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KindCount:
    """How many objects of one kind there are, and since when."""

    kind: str
    in_stack: int
    in_inventory: int
    since: str
    """Day on which the first of them was placed."""
    changed: str
    """Day on which one of them changed last."""
    drift: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StackComparison:
    """A stack and its inventory, side by side."""

    stack: str
    inventory: str
    verdict: str
    """What the stack said of its plan when it was brought up; empty where it never was."""
    state: str
    plan: str
    """Hash of the plan that the stack holds; empty where it holds none."""
    kinds: tuple[KindCount, ...]
    drift: tuple[Drift, ...]
    note: str = ""
    """What must be decided before the next update; empty where nothing must."""
    declared: "Hub | None" = None
    """The plan that the stack holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusReport:
    """The comparison, and what became of an approval where one was named."""

    comparison: StackComparison
    approval: str | None = None
    progress: "Progress | None" = None
    """Planned against accepted petaflops, where an acceptance log was named."""


KIND_COLUMNS = (
    Column(key="kind", title="kind"),
    Column(key="stack", title="stack", right=True),
    Column(key="inventory", title="inventory", right=True),
    Column(key="since", title="since"),
    Column(key="changed", title="changed"),
    Column(key="drift", title="drift", right=True),
)
DRIFT_COLUMNS = (
    Column(key="kind", title="kind", inline=Inline(before="drift: ")),
    Column(key="name", title="name"),
    Column(key="how", title="drift", inline=Inline(before=": ")),
)


def status_document(report: StatusReport, rendering: Rendering = PLAIN) -> Document:
    """One table by kind, then each object that differs."""
    found = report.comparison
    sections = (
        Section(key="stack", blocks=(Lines(cells=tuple(_head(report))),), spaced=False),
        *_tables(found, None if rendering.everything else MOST_ALIKE),
        *_progress(report),
    )
    return Document(key="status", name=found.stack, sections=sections, main="kinds")


def _progress(report: StatusReport) -> Iterator[Section]:
    if report.progress is not None:
        from petaplan.capacity.report.forecast import progress_sections

        yield from progress_sections(report.progress)


def _head(report: StatusReport) -> Iterator[Cell]:
    found = report.comparison
    verdict = ", its plan was a {verdict} when it was brought up" if found.verdict else ""
    cells = {"stack": Text(found.stack), "verdict": Text(found.verdict), "inventory": Text(found.inventory)}
    yield Phrase(f"stack {{stack}}{verdict}; inventory {{inventory}}", cells)
    if report.approval is not None:
        yield Text(report.approval)
    if found.note:
        yield Text(found.note)
    if not found.kinds:
        yield Text("Nothing stands: no update has placed anything.")


def _tables(found: StackComparison, most: int | None) -> Iterator[Section]:
    if found.kinds:
        rows = [_kind_row(kind, f"/kinds/{at}") for at, kind in enumerate(found.kinds)]
        table = Table(key="kinds", columns=KIND_COLUMNS, rows=rows, noun="kinds")
        yield Section(key="kinds", blocks=(table,), spaced=False)
    shown = found.drift[:most]
    if shown:
        notes: dict[int, Cell] = {}
        if len(shown) < len(found.drift):
            more = {"count": Number(value=len(found.drift) - len(shown))}
            notes[len(shown)] = Phrase("… and {count} more (--all prints them)", more)
        rows = [_drift_row(one, f"/drift/{at}") for at, one in enumerate(shown)]
        drift = Table(key="drift", columns=DRIFT_COLUMNS, rows=rows, layout=Layout.LINES, notes=notes)
        yield Section(key="drift", blocks=(drift,))


def _kind_row(kind: KindCount, pointer: str) -> Row:
    return Row(
        cells={
            "kind": Text(kind.kind),
            "stack": Number(value=kind.in_stack),
            "inventory": Number(value=kind.in_inventory),
            "since": text(kind.since),
            "changed": text(kind.changed),
            "drift": Number(value=kind.drift) if kind.drift else MISSING,
        },
        pointer=pointer,
    )


def _drift_row(one: Drift, pointer: str) -> Row:
    return Row(cells={"kind": Text(one.kind), "name": Text(one.name), "how": Text(one.how)}, pointer=pointer)


def status_values(report: StatusReport) -> dict[str, object]:
    """The same as plain values, for programs."""
    found = report.comparison
    return {
        "petaplan_status": VERSION,
        "stack": found.stack,
        "inventory": found.inventory,
        "verdict": found.verdict,
        "approval": report.approval,
        "note": found.note or None,
        "kinds": [
            {
                "kind": kind.kind,
                "stack": kind.in_stack,
                "inventory": kind.in_inventory,
                "since": kind.since,
                "changed": kind.changed,
                "drift": kind.drift,
            }
            for kind in found.kinds
        ],
        "drift": [{"kind": one.kind, "name": one.name, "how": one.how} for one in found.drift],
        "progress": _progress_values(report),
    }


def _progress_values(report: StatusReport) -> object:
    """The phases of a log; None where none was named."""
    if report.progress is None:
        return None
    phases = [
        {
            "phase": one.phase,
            "planned_pflops": one.planned_pflops,
            "accepted_pflops": one.accepted_pflops,
            "slip_days": one.slip_days,
        }
        for one in report.progress.phases
    ]
    return {"on": report.progress.on.isoformat(), "kind": report.progress.kind, "phases": phases}
