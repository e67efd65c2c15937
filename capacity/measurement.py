"""Evidence after reading: measurements that may calibrate a plan, and rows that were left out."""

from dataclasses import dataclass
from datetime import date

from petaplan.capacity.figures import Precision


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one device delivered at one precision, as a share of the catalogue's dense peak."""

    model: str
    """Accelerator of the catalogue."""
    precision: Precision
    share: float
    low: float
    high: float
    """95 % interval of the median, as a share."""
    uuid: str
    host: str
    as_of: date
    software: str
    steady: bool
    soak: bool
    source: str
    """Run and file."""


@dataclass(frozen=True, slots=True)
class ReportedShare:
    """What others say that one device model delivers, as a share of the catalogue's dense peak; never a measurement."""

    model: str
    """Accelerator of the catalogue."""
    precision: Precision
    share: float
    source: str
    """Who reported it."""
    method: str
    as_of: date | None
    """Day of the measurement; None where nobody says it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that may not calibrate a plan, and why."""

    file: str
    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read."""

    name: str
    """As it was given."""
    sha256: str
    key: str = ""
    """Id of the trusted key that signed it; empty where no signature was asked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything usable from the files, and what was left out."""

    measurements: tuple[Measurement, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    files: tuple[SourceFile, ...] = ()
    reported: tuple[ReportedShare, ...] = ()
    """Rates of others, which inform the prior alone."""

    def of(self, model: str, precision: Precision) -> tuple[Measurement, ...]:
        """The measurements of one model at one precision; no precision replaces another."""
        return tuple(m for m in self.measurements if (m.model, m.precision) == (model, precision))

    def reported_of(self, model: str, precision: Precision) -> tuple[ReportedShare, ...]:
        """The rates that others reported of one model at one precision."""
        return tuple(r for r in self.reported if (r.model, r.precision) == (model, precision))


NONE = Evidence()
