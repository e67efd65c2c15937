"""Child processes, each with a hard time-out, that can all be interrupted at once."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from bench.child import Job
from bench.errors import BenchError, Exit

_GRACE_SECONDS = 15.0
"""Between the polite signal and the other one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a child ended."""

    kind: str
    """``measured``, ``described`` or ``listed``; ``failed`` and ``timed-out`` have no body."""
    body: Any
    text: str
    exit_code: Exit


class Children:
    """The children alive now."""

    def __init__(self) -> None:
        self._alive: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self.interrupted = False

    def run(self, job: Job, timeout_seconds: float, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Run one job to its end, to its time-out, or to the interruption of all."""
        if self.interrupted:
            return _failure("interrupted before it began", Exit.INTERRUPTED)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
                env=_environment(),
            )
            with self._lock:
                self._alive.add(process)
            timed_out = threading.Event()
            alarm = threading.Timer(timeout_seconds, _expire, (process, timed_out))
            alarm.daemon = True
            alarm.start()
            try:
                outcome = _conversation(process, job, tell)
            finally:
                alarm.cancel()
                _end(process)
                with self._lock:
                    self._alive.discard(process)
            if timed_out.is_set():
                text = f"did not answer within {timeout_seconds:.0f} s and was ended; the driver may hang"
                return Outcome(kind="timed-out", body=None, text=text, exit_code=Exit.NOT_MEASURED)
            return outcome or self._died(process, complaints)

    def interrupt(self) -> None:
        """Ask every child to stop with what it has; the alarm follows for those that do not."""
        self.interrupted = True
        with self._lock:
            for process in self._alive:
                process.send_signal(signal.SIGINT)
                alarm = threading.Timer(_GRACE_SECONDS, process.kill)
                alarm.daemon = True
                alarm.start()

    def _died(self, process: subprocess.Popen[str], complaints: IO[str]) -> Outcome:
        if self.interrupted:
            return _failure("interrupted", Exit.INTERRUPTED)
        complaints.seek(0)
        last = complaints.read().strip().splitlines()[-1:] or ["no message"]
        code = process.returncode
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return _failure(f"the measuring process ended with {how}: {last[0]}", Exit.NOT_MEASURED)


def _failure(text: str, exit_code: Exit) -> Outcome:
    return Outcome(kind="failed", body=None, text=text, exit_code=exit_code)


def _environment() -> dict[str, str]:
    checkout = str(Path(__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{checkout}{os.pathsep}{inherited}" if inherited else checkout}


def _expire(process: subprocess.Popen[str], timed_out: threading.Event) -> None:
    timed_out.set()
    process.kill()


def _conversation(process: subprocess.Popen[str], job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome | None:
    if process.stdin is None or process.stdout is None:
        raise BenchError("a child without pipes cannot be spoken to")
    try:
        process.stdin.write(TypeAdapter(Job).dump_json(job).decode())
        process.stdin.close()
    except BrokenPipeError:
        return None
    outcome: Outcome | None = None
    for line in process.stdout:
        try:
            ((kind, body),) = json.loads(line).items()
        except (ValueError, AttributeError):
            continue  # a library that prints to standard output says nothing to us
        if kind == "progress":
            tell(body)
        elif kind == "failed":
            outcome = _failure(body["text"], Exit(body["exit"]))
        else:
            outcome = Outcome(kind=kind, body=body, text="", exit_code=Exit.OK)
    return outcome


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
