"""Ratios of each phase: petaflops per megawatt, and cost per petaflop."""

from collections.abc import Iterator

from petaplan.capacity.check_report import PhaseSummary, Report
from petaplan.reporting.cells import MISSING, Cell, Number, Text
from petaplan.reporting.document import Column, Row, Section, Table

MILLION = 1_000_000

COLUMNS = (
    Column(key="phase", title="phase"),
    Column(key="precision", title="precision"),
    Column(key="per_mw", title="peak per MW of IT", right=True),
    Column(key="cost", title="cost per added peak", right=True),
)


def capex_per_pflops(report: Report, phase: PhaseSummary) -> dict[str, object] | None:
    """What a phase costs over what it adds at each precision, in the currency of its budget; None without a cost."""
    cost = cost_of(report, phase)
    if cost is None:
        return None
    millions, currency = cost
    per = {str(one): round(millions * MILLION / value, 2) for one, value in phase.added_pflops if value}
    return {"currency": currency, "by_precision": per}


def cost_of(report: Report, phase: PhaseSummary) -> tuple[float, str] | None:
    """Capital expenditure of a phase in millions, and the currency; None where nothing says it (rule BUD-001)."""
    found = next((one for one in report.findings if one.rule == "BUD-001" and one.phase == phase.name), None)
    return None if found is None or found.demand is None else (found.demand, found.unit.removeprefix("million "))


def ratio_sections(report: Report) -> Iterator[Section]:
    """A row for each phase and precision; nothing where there is no accelerator."""
    rows = [row for phase in report.phases for row in _rows(report, phase)]
    if rows:
        table = Table(key="ratios", columns=COLUMNS, rows=rows, noun="ratios")
        yield Section(key="ratios", title=Text("Ratios"), blocks=(table,))


def _rows(report: Report, phase: PhaseSummary) -> Iterator[Row]:
    cost, added = cost_of(report, phase), dict(phase.added_pflops)
    for precision, per_mw in phase.pflops_per_mw:
        price: Cell = MISSING
        if cost is not None and added.get(precision):
            unit = f"{cost[1]} per {precision.rate_unit}"
            price = Number(value=round(cost[0] * MILLION / added[precision]), unit=unit)
        yield Row(
            cells={
                "phase": Text(phase.name),
                "precision": Text(str(precision)),
                "per_mw": Number(value=per_mw, unit=f"{precision.rate_unit} per MW"),
                "cost": price,
            }
        )
