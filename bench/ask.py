"""What a person typed becomes a request, or every problem with it at once."""

import difflib
import math
import os
import re
from pathlib import Path

from bench import devices
from bench.errors import InputError
from bench.evidence import Shape
from bench.precision import Precision
from bench.run import Request

_LONGEST_SECONDS = 86_400.0
_MOST_PROCESSES = 100


def request_of(
    *,
    device: list[str],
    dtype: list[str],
    seconds: float,
    half_width: float,
    processes: int | None,
    data: str,
    soak: float,
    seed: int,
    shape: str | None,
    threads: int | None,
) -> Request:
    """The request, or an InputError that lists all that is wrong."""
    problems: list[str] = []
    keys = tuple(text for text in device if _noted(problems, lambda text=text: devices.parse_key(text)))
    precisions = tuple(dict.fromkeys(p for text in dtype if (p := _precision(text, problems))))
    _bounded(problems, "--seconds", seconds, _LONGEST_SECONDS, "s")
    _bounded(problems, "--half-width", half_width, 0.5, "share of the median")
    if soak:
        _bounded(problems, "--soak", soak, _LONGEST_SECONDS, "s")
    if processes is not None:
        _bounded(problems, "--processes", processes, _MOST_PROCESSES, "fresh processes")
    if threads is not None:
        _bounded(problems, "--threads", threads, os.cpu_count() or 1, "BLAS threads")
    if data not in ("random", "zeros", "integers"):
        problems.append(f"--data {data}: unknown; expected random, zeros or integers")
    if seed < 0:
        problems.append(f"--seed {seed}: expected 0 or more")
    size = _shape(shape, problems) if shape else None
    if problems:
        raise InputError("\n".join(problems))
    return Request(
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
    )


def writable(path: Path | None, option: str) -> None:
    """Refuse before measuring what could not be written after it."""
    if path is None:
        return
    if path.is_dir():
        raise InputError(f"{option} {path}: is a folder; expected a file name")
    parent = path.parent
    if not parent.is_dir():
        raise InputError(f"{option} {path}: the folder {parent} does not exist; make it first")
    if not os.access(parent, os.W_OK):
        raise InputError(f"{option} {path}: the folder {parent} is not writable")


def _noted(problems: list[str], check: object) -> bool:
    try:
        check()  # type: ignore[operator]
    except InputError as error:
        problems.append(str(error))
        return False
    return True


def _precision(text: str, problems: list[str]) -> Precision | None:
    known = [str(precision) for precision in Precision]
    if text.lower() in known:
        return Precision(text.lower())
    near = difflib.get_close_matches(text.lower(), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    problems.append(f"--dtype {text}: unknown; expected one of {', '.join(known)}{hint}")
    return None


def _bounded(problems: list[str], option: str, value: float, most: float, what: str) -> None:
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
