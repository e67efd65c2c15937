"""Rates that others reported: a row for each device, precision and source."""

from petaplan.bench.evidence.reported import ReportedRate, ReportedRecord, ReportedSource
from petaplan.bench.report.cells import UNKNOWN, WIDTH, figure, lines, share
from petaplan.reporting.cells import Missing, Number, Text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="device", title="device", wraps=True),
    Column(key="precision", title="precision"),
    Column(key="engine", title="engine", data_only=True),
    Column(key="rate", title="reported", right=True, matters=True),
    Column(key="low", title="low", right=True),
    Column(key="high", title="high", right=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="statistic", title="of its runs"),
    Column(key="figures", title="figures", right=True),
    Column(key="shape", title="shape", data_only=True),
    Column(key="share_of_peak", title="of peak", right=True),
    Column(key="as_of", title="date"),
    Column(key="tool", title="format"),
    Column(key="source", title="source", wraps=True),
)
REMARK = "reported by others: no measurement; it moves what a plan expects, and satisfies no --require-evidence"


def reported_document(record: ReportedRecord, _rendering: Rendering) -> Document:
    """A row for each rate, then what was left out."""
    rows = [_row(rate, source) for source in record.sources for rate in source.rates]
    left = [f"{source.file}: left out: {line}" for source in record.sources for line in source.left_out]
    table = Table(key="reported", columns=COLUMNS, rows=rows, keys=2)
    section = Section(key="reported", blocks=(table, Lines(cells=lines([REMARK, *left]))))
    return Document(key="reported", name="", sections=(section,), pipe_width=WIDTH)


REPORTED: ReportKind[ReportedRecord] = ReportKind(
    key="reported",
    title="rates that others reported",
    command="petaplan-bench import",
    view=reported_document,
)


def _row(rate: ReportedRate, source: ReportedSource) -> Row:
    return Row(
        cells={
            "device": Text(rate.device),
            "precision": Text(rate.precision),
            "engine": Text(rate.engine),
            "rate": figure(rate.tera_per_second, rate.unit),
            "low": figure(rate.low),
            "high": figure(rate.high),
            "unit": Text(rate.unit),
            "statistic": Text(rate.statistic),
            "figures": Number(value=rate.figures),
            "shape": Text(str(rate.shape)) if rate.shape else UNKNOWN,
            "share_of_peak": share(rate.share_of_peak),
            "as_of": Text(source.as_of) if source.as_of else Missing("unknown"),
            "tool": Text(source.tool),
            "source": Text(source.source),
        }
    )
