"""The page that is served, and the loop that makes it again when a file has changed."""

import hashlib
import os
import sys
import threading
import time
from contextlib import suppress

from petaplan.capacity.command_line.web_report import Asked
from petaplan.capacity.errors import MOST_TOLD
from petaplan.infra.serving.making import Made, Making
from petaplan.infra.serving.server import PAGE, VERSION, Answer
from petaplan.infra.serving.watching import marks
from petaplan.reporting.safety import visible

LOOK_SECONDS = 0.25
"""How often the files are looked at."""
STATE, MADE, MAKING = "Petaplan-Page", "made", "in-the-making"
"""Header of the version, and its values."""


class Shown:
    """The page of the plan as it was last made, for the threads that answer."""

    def __init__(self) -> None:
        self._first = threading.Event()
        self._page, self._version, self._state = b"", b"", MADE

    def put(self, page: bytes) -> None:
        """From now on this is the page."""
        self._page, self._version, self._state = page, hashlib.sha256(page).hexdigest().encode(), MADE
        self._first.set()

    def outdate(self) -> None:
        """From now on a new page is being made."""
        self._state = MAKING

    def answer(self, path: str) -> Answer | None:
        """The content of an address; the first one waits until there is a page."""
        if path not in {PAGE, VERSION}:
            return None
        self._first.wait()
        if path == VERSION:
            return {"Content-Type": "text/plain; charset=utf-8", STATE: self._state}, self._version
        return {"Content-Type": "text/html; charset=utf-8"}, self._page


def keep(asked: Asked, shown: Shown) -> None:
    """Make the page, and again after each change of its files, until whoever started this process has ended."""
    parent, running, times = os.getppid(), Making(asked), 0
    try:
        while os.getppid() == parent:
            if running.is_done:
                made = running.taken()
                shown.put(made.page)
                _tell(made, times)
                if not _changed(made, parent):
                    return
                shown.outdate()
                running, times = Making(asked), times + 1
            time.sleep(LOOK_SECONDS)
    finally:
        running.end()


def _tell(made: Made, times: int) -> None:
    """Say on standard error that there is a page, at which time, and what is wrong with the plan."""
    if sys.stderr is None:
        return
    page = "the page of its problems" if made.problems else "the page"
    lines = [f"{time.strftime('%H:%M:%S')}: {page} is made{' again' if times else ''}"]
    lines += [f"error: {problem}" for problem in made.problems[:MOST_TOLD]]
    if (more := len(made.problems) - MOST_TOLD) > 0:
        lines.append(f"and {more} more")
    with suppress(OSError):  # a terminal that is gone ends no server
        sys.stderr.write("".join(f"{visible(line)}\n" for line in lines))
        sys.stderr.flush()


def _changed(made: Made, parent: int) -> bool:
    """Wait for a change of the files of a page, and for the end of the change; whether there was one."""
    before = made.files
    while os.getppid() == parent:
        if marks(made.files) != made.files:
            now = marks(made.files)
            if now == before:
                return True
            before = now
        time.sleep(LOOK_SECONDS)
    return False
