"""The file of reported rates: what somebody else measured, with its source, date and method.

docs/bench-evidence.md specifies the written form; this is its source. A reported rate is no measurement of this
program: it moves what a plan expects before anything is measured, and nothing else.
"""

from functools import cache
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from petaplan.bench.errors import EvidenceError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.fields import Day, Positive, Size, Text
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision

FORMAT: Final = "petaplan-bench-reported"
VERSION: Final = 1
MOST_OF_SHEET: Final = 1.02
"""Rate over dense sheet beyond which a figure is refused: another precision, sparsity, or two chips for one."""

_CONFIG = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class ReportedRate:
    """One device model at one precision."""

    device: Text
    """The name that the user gives it, or the one in the file."""
    aliases: tuple[str, ...]
    """The same in short, for a look-up in a catalogue."""
    precision: Precision
    engine: Literal["vector", "matrix"]
    unit: Literal["TFLOP/s", "TOPS"]
    tera_per_second: Positive
    """Mean of the figures of the best shape."""
    low: Positive
    """The lowest of these figures."""
    high: Positive
    """The highest of these figures, or of the single runs behind them where the file has it."""
    statistic: Literal["mean", "median", "best", "sustained", "single"]
    """What each figure is of the runs behind it."""
    figures: Size
    """Figures of the file that the rate is the mean of. They are no count of devices."""
    shapes: Size
    """Shapes of which this one is the best."""
    shape: Shape | None
    share_of_peak: Positive | None
    """Of the dense sheet, where petaplan-bench has one of that name."""
    note: str


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class ReportedSource:
    """One file of another benchmark."""

    tool: Text
    """Key of the format."""
    method: Text
    source: Text
    """Who reported it: as the user says, or the file's name."""
    as_of: Day | None
    """Day of the measurement; null where nobody says it."""
    file: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rates: tuple[ReportedRate, ...]
    left_out: tuple[str, ...]
    """Figures of the file that are none of a matrix product at a known precision, with the reason."""


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class ReportedRecord:
    """Rates of some files that others made."""

    format: Literal["petaplan-bench-reported"] = FORMAT
    version: Literal[1] = VERSION
    status: Literal["reported"] = "reported"
    """Never ``measured``: only a run of petaplan-bench is."""
    tool: Text
    """``petaplan-bench`` and its version."""
    sources: tuple[ReportedSource, ...]
    digest: Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    """SHA-256 of the file up to the word "digest"; empty until the record is written."""


@cache
def adapter() -> TypeAdapter[ReportedRecord]:
    """The strict reader and writer of the record."""
    return TypeAdapter(ReportedRecord)


def render(record: ReportedRecord) -> bytes:
    """The file's bytes, with the digest last."""
    return evidence_file.sealed(adapter().dump_python(record, mode="json"))


def is_reported(raw: bytes) -> bool:
    """Whether these bytes say that they are such a file."""
    return evidence_file.format_of(raw) == FORMAT


def parse(raw: bytes, name: str) -> ReportedRecord:
    """The record in those bytes; ``name`` opens each message.

    Raises:
        EvidenceError: with everything that is wrong with it.
    """
    try:
        record = adapter().validate_json(raw)
    except ValidationError as error:
        raise EvidenceError(evidence_file.explained(error, name)) from None
    if record.digest != evidence_file.digest_of(raw):
        found = "the digest does not match: the file was changed after it was written"
        raise EvidenceError([f"{name}: {found}; expected the bytes that were written: import the sources again"])
    return record
