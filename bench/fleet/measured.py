"""What each file of a fleet measured, row by row: the few facts that pages show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from petaplan.bench.devices.gpu import sheet
from petaplan.bench.errors import EvidenceError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.calibrate import usable
from petaplan.bench.evidence.record import Row, RunRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A row with a sustained rate."""

    host: str
    device: str
    uuid: str
    model: str
    precision: str
    unit: str
    started_at: str
    median: float
    low: float
    high: float
    share_of_peak: float | None
    factors: tuple[tuple[str, float], ...]
    """From the sheet to what was delivered; the first and the last are rates, the others ratios."""
    left_out: str
    """Why it calibrates nothing; empty where it may."""

    @property
    def group(self) -> tuple[str, str]:
        """What figures must share to stand on one axis."""
        return self.model, self.precision


def measured(paths: Iterable[Path]) -> Iterator[Measured]:
    """Each row with a sustained rate, one file at a time. An unsound file has none, and each run counts once."""
    seen: set[str] = set()
    for path in paths:
        try:
            record = evidence_file.read(path)
        except EvidenceError:
            continue  # the verdict over the fleet names it
        if record.run.id not in seen:
            seen.add(record.run.id)
            yield from (_measured(record, row) for row in record.rows if row.sustained is not None)


def _measured(record: RunRecord, row: Row) -> Measured:
    device, rate = record.device(row.device), row.sustained
    assert rate is not None
    partition = f" ({device.partition})" if device.partition else ""
    return Measured(
        host=record.host.name,
        device=row.device,
        uuid=device.uuid,
        model=device.model + partition,
        precision=str(row.precision),
        unit=rate.unit,
        started_at=record.run.started_at,
        median=rate.median,
        low=rate.low,
        high=rate.high,
        share_of_peak=row.share_of_peak,
        factors=tuple((factor.name, factor.value) for factor in row.waterfall),
        left_out=usable(record, row, sheet.units_of) or "",
    )
