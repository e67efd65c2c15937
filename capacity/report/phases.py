"""The phases of a plan as a table: what is in service on the day of each."""

from collections.abc import Callable, Sequence

from petaplan.capacity.check_report import PhaseSummary, Report
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.report.findings import verdict_status
from petaplan.reporting.cells import MISSING, Cell, Day, Number, Phrase, Several, Text
from petaplan.reporting.document import Column, Row, Table

SHOWN = (Precision.BF16, Precision.FP16, Precision.FP8)
"""Precisions that are shown even where no target asks for them."""
BADGES = {
    Verdict.PASS: "✅ Pass",
    Verdict.SHORTFALL: "❌ Shortfall",
    Verdict.UNKNOWN: "❔ Cannot tell",
    Verdict.REVIEW: "❔ Review",
}
"""Verdicts as a comment shows them."""


def phase_table(report: Report, verdict_of: Callable[[PhaseSummary], Verdict] = lambda phase: phase.verdict) -> Table:
    """A row a phase; petaflops are dense matrix peak, all phases before it included."""
    asked = {basis.precision for basis in report.bases}
    there = {precision for phase in report.phases for precision, _ in phase.pflops}
    precisions = [one for one in Precision if one in asked or (one in SHOWN and one in there)]
    first = asked or set(precisions[:1])
    return Table(
        key="phases",
        columns=(
            Column(key="phase", title="phase"),
            Column(key="in_service", title="in service"),
            Column(key="target_pflops", title="target", unit="PFLOP/s", right=True, matters=True),
            *(_precision(one, matters=one in first) for one in precisions),
            Column(key="it_power_mw", title="IT", unit="MW", right=True, bounded=True),
            Column(key="pods", title="pods", right=True),
            Column(key="racks", title="racks", right=True),
            Column(key="accelerators", title="accelerators", short="accel-\nerators", right=True),
            Column(key="verdict", title="verdict", matters=True),
        ),
        rows=[_row(phase, verdict_of(phase), precisions, at) for at, phase in enumerate(report.phases)],
        noun="phases",
    )


def _precision(precision: Precision, *, matters: bool) -> Column:
    return Column(
        key=f"{precision}_pflops",
        title=str(precision),
        unit=precision.rate_unit,
        right=True,
        matters=matters,
    )


def _row(phase: PhaseSummary, verdict: Verdict, precisions: Sequence[Precision], at: int) -> Row:
    peaks = dict(phase.pflops)
    peak = (Number(value=value, unit="PFLOP/s") for value in phase.target_pflops)
    delivered = (
        Phrase("{pflops} delivered", {"pflops": Number(value=value, unit="PFLOP/s")})
        for value in phase.delivered_pflops
    )
    targets: tuple[Cell, ...] = (*peak, *delivered)
    cells: dict[str, Cell] = {
        "phase": Text(phase.name),
        "in_service": Day(phase.in_service),
        "target_pflops": Several(targets) if targets else MISSING,
        "it_power_mw": Number(value=phase.it_power_mw, unit="MW", decimals=2, lower_bound=not phase.it_power_known),
        "pods": Number(value=phase.pods),
        "racks": Number(value=phase.racks),
        "accelerators": Number(value=phase.accelerators),
        "verdict": verdict_status(verdict, BADGES),
    }
    for precision in precisions:
        known = precision in peaks
        value = Number(value=peaks[precision], unit=precision.rate_unit) if known else MISSING
        cells[f"{precision}_pflops"] = value
    return Row(cells=cells, pointer=f"/phases/{at}")
