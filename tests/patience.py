"""How long a test waits for what happens at once on a quiet machine: no test fails because a machine is slow."""

import time
from collections.abc import Callable

import psutil

PATIENCE_SECONDS = 300.0


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether something comes true before patience ends."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def ends(pid: int) -> bool:
    """Whether a process ends before patience does; one that nobody has waited for has ended."""
    return eventually(lambda: not runs(pid))


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody has waited for has."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
