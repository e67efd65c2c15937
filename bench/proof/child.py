"""Checks of one device in a process of its own: a job as JSON on standard input, findings as lines of JSON on output.

The parent ends a process that hangs in its driver and keeps the lines that came before.
"""

import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from typing import Literal, TextIO

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.device import Device, Workload
from petaplan.bench.errors import BenchError
from petaplan.bench.evidence.record import Compute, Shape
from petaplan.bench.precision import Precision
from petaplan.bench.proof import gpu_checks, pairs, products
from petaplan.bench.proof.claims import Finding
from petaplan.bench.proof.plain import Loop, cupy_loop, torch_loop

PAIRS = 12
_OCCUPIED = Shape(m=4096, n=4096, k=4096)


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class Chosen:
    """A row that was measured before: what it chose."""

    precision: Precision
    shape: Shape
    compute: Compute


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class ProofJob:
    """What is asked of a child: the checks of a device, or to keep it busy."""

    do: Literal["check", "occupy"]
    device: str
    seconds: float
    precisions: tuple[Precision, ...] = ()
    chosen: tuple[Chosen, ...] = ()


def serve(source: TextIO, sink: TextIO) -> None:
    """Do the job that ``source`` describes; each finding is a line of ``sink`` as soon as it is known."""
    job = TypeAdapter(ProofJob).validate_json(source.read())
    device = registry.open_device(job.device, 1 if job.device == "torch-cpu" else None)
    try:
        if job.do == "occupy":
            _occupy(device, job.precisions[0], job.seconds, sink)
            return
        for finding in _checked(device, job):
            sink.write(json.dumps(dataclasses.asdict(finding)) + "\n")
            sink.flush()
    finally:
        device.close()


def _occupy(device: Device, precision: Precision, seconds: float, sink: TextIO) -> None:
    workload = device.prepare(precision, _OCCUPIED, "random", 1, 0)
    ends = time.monotonic() + seconds
    sink.write("{}\n")
    sink.flush()
    while time.monotonic() < ends:
        workload.time_batch(20)


def _checked(device: Device, job: ProofJob) -> Iterator[Finding]:
    ends = time.monotonic() + job.seconds
    for precision in job.precisions:
        if time.monotonic() >= ends:
            break  # the parent says what was not asked
        try:
            yield from products.findings(device, precision)
        except BenchError as error:
            text = f"{precision}: {error}"
            yield Finding(claim="B-07", device=device.record.key, verdict="not asked", text=text)
    yield from gpu_checks.findings(device)
    for index, chosen in enumerate(job.chosen):
        left = (ends - time.monotonic()) / (len(job.chosen) - index)
        yield from _beside_plain_loops(device, chosen, left)


def _late(device: Device, claim: str, precision: Precision) -> Finding:
    text = f"{precision}: given up for time"
    return Finding(claim=claim, device=device.record.key, verdict="not asked", text=text)


def _beside_plain_loops(device: Device, chosen: Chosen, seconds: float) -> Iterator[Finding]:
    """B-05 and B-06 at one precision: our workload at the shape it chose, beside each library that is here."""
    key, precision = device.record.key, chosen.precision
    loops: dict[str, tuple[str, Loop | None]] = {
        "B-05": ("torch", torch_loop(key, precision, chosen.shape, chosen.compute)),
        "B-06": ("CuPy", cupy_loop(key, precision, chosen.shape)),
    }
    known = {claim: (name, loop) for claim, (name, loop) in loops.items() if loop is not None}
    for claim, (name, loop) in known.items():
        if seconds <= 0.0:
            yield _late(device, claim, precision)
            continue
        ends = time.monotonic() + seconds / len(known)
        workload = _as_chosen(device, chosen)
        try:
            found = pairs.ratios(key, workload, loop, pairs=PAIRS, ends=ends)
        finally:
            workload.close()
        yield pairs.judged(claim, key, f"{precision} {chosen.shape} beside {name}", found)


def _as_chosen(device: Device, chosen: Chosen) -> Workload:
    """A workload with the algorithm of the row, which the record has by name."""
    count = device.algorithm_count(chosen.precision, chosen.shape)
    for algorithm in range(count):
        workload = device.prepare(chosen.precision, chosen.shape, "random", 1, algorithm)
        if workload.compute.algorithm == chosen.compute.algorithm or algorithm == count - 1:
            return workload
        workload.close()
    raise BenchError(f"{device.record.key} {chosen.precision}: no algorithm for {chosen.shape}")


if __name__ == "__main__":
    try:
        serve(sys.stdin, sys.stdout)
    except BenchError as told:
        sys.exit(f"{told}")
