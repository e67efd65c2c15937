"""A long command with its progress: a line now and then on the terminal, all of its output in a log."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.prepare.checkout import NotReady, say

WRONG_HASH = ("DO NOT MATCH THE HASHES", "checksum mismatch")
"""What pip and Go say of a download that is not what the lock or go.sum names."""

NETWORK_FAILURES = (
    "Connection refused",
    "ConnectTimeoutError",
    "Could not connect to proxy",
    "Failed to establish a new connection",
    "Name or service not known",
    "NewConnectionError",
    "ProxyError",
    "ReadTimeoutError",
    "TLS handshake timeout",
    "Temporary failure in name resolution",
    "connect: network is unreachable",
    "connection refused",
    "dial tcp",
    "i/o timeout",
    "no such host",
    "proxyconnect",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A command that takes longer than a person waits without a word."""

    command: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    log: Path
    offline: str
    """What to do when the log shows that the network failed."""
    failed: str
    """What to do when it failed for another reason."""
    progress: Callable[[str], str] | None = None
    """What the log shows of how far the command has come."""
    say_every_seconds: float = 20.0


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(74.9)
    '1:14'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def run(step: Step) -> float:
    """Seconds the command took; `NotReady` with the remedy when it failed."""
    step.log.parent.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with (
        step.log.open("wb") as log,
        subprocess.Popen(
            step.command,
            cwd=step.cwd,
            env=dict(step.env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        code = _wait(process, step, begin)
    if code:
        raise NotReady(explain(step, code))
    return time.monotonic() - begin


def _wait(process: subprocess.Popen[bytes], step: Step, begin: float) -> int:
    """The exit status; a person who stops the wait stops the command too."""
    try:
        while True:
            try:
                return process.wait(timeout=step.say_every_seconds)
            except subprocess.TimeoutExpired:
                say(f"      {clock(time.monotonic() - begin)} and going on{_progress(step)}")
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def _progress(step: Step) -> str:
    return "" if step.progress is None else f": {step.progress(step.log.read_text(encoding='utf-8', errors='replace'))}"


def explain(step: Step, code: int) -> str:
    """The remedy for what the log shows, and where the log is."""
    text = step.log.read_text(encoding="utf-8", errors="replace")
    if any(sign in text for sign in WRONG_HASH):
        return f"{step.failed}: a download differs from the lock (details: {step.log})"
    if any(sign in text for sign in NETWORK_FAILURES):
        return f"No network: {step.offline} (details: {step.log})"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit status {code} without a message"
    return f"{step.failed}: {last} (details: {step.log})"
