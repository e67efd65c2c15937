"""Evidence: measured rates of devices, read from the benchmark's files and checked.

Nothing here imports the benchmark: the file is the contract (docs/bench-evidence.md).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from petaplan.capacity.errors import EvidenceError, Problem
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import Accelerator, MeasuredGemm
from petaplan.capacity.measurement import Evidence, Measurement, Refusal, ReportedShare, SourceFile
from petaplan.capacity.noun import Noun
from petaplan.capacity.throughput.evidence_fitness import contradictions, likely_cause, slice_of, unfit
from petaplan.capacity.throughput.evidence_form import Device, EvidenceFile, Row
from petaplan.capacity.throughput.reported import FORMAT as REPORTED
from petaplan.capacity.throughput.reported import Known, ReportedFile, reported_shares
from petaplan.capacity.throughput.sealed_file import read_sealed, refused
from petaplan.capacity.throughput.trusted_keys import TrustedKeys, UnsignedError
from petaplan.input_files import read_bounded

FORMS: dict[str, type[Noun]] = {"petaplan-bench-evidence": EvidenceFile, REPORTED: ReportedFile}
"""Formats of files that are read, by their names."""
MOST_BYTES = 256 * 2**20


def read_evidence(
    paths: Iterable[Path | str],
    catalogue: Catalogue,
    models: Iterable[str] = (),
    *,
    trusted: TrustedKeys | None = None,
) -> Evidence:
    """The evidence in some files and folders; a file that is given twice is read once.

    Advice names ``models``, the accelerators of the plan. With ``trusted`` keys only signed files count. An unsigned
    file of a folder is left out; an unsigned file that is named itself is a fault.

    Raises:
        EvidenceError: with every fault of every file; for a rate above the catalogue's peak, with its likely cause; and
            when no row of any file may calibrate anything.
    """
    reading = _Reading(names=_names(catalogue), published=(*measured_gemms(), *catalogue.measured))
    given = _given(paths, reading.problems)
    for path, all_names in given.items():
        reading.read(all_names[0], named=any(not name.within for name in all_names), trusted=trusted, at=path)
    usable = reading.measurements or reading.reported
    if not reading.problems and not usable and (reading.rows_refused or reading.runs):
        reading.problems.extend(_nothing_usable(reading.refusals, reading.runs, models))
    if reading.problems:
        raise EvidenceError(reading.problems)
    kept = _one_a_device(reading.measurements)
    refusals = (*reading.refusals, *_overtaken(reading.measurements, kept), *_again(given.values()))
    return Evidence(kept, refusals, tuple(reading.files), tuple(sorted(reading.reported, key=_order)))


def _order(one: ReportedShare) -> tuple[str, str, str, float]:
    return one.model, one.precision, one.source, one.share


@dataclass(frozen=True, slots=True)
class _Name:
    """A file as it was given."""

    path: Path
    within: bool
    """Whether its folder was named and not it."""


def _given(paths: Iterable[Path | str], problems: list[Problem]) -> dict[Path, list[_Name]]:
    """Each file with all the names by which it was given; a folder without any is a problem."""
    named: dict[Path, list[_Name]] = {}
    for path in map(Path, paths):
        inside = files_in(path)
        for file in inside:
            named.setdefault(file.absolute(), []).append(_Name(file, within=file != path))
        if not inside:
            problems.append(Problem(where=str(path), found="no *.json in this folder", expected="evidence files"))
    return named


def files_in(path: Path) -> list[Path]:
    """The evidence files of a folder, in the order of their names; of a file, itself."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


@dataclass(kw_only=True, slots=True)
class _Reading:
    """What was found so far."""

    names: dict[str, Accelerator]
    published: tuple[MeasuredGemm, ...]
    """Rates that the catalogue has already."""
    problems: list[Problem] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    reported: list[ReportedShare] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    """Files of others that were read, by their SHA-256."""
    rows_refused: bool = False
    """Whether a rate of others was; a file of the benchmark is in ``runs`` whatever its rows are."""

    def read(self, name: _Name, *, named: bool, trusted: TrustedKeys | None, at: Path) -> None:
        """One file: its signature, where one is asked for, then its content."""
        path = name.path
        try:
            raw = _bytes(path)
            key = trusted.signer(at, raw) if trusted else ""
            self._take(path, _read(path, raw))
        except UnsignedError as reason:
            if named:
                self.problems.append(_unsigned(path, str(reason), trusted))
            else:
                self.refusals.append(Refusal(str(path), "the file", str(reason)))
        except EvidenceError as error:
            self.problems.extend(error.problems)
        else:
            self.files.append(SourceFile(str(path), hashlib.sha256(raw).hexdigest(), key))

    def _take(self, path: Path, read: EvidenceFile | ReportedFile) -> None:
        if isinstance(read, EvidenceFile):
            self._rows(path, read)
            return
        known = Known(names=self.names, published=self.published, latest=_latest())
        for made in reported_shares(path, read, known, self.sources):
            match made:
                case ReportedShare():
                    self.reported.append(made)
                case Refusal():
                    self.refusals.append(made)
                    self.rows_refused = True
                case Problem():
                    self.problems.append(made)

    def _rows(self, path: Path, read: EvidenceFile) -> None:
        if (first := self.runs.setdefault(f"{read.run.id} on {read.host.name}", str(path))) != str(path):
            found = f"run {read.run.id} of {read.host.name} again (first in {first})"
            raise refused(path, found, "each run once", "leave one out")
        for index, row in enumerate(read.rows):
            match made := _row(path, index, row, read, self.names):
                case Measurement():
                    self.measurements.append(made)
                case Refusal():
                    self.refusals.append(made)
                case Problem():
                    self.problems.append(made)


def _unsigned(path: Path, reason: str, trusted: TrustedKeys | None) -> Problem:
    keys = trusted.file if trusted else ""
    advice = "sign it with `petaplan-bench sign`, or leave it out"
    return Problem(where=str(path), found=reason, expected=f"a signature by a key of {keys}", advice=advice)


def _again(files: Iterable[list[_Name]]) -> Iterator[Refusal]:
    """Each file that was given more than once, reported once."""
    for names in files:
        if len(names) > 1:
            yield Refusal(str(names[0].path), "the file again", f"given {len(names)} times, read once")


def _nothing_usable(refusals: list[Refusal], runs: dict[str, str], models: Iterable[str]) -> Iterator[Problem]:
    """Why no row may calibrate anything, row by row; the last says what to do."""
    expected = "a verified, whole row of an accelerator of the catalogue"
    faults = [(f"{refusal.file}: {refusal.row}", refusal.reason) for refusal in refusals]
    *others, (where, found) = faults or [(", ".join(runs.values()), "no row")]
    for place, reason in others:
        yield Problem(where=place, found=reason, expected=expected)
    known = ", ".join(models)
    advice = "run petaplan-bench on a host with an accelerator of the plan" + (f": {known}" if known else "")
    yield Problem(where=where, found=found, expected=expected, advice=advice)


def _names(catalogue: Catalogue) -> dict[str, Accelerator]:
    """Accelerators by every name a driver or the benchmark may use, in lower case."""
    names: dict[str, Accelerator] = {}
    for accelerator in catalogue.table(Accelerator):
        short = accelerator.model.split("-", 1)[-1]
        for name in (accelerator.model, short, *accelerator.aliases):
            names.setdefault(name.lower(), accelerator)
    return names


def _bytes(path: Path) -> bytes:
    try:
        return read_bounded(path, MOST_BYTES)
    except OSError as error:
        raise refused(path, str(error.strerror), "an evidence file", "check the path") from None


def _read(path: Path, raw: bytes) -> EvidenceFile | ReportedFile:
    """One file: its digest, its form.

    Raises:
        EvidenceError: with everything that is wrong with it.
    """
    read = read_sealed(path, raw, FORMS)
    if isinstance(read, EvidenceFile):
        _consistent(path, read)
    return cast("EvidenceFile | ReportedFile", read)


def _consistent(path: Path, read: EvidenceFile) -> None:
    if faults := tuple(contradictions(read)):
        raise refused(path, "; ".join(faults), "a record that doesn't contradict itself", "measure again")
    if read.run.as_of > (latest := _latest()):
        raise refused(
            path,
            f"run.as_of {read.run.as_of}, a day to come",
            f"a day up to {latest}",
            "set the clock of that host right, and measure again",
        )


def _latest() -> date:
    """The last day that a measurement can be of: tomorrow, for hosts whose day begins earlier."""
    return datetime.now(UTC).date() + timedelta(days=1)


def _row(
    path: Path, index: int, row: Row, read: EvidenceFile, names: dict[str, Accelerator]
) -> Measurement | Refusal | Problem:
    device = next(device for device in read.devices if device.key == row.device)
    label = f"rows[{index}] {row.device} {row.precision}"
    accelerator = _accelerator(device, names)
    reason = unfit(row, read, device) or slice_of(device, accelerator)
    if reason is None and accelerator is None:
        reason = f"no accelerator of the catalogue is called {device.model!r}"
    peak = accelerator.peak(row.precision) if accelerator else None
    if reason is None and peak is None:
        reason = f"the catalogue has no dense {row.precision} peak of {accelerator.model if accelerator else ''}"
    if reason is not None or accelerator is None or peak is None or row.sustained is None:
        return Refusal(str(path), label, reason or "no sustained figure")
    share = row.sustained.median / peak.value
    if share > 1.0 or (row.share_of_peak is not None and row.share_of_peak > 1.0):
        return _above_peak(f"{path}: {label}", row, accelerator.model, peak.value, device)
    return Measurement(
        model=accelerator.model,
        precision=row.precision,
        share=share,
        low=row.sustained.low / peak.value,
        high=row.sustained.high / peak.value,
        uuid=device.uuid,
        host=f"{read.host.name}/{read.host.boot_id}",
        as_of=read.run.as_of,
        software=device.software.identity,
        steady=row.steady,
        soak=row.soak,
        source=f"{read.run.id} ({path.name})",
    )


def _above_peak(where: str, row: Row, model: str, peak: float, device: Device) -> Problem:
    """A rate above the peak of the catalogue, or above the one that the benchmark itself counts with."""
    rate = row.sustained
    assert rate is not None
    found = f"{rate.median:g} {rate.unit}, {rate.median / peak:.3f} of the {peak:g} of {model}"
    if rate.median <= peak:
        found = f"{rate.median:g} {rate.unit}, {row.share_of_peak:g} of the benchmark's own peak"
    return Problem(
        where=where,
        found=found,
        expected="at most the dense peak of the catalogue",
        advice=likely_cause(row, peak, device),
    )


def _accelerator(device: Device, names: dict[str, Accelerator]) -> Accelerator | None:
    for name in (device.model, *device.aliases):
        if (found := names.get(name.lower())) is not None:
            return found
    return None


def _one_a_device(measurements: list[Measurement]) -> tuple[Measurement, ...]:
    """The newest measurement of each device: two rows of one uuid are not two devices."""
    newest: dict[tuple[str, str, Precision], Measurement] = {}
    for measurement in measurements:
        key = (measurement.model, measurement.uuid, measurement.precision)
        known = newest.get(key)
        if known is None or _rank(measurement) > _rank(known):
            newest[key] = measurement
    return tuple(newest[key] for key in sorted(newest))


def _overtaken(measurements: list[Measurement], kept: tuple[Measurement, ...]) -> Iterator[Refusal]:
    """Each measurement that a newer one of the same device replaces."""
    newest = {(m.model, m.uuid, m.precision): m for m in kept}
    for m in measurements:
        newer = newest[m.model, m.uuid, m.precision]
        if m is not newer:
            yield Refusal(m.source, f"{m.uuid} {m.precision}", f"the same device again in {newer.source}")


def _rank(measurement: Measurement) -> tuple[date, bool, bool, str]:
    return (measurement.as_of, measurement.soak, measurement.steady, measurement.source)
