"""Child processes, each with a hard time-out, that can all be interrupted at once."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter

import petaplan
from petaplan.bench.errors import BenchError, Exit
from petaplan.bench.method.child import Job

Tell = Callable[[dict[str, object]], None]
"""Receives the progress of a job."""
_GRACE_SECONDS = 15.0
"""Time between SIGINT and SIGKILL."""
_KILL_SECONDS = 3.0
"""Longest wait for a killed process to end."""
_LEFT_BEHIND: list[subprocess.Popen[str]] = []
"""Processes that no signal ended, kept so that Python does not warn about them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildOutcome:
    """How a child ended."""

    kind: str
    """``measured``, ``described`` or ``listed``; ``failed`` and ``timed-out`` have no body."""
    body: object
    text: str
    exit_code: Exit


class Children:
    """The child processes that run now."""

    def __init__(self) -> None:
        self._alive: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._interrupted_at: float | None = None

    @property
    def interrupted(self) -> bool:
        """Whether all were asked to stop."""
        return self._interrupted_at is not None

    def run(self, job: Job, timeout_seconds: float, tell: Tell) -> ChildOutcome:
        """Run one job to its end, to its time-out, or to the interruption of all."""
        if self.interrupted:
            return _failure("interrupted before it began", Exit.INTERRUPTED)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", "petaplan.bench.method.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
                env=environment(),
            )
            with self._lock:
                self._alive.add(process)
            talk = _Conversation(process, job, tell)
            talk.start()
            try:
                is_late = self._is_late(talk, timeout_seconds)
            finally:
                is_gone = _end(process, at_once=talk.is_alive())
                with self._lock:
                    self._alive.discard(process)
            if is_late and talk.outcome is None and not self.interrupted:
                how = "was ended" if is_gone else "cannot be ended"
                text = f"did not answer within {timeout_seconds:.0f} s and {how}; the driver may hang"
                return ChildOutcome(kind="timed-out", body=None, text=text, exit_code=Exit.NOT_MEASURED)
            return talk.outcome or self._died(process, complaints)

    def _is_late(self, talk: "_Conversation", timeout_seconds: float) -> bool:
        """Wait for the end of the messages; a process that is blocked in its driver is not waited for."""
        deadline = time.monotonic() + timeout_seconds
        while talk.is_alive():
            now = time.monotonic()
            grace_ends = self._interrupted_at + 2.0 * _GRACE_SECONDS if self._interrupted_at else deadline
            if now >= min(deadline, grace_ends):
                return True
            talk.join(min(1.0, deadline - now))
        if talk.failure is not None:
            raise talk.failure
        return False

    def interrupt(self) -> None:
        """Ask every child to stop and report what it has; those that do not are killed."""
        self._interrupted_at = self._interrupted_at or time.monotonic()
        with self._lock:
            for process in self._alive:
                process.send_signal(signal.SIGINT)
                alarm = threading.Timer(_GRACE_SECONDS, process.kill)
                alarm.daemon = True
                alarm.start()

    def _died(self, process: subprocess.Popen[str], complaints: IO[str]) -> ChildOutcome:
        if self.interrupted:
            return _failure("interrupted", Exit.INTERRUPTED)
        complaints.seek(0)
        last = complaints.read().strip().splitlines()[-1:] or ["no message"]
        code = process.returncode
        if code == -signal.SIGKILL:
            return _failure("the measuring process was killed: out of memory?", Exit.NOT_MEASURED)
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return _failure(f"the measuring process ended with {how}: {last[0]}", Exit.NOT_MEASURED)


class _Conversation(threading.Thread):
    """Reads the messages of one child, in a thread that may be abandoned."""

    def __init__(self, process: subprocess.Popen[str], job: Job, tell: Tell) -> None:
        super().__init__(daemon=True)
        self._process, self._job, self._tell = process, job, tell
        self.outcome: ChildOutcome | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self._listen()
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self.failure = error
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _listen(self) -> None:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise BenchError("the child process has no pipes")
        try:
            process.stdin.write(TypeAdapter(Job).dump_json(self._job).decode())
            process.stdin.close()
        except BrokenPipeError:
            return
        for line in process.stdout:
            try:
                ((kind, body),) = json.loads(line).items()
            except (ValueError, AttributeError):
                continue  # output of a library, not a message
            if kind == "progress":
                self._tell(body)
            elif kind == "failed":
                self.outcome = _failure(body["text"], Exit(body["exit"]))
            else:
                self.outcome = ChildOutcome(kind=kind, body=body, text="", exit_code=Exit.OK)


def _failure(text: str, exit_code: Exit) -> ChildOutcome:
    return ChildOutcome(kind="failed", body=None, text=text, exit_code=exit_code)


def environment() -> dict[str, str]:
    """The variables of a child: it imports the petaplan of its parent."""
    checkout = str(Path(petaplan.__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{checkout}{os.pathsep}{inherited}" if inherited else checkout}


def _end(process: subprocess.Popen[str], *, at_once: bool) -> bool:
    """End the process and say whether it ended; one that is blocked in its driver cannot be ended."""
    if at_once:
        process.kill()
    for _ in range(2):
        try:
            process.wait(timeout=_KILL_SECONDS if at_once else _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        else:
            return True
    _LEFT_BEHIND.append(process)
    return False
