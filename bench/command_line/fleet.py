"""Checks that the commands of a fleet share."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from petaplan.bench.command_line import request as requests
from petaplan.bench.devices.common import registry
from petaplan.bench.errors import InputError
from petaplan.bench.fleet import launch, worker
from petaplan.bench.method import run as running
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH
from petaplan.input_files import read_bounded

_MOST_DEFAULT_PROCESSES = 3
"""Processes of a row of the kind of device that has most; each of them soaks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How each host measures, beyond devices, precisions and seconds."""

    half_width: float = DEFAULT_HALF_WIDTH
    processes: int | None = None
    soak: float = 0.0
    shape: str | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """The options of a worker that measures in the same manner."""
        found: list[str] = []
        if self.half_width != DEFAULT_HALF_WIDTH:
            found += ["--half-width", f"{self.half_width:g}"]
        if self.processes is not None:
            found += ["--processes", str(self.processes)]
        if self.soak:
            found += ["--soak", f"{self.soak:g}"]
        return (*found, "--shape", self.shape) if self.shape else tuple(found)


def request_of(
    device: list[str], dtype: list[str], seconds: float | None, manner: Manner, timeout: float | None = None
) -> running.RunRequest:
    """The request of each host.

    Raises:
        InputError: which lists all that is wrong.
    """
    found = requests.request_of(
        device=device, dtype=dtype, seconds=seconds, half_width=manner.half_width, processes=manner.processes,
        data="random", soak=manner.soak, seed=1, shape=manner.shape, threads=None,
    )  # fmt: skip
    if timeout is None:
        return found
    if not (math.isfinite(timeout) and timeout > 0.0):
        raise InputError(f"--timeout {timeout:g}: expected more than 0 s")
    return replace(found, timeout_seconds=timeout)


def usable_folder(out: Path) -> Path:
    """The folder for the host files.

    Raises:
        InputError: when it is not there or takes no file.
    """
    if not out.is_dir():
        raise InputError(f"--out {out}: no such folder; make it first, on a file system that all workers see")
    if refusal := requests.refusal_of(out):
        raise InputError(f"--out {out}: no file can be created there: {refusal}")
    return out


def usable_jitter(seconds: float) -> float:
    """The spread of the starts, s.

    Raises:
        InputError: when it is negative or no number.
    """
    if not (math.isfinite(seconds) and seconds >= 0.0):
        raise InputError(f"--jitter {seconds:g}: expected 0 s or more")
    return seconds


def fleet_of(  # noqa: PLR0917 - the facts of one fleet
    hosts: int,
    out: str,
    run_id: str,
    device: list[str],
    dtype: list[str],
    seconds: float | None,
    gpus: int,
    jitter: float,
    manner: Manner,
    **names: str | None,
) -> launch.Fleet:
    """The fleet that a launcher script starts.

    Raises:
        InputError: which lists all that is wrong; ``names`` are options that hold names for the scheduler.
    """
    problems = list(launch.unfit_names(**names))
    try:
        request_of(device, dtype, seconds, manner)
        worker.checked_run_id(run_id or "default")
    except InputError as error:
        problems.append(str(error))
    if hosts < 1:
        problems.append(f"--hosts {hosts}: expected 1 or more")
    try:
        usable_jitter(jitter)
    except InputError as error:
        problems.append(str(error))
    if gpus < 0:
        problems.append(f"--gpus {gpus}: expected 0 or more")
    if not out.startswith("/"):
        problems.append(f"--out {out}: expected an absolute path, the same on every host")
    if problems:
        raise InputError("\n".join(problems))
    return launch.Fleet(
        run_id=run_id or f"{datetime.now(UTC):%Y%m%dT%H%M%S}",
        hosts=hosts,
        out=out,
        worker_options=(*launch.worker_options(device, dtype, seconds), *manner.options),
        rows=len(dtype) or 7,
        seconds=(seconds or _longest_seconds()) + manner.soak * (manner.processes or _MOST_DEFAULT_PROCESSES),
        jitter_seconds=jitter,
        gpus_per_host=gpus,
    )


def _longest_seconds() -> float:
    """Of a precision, for the kind of device that takes most."""
    return max(kind.seconds for kind in registry.kinds())


def hosts_of(path: Path, option: str = "--hosts") -> list[str]:
    """The names in a file with one host on each line; lines that begin with # are notes.

    Raises:
        InputError: when it cannot be read or names none.
    """
    try:
        lines = read_bounded(path).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{option} {path}: cannot be read: {error}") from error
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not names:
        raise InputError(f"{option} {path}: names no host; expected one on each line")
    return names


def host_files(paths: list[Path]) -> list[Path]:
    """Every file once, those of folders in order.

    Raises:
        InputError: with each path that holds none.
    """
    found: dict[Path, None] = {}
    problems: list[str] = []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.exists() else []
        if not inside:
            what = "no host file (*.json) in this folder" if path.is_dir() else "no such file or folder"
            problems.append(f"{path}: {what}; expected files that `petaplan-bench fleet worker` wrote")
        found |= dict.fromkeys(inside)
    if problems:
        raise InputError("\n".join(problems))
    return list(found)
