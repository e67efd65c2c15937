"""The result of a run: a row for each device and precision, the waterfalls, and what was not measured."""

from dataclasses import replace

from petaplan.bench.evidence.record import Row, RunRecord
from petaplan.bench.report.cells import UNKNOWN, WIDTH, half_width, lines, median, share
from petaplan.bench.report.show import figure, state
from petaplan.reporting.cells import Cell, Number, Status, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Section, Table
from petaplan.reporting.document import Row as Line
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="device", title="device"),
    Column(key="precision", title="precision"),
    Column(key="operands", title="operands", data_only=True),
    Column(key="sustained", title="sustained", right=True, matters=True),
    Column(key="half_width", title="± 95 %", right=True, matters=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="burst", title="burst", right=True),
    Column(key="share_of_peak", title="of peak", right=True),
    Column(key="clock_mhz", title="MHz", right=True),
    Column(key="kernel", title="kernel", right=True),
    Column(key="giga_per_joule", title="G per J", data_only=True),
    Column(key="status", title="status", data_only=True),
    Column(key="state", title="state", wraps=True, matters=True),
)


def results_document(evidence: RunRecord, _rendering: Rendering) -> Document:
    """The table, then remarks."""
    table = Table(key="results", columns=COLUMNS, rows=[_row(row) for row in evidence.rows], keys=2)
    blocks = (table, Lines(cells=lines(_remarks(evidence))))
    return Document(
        key="results", name=evidence.host.name, sections=(Section(key="results", blocks=blocks),), pipe_width=WIDTH
    )


RESULTS: ReportKind[RunRecord] = ReportKind(
    key="results", title="result of a run", command="petaplan-bench show", view=results_document
)


def _row(row: Row) -> Line:
    clock = row.clock.measured_mhz if row.clock else None
    kernel = next((factor.value for factor in row.waterfall if factor.name == "kernel"), None)
    efficiency = row.sustained.median * 1e3 / row.telemetry.power_w if row.sustained and row.telemetry.power_w else None
    cells: dict[str, Cell] = {
        "device": Text(row.device),
        "precision": Text(f"{row.precision} {row.data}" if row.data != "random" else str(row.precision)),
        "operands": Text(row.data),
        "sustained": median(row.sustained),
        "half_width": half_width(row.sustained),
        "unit": Text(row.precision.unit),
        "burst": median(row.burst),
        "share_of_peak": share(row.share_of_peak),
        "clock_mhz": Number(value=clock.median, decimals=0) if clock else UNKNOWN,
        "kernel": share(kernel),
        "giga_per_joule": Number(value=efficiency, decimals=2) if efficiency else UNKNOWN,
        "status": Status(key=row.status),
        "state": Text(state(replace(row, reason=None)), Tone.PLAIN if row.status == "measured" else Tone.BAD),
    }
    return Line(cells=cells)


def _remarks(evidence: RunRecord) -> list[str]:
    found = [line for row in evidence.rows if (line := waterfall_line(row))]
    found += [f"{row.status}: {row.device} {row.precision}: {row.reason}" for row in evidence.rows if row.reason]
    found += [f"warning: {row.device} {row.precision}: {text}" for row in evidence.rows for text in row.warnings]
    found += gaps(evidence)
    if evidence.run.partial:
        found.append("partial: the run was interrupted; none of its rows calibrates a plan")
    return found


def waterfall_line(row: Row) -> str:
    """Peak × factors = delivered, on one line."""
    if not row.waterfall:
        return ""
    first, *middle, last = row.waterfall
    unit = row.precision.unit
    factors = " ".join(f"× {factor.name} {factor.value:.3f}" for factor in middle)
    return (
        f"{row.device} {row.precision}: peak {figure(first.value)} {unit} {factors} = {figure(last.value)} {unit}"
        f"   [peak: {first.how}]"
    )


def gaps(evidence: RunRecord) -> list[str]:
    """What was not measured; one line for each reason."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for gap in evidence.missing:
        device, _, precision = gap.what.partition(" ")
        reason = gap.reason.replace(f" {precision} ", " it ") if precision else gap.reason
        by_reason.setdefault((device, reason), []).append(precision or device)
    return [
        f"not measured: {device} {', '.join(what)}: {reason}"
        if what != [device]
        else f"not measured: {device}: {reason}"
        for (device, reason), what in by_reason.items()
    ]
