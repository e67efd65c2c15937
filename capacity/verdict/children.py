"""Processes that this one starts and waits for; an interrupt leaves none of them behind."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from petaplan.capacity.document.apart import environment


def run_to_its_end(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that must not be cut short: an interrupt waits until it has ended."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate()
    except BaseException:
        process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


class Children:
    """Commands that run in several threads, and are stopped together."""

    def __init__(self) -> None:
        self._running = list[subprocess.Popen[str]]()
        self._stopped = False
        self._lock = Lock()

    def run(self, command: Sequence[str], folder: Path, limit_seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder, without tokens, passphrases and variables of CI.

        Raises:
            TimeoutExpired: when it takes longer than the limit; it is stopped then.
        """
        with self._lock:
            if self._stopped:
                return subprocess.CompletedProcess(command, 1, "", "stopped")
            pipe = subprocess.PIPE
            nothing = subprocess.DEVNULL
            process = subprocess.Popen(
                command, cwd=folder, env=environment(), stdin=nothing, stdout=pipe, stderr=pipe, text=True
            )
            self._running.append(process)
        try:
            out, err = process.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    @contextmanager
    def stopped_at_the_end(self) -> Iterator[None]:
        """None of them runs after the block, however it ends."""
        try:
            yield
        finally:
            with self._lock:
                self._stopped = True
            for process in self._running:
                with suppress(ProcessLookupError):
                    process.kill()
