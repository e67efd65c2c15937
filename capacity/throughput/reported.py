"""Reported rates: what others measured, read from the file that `petaplan-bench import` writes.

They inform the prior of a calibration. They are no measurement, whatever file they stand in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Len

from petaplan.capacity.errors import Problem
from petaplan.capacity.figures import Engine, Figure, Precision
from petaplan.capacity.hardware import Accelerator, MeasuredGemm
from petaplan.capacity.measurement import Refusal, ReportedShare
from petaplan.capacity.noun import Noun
from petaplan.capacity.throughput.evidence_fitness import slice_by_name

FORMAT = "petaplan-bench-reported"
MOST_OF_SHEET = 1.02
"""Rate over dense peak beyond which a figure cannot be of that device and precision."""

SAME_RATE = 0.0005
"""Two rates that are nearer, as a part of the rate, are one: documents print four digits at most."""

Positive = Annotated[float, Gt(0)]
Word = Annotated[str, Len(1, 2_000)]
Unread = object
"""A value that a plan has no use for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate(Noun):
    """One device model at one precision."""

    device: Word
    aliases: tuple[str, ...]
    precision: Precision
    engine: Engine
    unit: Literal["TFLOP/s", "TOPS"]
    tera_per_second: Positive
    low: Positive
    high: Positive
    statistic: Word
    figures: Annotated[int, Ge(1)]
    shapes: Unread
    shape: Unread
    share_of_peak: Unread
    note: Unread

    def __post_init__(self) -> None:
        if not self.low <= self.tera_per_second <= self.high:
            raise ValueError("a rate between its low and its high")
        if (self.unit == "TOPS") != (self.precision is Precision.INT8):
            raise ValueError("TOPS for int8, and TFLOP/s for every other precision")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Noun):
    """One file of another benchmark."""

    tool: Word
    method: Word
    source: Word
    as_of: date | None
    file: Word
    sha256: Word
    rates: tuple[Rate, ...]
    left_out: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedFile(Noun):
    """Rates of some files that others made."""

    format: Literal["petaplan-bench-reported"]
    version: Literal[1]
    status: Literal["reported"]
    tool: Unread
    sources: tuple[Source, ...]
    digest: Word


Found = ReportedShare | Refusal | Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What reported rates are held against."""

    names: Mapping[str, Accelerator]
    """Accelerators by every name that a driver has for them, in lower case."""
    published: Sequence[MeasuredGemm]
    """Rates that the catalogue has already."""
    latest: date
    """Last day that is possible."""


def reported_shares(path: Path, read: ReportedFile, known: Known, seen: dict[str, str]) -> Iterator[Found]:
    """Each rate as a share of the catalogue's dense peak, or why it is none.

    ``seen`` holds the files of others that were read, by their SHA-256.
    """
    latest = known.latest
    for index, source in enumerate(read.sources):
        if source.as_of is not None and source.as_of > latest:
            yield Problem(
                where=f"{path}: sources[{index}].as_of",
                found=f"{source.as_of}, a day to come",
                expected=f"a day up to {latest}",
            )
        elif (first := seen.setdefault(source.sha256, f"{path}: sources[{index}]")) != f"{path}: sources[{index}]":
            yield Refusal(str(path), f"sources[{index}] {source.file}", f"the same file of others as in {first}")
        else:
            yield from (
                _share(path, f"sources[{index}].rates[{at}]", r, source, known) for at, r in enumerate(source.rates)
            )


def _share(path: Path, place: str, rate: Rate, source: Source, known: Known) -> Found:
    names = known.names
    label = f"{place} {rate.device} {rate.precision}"
    spelt = (rate.device, *rate.aliases)
    accelerator = next((names[name.lower()] for name in spelt if name.lower() in names), None)
    peak = accelerator.peak(rate.precision) if accelerator else None
    if (part := slice_by_name(spelt)) is not None:
        return Refusal(str(path), label, part)
    if rate.engine is not Engine.MATRIX:
        return Refusal(str(path), label, f"the {rate.engine} engine, where peaks are of the matrix engine")
    if accelerator is None:
        return Refusal(str(path), label, f"no accelerator of the catalogue is called {rate.device!r}")
    if peak is None:
        return Refusal(str(path), label, f"the catalogue has no dense {rate.precision} peak of {accelerator.model}")
    share = rate.tera_per_second / peak.value
    if share > MOST_OF_SHEET:
        return Problem(
            where=f"{path}: {label}",
            found=f"{rate.tera_per_second:g} {rate.unit}, {share:.3f} of the {peak.value:g} of {accelerator.model}",
            expected=f"at most {MOST_OF_SHEET} of the dense peak of the catalogue",
            advice="another precision, 2:4 sparsity, or a card of two chips? leave it out",
        )
    if (twice := _in_catalogue(rate, accelerator, known.published)) is not None:
        figure = twice.rate_tflops
        said = f"the catalogue has this rate already ({figure}): it would count twice"
        return Refusal(str(path), label, said)
    return ReportedShare(
        model=accelerator.model,
        precision=rate.precision,
        share=share,
        source=source.source,
        method=source.method,
        as_of=source.as_of,
    )


def _in_catalogue(rate: Rate, device: Accelerator, published: Sequence[MeasuredGemm]) -> MeasuredGemm | None:
    """The published rate of that device and precision with the same number, to the digits that documents print."""
    alike = (one for one in published if (one.accelerator, one.precision) == (device.model, rate.precision))
    return next((one for one in alike if one.rate_tflops is not None and _same(rate, one.rate_tflops)), None)


def _same(rate: Rate, figure: Figure) -> bool:
    return abs(rate.tera_per_second - figure.value) <= SAME_RATE * figure.value
