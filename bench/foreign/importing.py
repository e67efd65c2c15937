"""Files of other benchmarks into a record of reported rates, or every problem with them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from statistics import fmean

from petaplan.bench.devices.gpu import sheet
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import evidence_file, host
from petaplan.bench.evidence.names import aliases
from petaplan.bench.evidence.reported import MOST_OF_SHEET, ReportedRate, ReportedRecord, ReportedSource
from petaplan.bench.foreign.formats_table import known_formats
from petaplan.bench.foreign.found import Contents, Figure, ForeignFormat
from petaplan.bench.precision import Precision
from petaplan.input_files import read_bounded

MOST_BYTES = 64 * 2**20
"""Size of the largest foreign file that is read: a log of days has a few MiB."""
SHOWN = 8
"""Problems of one file that are listed."""
KEPT_LEFT_OUT = 50
"""Figures left out of one file that the record lists."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What the user says of the files."""

    device: str | None = None
    """Name of the device: for files that name none, and to choose rows of a table that names several."""
    precision: Precision | None = None
    """For files that say none."""
    source: str | None = None
    as_of: str | None = None


def import_files(paths: Iterable[Path], given: Given) -> ReportedRecord:
    """The reported rates of some files.

    Raises:
        InputError: with every problem of every file; then there is no record.
    """
    problems: list[str] = []
    sources: list[ReportedSource] = []
    digests: dict[str, Path] = {}
    for path in paths:
        try:
            raw = _bytes(path)
            digest = hashlib.sha256(raw).hexdigest()
            if (first := digests.setdefault(digest, path)) is not path:
                problems.append(f"{path}: holds the same bytes as {first}; expected each file once")
            else:
                sources.append(_source(path, raw, digest, given))
        except InputError as error:
            problems.extend(str(error).splitlines())
    if problems:
        raise InputError("\n".join(problems))
    return ReportedRecord(tool=host.tool(), sources=tuple(sources))


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and path.is_dir():
            raise InputError(f"{path}: found a folder; expected a file of another benchmark: name its files")
        raw = read_bounded(path, MOST_BYTES)
    except OSError as error:
        found = error.strerror or str(error)
        advice = "; cut out the result, such as its last lines" if found.startswith("more than") else ""
        raise InputError(f"{path}: cannot be read: found {found}{advice}") from None
    if not raw.strip():
        raise InputError(f"{path}: is empty; expected the result of a benchmark")
    return raw


def _source(path: Path, raw: bytes, digest: str, given: Given) -> ReportedSource:
    text = _text(path, raw)
    form = recognised(path, raw, text)
    contents = Contents()
    form.read(text, contents)
    rates = list(_rates(contents, given)) if not contents.problems else []
    if not rates and not contents.problems:
        contents.problems.append(_nothing(contents, given))
    if contents.problems:
        raise InputError("\n".join(_listed(f"{path} ({form.key})", contents.problems)))
    return ReportedSource(
        tool=form.key,
        method=contents.method,
        source=given.source or path.name,
        as_of=given.as_of or contents.as_of,
        file=path.name,
        sha256=digest,
        rates=tuple(rates),
        left_out=tuple(_bounded_list(contents.left_out)),
    )


def _bounded_list(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:KEPT_LEFT_OUT]
    if len(lines) > KEPT_LEFT_OUT:
        yield f"and {len(lines) - KEPT_LEFT_OUT} more"


def _text(path: Path, raw: bytes) -> str:
    if b"\x00" in raw:
        raise InputError(f"{path}: is binary: found a zero byte at {raw.index(0)}; expected a text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"the byte 0x{raw[error.start]:02x} at {error.start}"
        raise InputError(
            f"{path}: is no UTF-8 text: found {found}; expected the text that the benchmark wrote"
        ) from None


def recognised(path: Path, raw: bytes, text: str) -> ForeignFormat:
    """The one format of a file.

    Raises:
        InputError: for none, and for several.
    """
    if (own := evidence_file.format_of(raw)) is not None:
        advice = "give it to `petaplan check --evidence` as it is"
        raise InputError(f"{path}: is a file of petaplan-bench itself ({own}); {advice}")
    found = [form for form in known_formats() if form.signs.search(text)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(form.key for form in known_formats())
    if not found:
        raise InputError(f"{path}: is of no known format; expected one of {known}")
    names = " and ".join(form.key for form in found)
    raise InputError(f"{path}: holds {names} at once; expected one format a file: split it")


def _listed(where: str, problems: Sequence[str]) -> Iterator[str]:
    yield from (f"{where}: {problem}" for problem in problems[:SHOWN])
    if len(problems) > SHOWN:
        yield f"{where}: and {len(problems) - SHOWN} more"


def _nothing(contents: Contents, given: Given) -> str:
    """Why a file that was read has no rate."""
    if contents.figures and given.device:
        names = sorted({figure.device for figure in contents.figures if figure.device})
        return f"no row of a device like {given.device!r}; the file has {', '.join(names[:6])}"
    left = f": {contents.left_out[0]}" if contents.left_out else ""
    return f"no rate of a matrix product at a known precision{left}"


def _rates(contents: Contents, given: Given) -> Iterator[ReportedRate]:
    """A rate for each device, precision and engine: the mean of the figures of its best shape."""
    known = sorted(_completed(contents, given), key=lambda each: (each.device or "", str(each.precision), each.engine))
    for _, group in groupby(known, key=lambda each: (each.device, each.precision, each.engine)):
        figures = list(group)
        by_shape: dict[str, list[Figure]] = {}
        for figure in figures:
            by_shape.setdefault(str(figure.shape), []).append(figure)
        best = max(by_shape.values(), key=lambda each: fmean(one.tera_per_second for one in each))
        yield _rate(best, len(by_shape))


def _rate(figures: Sequence[Figure], shapes: int) -> ReportedRate:
    first, values = figures[0], [figure.tera_per_second for figure in figures]
    assert first.device is not None
    assert first.precision is not None
    of_sheet = first.engine == "matrix" or first.precision is Precision.FP32
    dense = sheet.dense_peak(first.device, first.precision) if of_sheet else None
    return ReportedRate(
        device=first.device,
        aliases=aliases(first.device),
        precision=first.precision,
        engine=first.engine,
        unit="TOPS" if first.precision is Precision.INT8 else "TFLOP/s",
        tera_per_second=fmean(values),
        low=min(values),
        high=max(values + [figure.best for figure in figures if figure.best]),
        statistic=first.statistic,
        figures=len(figures),
        shapes=shapes,
        shape=first.shape,
        share_of_peak=fmean(values) / dense if dense else None,
        note="; ".join(dict.fromkeys(figure.note for figure in figures if figure.note))[:500],
    )


def _completed(contents: Contents, given: Given) -> Iterator[Figure]:
    """Each figure with its device and precision; what cannot be completed, or cannot be true, is a problem."""
    several = len({figure.device for figure in contents.figures}) > 1
    for figure in contents.figures:
        if several and given.device and not _is_like(figure.device, given.device):
            continue
        device = figure.device if several and figure.device else given.device or figure.device
        precision = figure.precision or given.precision
        if not device:
            _once(contents.problems, "names no device; give its name with --device")
        elif precision is None:
            _once(contents.problems, "says no precision; give it with --dtype")
        elif (dense := sheet.dense_peak(device, precision)) and figure.tera_per_second > MOST_OF_SHEET * dense:
            contents.problems.append(_above(figure, device, precision, dense))
        else:
            yield replace(figure, device=device, precision=precision)


def _once(problems: list[str], problem: str) -> None:
    if problem not in problems:
        problems.append(problem)


def _is_like(name: str | None, wanted: str) -> bool:
    return name is not None and wanted.casefold() in name.casefold()


def _above(figure: Figure, device: str, precision: Precision, dense: float) -> str:
    found = f"{figure.tera_per_second:g} {precision.unit} at {precision}, {figure.tera_per_second / dense:.2f} × sheet"
    cause = "another precision (tf32 for fp32), 2:4 sparsity, or a card of two chips?"
    return f"{figure.where}: found {found}; expected at most {MOST_OF_SHEET} × the {dense:.4g} of {device}: {cause}"
