"""Two records side by side, and the figures that only one of them has."""

from dataclasses import dataclass

from petaplan.bench.evidence.compare import Comparison
from petaplan.bench.report.cells import UNKNOWN, WIDTH, half_width, lines, median
from petaplan.reporting.cells import Number, Text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="device", title="device"),
    Column(key="precision", title="precision"),
    Column(key="first", title="first", right=True),
    Column(key="first_half_width", title="± 95 %", right=True),
    Column(key="second", title="second", right=True),
    Column(key="second_half_width", title="± 95 %", right=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="ratio", title="ratio", right=True, matters=True),
    Column(key="kernel_ratio", title="kernel ratio", right=True),
    Column(key="verdict", title="verdict", wraps=True, matters=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The comparison of two records."""

    rows: tuple[Comparison, ...]
    unshared: tuple[str, ...]
    """A line for each figure that only one of the records has."""


def comparison_document(compared: Compared, _rendering: Rendering) -> Document:
    """A row for each figure that both records have."""
    table = Table(key="comparison", columns=COLUMNS, rows=[_row(each) for each in compared.rows], keys=2)
    section = Section(key="comparison", blocks=(table, Lines(cells=lines(list(compared.unshared)))))
    return Document(key="comparison", name="", sections=(section,), pipe_width=WIDTH)


COMPARISON: ReportKind[Compared] = ReportKind(
    key="comparison", title="comparison of two records", command="petaplan-bench compare", view=comparison_document
)


def _row(each: Comparison) -> Row:
    kernel = each.kernel_ratio
    return Row(
        cells={
            "device": Text(each.device),
            "precision": Text(each.precision),
            "first": median(each.before.sustained),
            "first_half_width": half_width(each.before.sustained),
            "second": median(each.after.sustained),
            "second_half_width": half_width(each.after.sustained),
            "unit": Text(each.before.sustained.unit if each.before.sustained else ""),
            "ratio": Number(value=each.ratio, decimals=4),
            "kernel_ratio": Number(value=kernel, decimals=4) if kernel else UNKNOWN,
            "verdict": Text(each.verdict),
        }
    )
