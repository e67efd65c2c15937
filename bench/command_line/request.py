"""Turn command-line options into a request, or list every problem with them."""

import difflib
import math
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.device import USUAL, Calling
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.run import RunRequest
from petaplan.bench.precision import Precision
from petaplan.reporting.publishing import STDOUT

_LONGEST_SECONDS = 86_400.0
_MOST_PROCESSES = 100
_LARGEST_SEED = (1 << 31) - 1


def request_of(
    *,
    device: list[str],
    dtype: list[str],
    seconds: float | None,
    half_width: float,
    processes: int | None,
    data: str,
    soak: float,
    seed: int,
    shape: str | None,
    threads: int | None,
    outputs: Mapping[str, Path | None] | None = None,
    calling: Calling = USUAL,
) -> RunRequest:
    """The request, or an InputError that lists every problem; ``outputs`` maps options to files to be written."""
    problems = list(_unwritable(outputs or {}))
    keys = tuple(text for text in device if _noted(problems, lambda text=text: registry.selection(text)))
    precisions = tuple(dict.fromkeys(p for text in dtype if (p := precision_named(text, problems))))
    if seconds is not None:
        bounded(problems, "--seconds", seconds, _LONGEST_SECONDS, "s")
    bounded(problems, "--half-width", half_width, 0.5, "share of the rate")
    if soak:
        bounded(problems, "--soak", soak, _LONGEST_SECONDS, "s")
    if processes is not None:
        bounded(problems, "--processes", processes, _MOST_PROCESSES, "fresh processes")
    if threads is not None:
        bounded(problems, "--threads", threads, os.cpu_count() or 1, "BLAS threads")
    if data not in ("random", "zeros", "integers"):
        problems.append(f"--data {data}: unknown; expected random, zeros or integers")
    if not 0 <= seed <= _LARGEST_SEED:
        problems.append(f"--seed {seed}: expected 0 to {_LARGEST_SEED}")
    size = _shape(shape, problems) if shape else None
    if problems:
        raise InputError("\n".join(problems))
    return RunRequest(
        devices=keys,
        precisions=precisions,
        seconds=seconds,
        half_width=half_width,
        processes=processes,
        data=data,  # type: ignore[arg-type]
        soak_seconds=soak,
        seed=seed,
        shape=size,
        threads=threads,
        calling=calling,
    )


def writable(outputs: Mapping[str, Path | None]) -> None:
    """Refuse output files that cannot be written, before the measurement starts; ``outputs`` maps options to files."""
    problems = list(_unwritable(outputs))
    if problems:
        raise InputError("\n".join(problems))


def _unwritable(outputs: Mapping[str, Path | None]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        parent = path.parent
        if str(path) == STDOUT:
            pass
        elif path.exists() and not path.is_file():
            yield f"{option} {path}: is {evidence_file.kind_of(path)}; expected a file name"
        elif not parent.is_dir():
            yield f"{option} {path}: the folder {parent} does not exist; make it first"
        elif refusal := refusal_of(parent):
            yield f"{option} {path}: no file can be created in the folder {parent}: {refusal}"
        first = seen.setdefault(os.path.realpath(path), option)
        if first != option:
            yield f"{option} {path}: is also the file of {first}; expected two names"


def refusal_of(folder: Path) -> str | None:
    """Why no file can be created there. A trial file is the only test that covers mounts, quotas and superusers."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".petaplan-bench."):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _noted(problems: list[str], check: object) -> bool:
    try:
        check()  # type: ignore[operator]
    except InputError as error:
        problems.append(str(error))
        return False
    return True


def precision_named(text: str, problems: list[str]) -> Precision | None:
    """The precision of a ``--dtype``; None, with a problem noted, for an unknown one."""
    known = [str(precision) for precision in Precision]
    if text.lower() in known:
        return Precision(text.lower())
    near = difflib.get_close_matches(text.lower(), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    problems.append(f"--dtype {text}: unknown; expected one of {', '.join(known)}{hint}")
    return None


def bounded(problems: list[str], option: str, value: float, most: float, what: str) -> None:
    """Note a problem for a number that is not above 0 and at most ``most``."""
    if not (math.isfinite(value) and 0.0 < value <= most):
        problems.append(f"{option} {value:g}: expected more than 0 and at most {most:g} {what}")


def _shape(text: str, problems: list[str]) -> Shape | None:
    found = re.fullmatch(r"(\d{1,7})(?:[x×,](\d{1,7})[x×,](\d{1,7}))?", text.strip())
    sides = [int(side) for side in found.groups() if side] if found else []
    if not sides or min(sides) < 1:
        problems.append(f"--shape {text}: expected a side such as 4096, or m×n×k such as 4096x4096x8192")
        return None
    m, n, k = sides if len(sides) == 3 else sides * 3
    return Shape(m=m, n=n, k=k)
