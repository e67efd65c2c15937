"""The summary of records by device model and precision."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from petaplan.bench.evidence.calibrate import Calibration
from petaplan.bench.report.cells import WIDTH, figure, lines, share
from petaplan.reporting.cells import Number, Share, Text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="model", title="model", wraps=True),
    Column(key="precision", title="precision"),
    Column(key="devices", title="devices", right=True),
    Column(key="mean", title="mean", right=True),
    Column(key="half_width", title="± 95 %", right=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="share_of_peak", title="of peak", right=True),
    Column(key="slowest_of_8", title="slowest of 8", right=True),
    Column(key="slowest_of_512", title="of 512", right=True),
    Column(key="software", title="software", wraps=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrated:
    """The summary of a set of records."""

    found: tuple[Calibration, ...]
    left_out: tuple[str, ...]
    """Each row that may not calibrate, with its reason."""


def calibrations_document(calibrated: Calibrated, _rendering: Rendering) -> Document:
    """A row for each model and precision, then the rows that were left out."""
    table = Table(key="calibrations", columns=COLUMNS, rows=[_row(each) for each in calibrated.found], keys=2)
    remarks = lines([f"left out: {line}" for line in calibrated.left_out])
    section = Section(key="calibrations", blocks=(table, Lines(cells=remarks)))
    return Document(key="calibrations", name="", sections=(section,), pipe_width=WIDTH)


CALIBRATIONS: ReportKind[Calibrated] = ReportKind(
    key="calibrations",
    title="calibration by device model",
    command="petaplan-bench calibrate",
    outputs="petaplan.bench.report.outputs",
    view=calibrations_document,
)


def _row(each: Calibration) -> Row:
    return Row(
        cells={
            "model": Text(each.model),
            "precision": Text(each.precision),
            "devices": Number(value=each.devices),
            "mean": figure(each.mean, each.unit),
            "half_width": Share(value=(each.high - each.low) / 2.0 / each.mean, decimals=1),
            "unit": Text(each.unit),
            "share_of_peak": share(each.share_of_peak),
            "slowest_of_8": figure(each.expected_slowest[8]),
            "slowest_of_512": figure(each.expected_slowest[512]),
            "software": Text("; ".join(each.software)),
        }
    )


def calibration_records(found: Sequence[Calibration]) -> list[dict[str, object]]:
    """All members of each calibration, as JSON has them."""
    return [
        asdict(each) | {"expected_slowest": {str(ranks): rate for ranks, rate in each.expected_slowest.items()}}
        for each in found
    ]
