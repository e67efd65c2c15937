"""Child processes that check a device or keep it busy, each ended when its time is over."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from pydantic import TypeAdapter

from petaplan.bench.method.children import environment
from petaplan.bench.proof.child import ProofJob
from petaplan.bench.proof.claims import Finding

GRACE_SECONDS = 20.0
"""For the start of the process and its last check."""
_KILL_SECONDS = 3.0


def checked(job: ProofJob) -> tuple[list[Finding], str]:
    """The findings of a child, and what stopped it before its end; empty when nothing did."""
    with _output() as (out, complaints):
        process = _started(job, out, complaints)
        try:
            process.wait(job.seconds + GRACE_SECONDS)
            stopped = ""
        except subprocess.TimeoutExpired:
            stopped = f"the checks did not end within {job.seconds + GRACE_SECONDS:.0f} s; the driver may hang"
        finally:
            _end(process)
        if process.returncode:
            complaints.seek(0)
            last = complaints.read().strip().splitlines()[-1:] or ["no message"]
            stopped = stopped or f"the checks ended with code {process.returncode}: {last[0][:300]}"
        out.seek(0)
        return _findings_in(out.read()), stopped


def _findings_in(text: str) -> list[Finding]:
    found = []
    for line in text.splitlines():
        try:
            found.append(TypeAdapter(Finding).validate_json(line))
        except ValueError:
            continue  # output of a library, or a line that the end of the process cut
    return found


@contextmanager
def occupied(job: ProofJob, within_seconds: float) -> Iterator[bool]:
    """Another process computes on the device meanwhile; False where it did not begin in time."""
    with _output() as (out, complaints):
        process = _started(job, out, complaints)
        try:
            yield _has_begun(process, out, within_seconds)
        finally:
            _end(process)


def _has_begun(process: subprocess.Popen[str], out: IO[str], within_seconds: float) -> bool:
    ends = time.monotonic() + within_seconds
    while time.monotonic() < ends and process.poll() is None:
        if os.fstat(out.fileno()).st_size:
            return True
        time.sleep(0.1)
    return False


@contextmanager
def _output() -> Iterator[tuple[IO[str], IO[str]]]:
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
    ):
        yield out, complaints


def _started(job: ProofJob, out: IO[str], complaints: IO[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "petaplan.bench.proof.child"],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=complaints,
        text=True,
        env=environment(),
    )
    if process.stdin is not None:
        try:
            process.stdin.write(json.dumps(TypeAdapter(ProofJob).dump_python(job, mode="json")))
            process.stdin.close()
        except BrokenPipeError:
            pass
    return process


def _end(process: subprocess.Popen[str]) -> None:
    """Kill what still runs; a process that is blocked in its driver is left behind."""
    if process.poll() is None:
        process.kill()
        try:
            process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            process.returncode = -1
