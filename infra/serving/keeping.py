"""The page that is served, and the loop that makes it again when a file has changed."""

import hashlib
import os
import threading
import time

from petaplan.capacity.command_line.web_report import Asked
from petaplan.infra.serving.making import Made, Making
from petaplan.infra.serving.server import PAGE, VERSION, Answer
from petaplan.infra.serving.watching import marks

LOOK_SECONDS = 0.25
"""How often the files are looked at."""


class Shown:
    """The page of the plan as it was last made, for the threads that answer."""

    def __init__(self) -> None:
        self._first = threading.Event()
        self._page, self._version = b"", b""

    def put(self, page: bytes) -> None:
        """From now on this is the page."""
        self._page, self._version = page, hashlib.sha256(page).hexdigest().encode()
        self._first.set()

    def answer(self, path: str) -> Answer | None:
        """The content of an address; the first one waits until there is a page."""
        if path not in {PAGE, VERSION}:
            return None
        self._first.wait()
        if path == VERSION:
            return "text/plain; charset=utf-8", self._version
        return "text/html; charset=utf-8", self._page


def keep(asked: Asked, shown: Shown) -> None:
    """Make the page, and again after each change of its files, until whoever started this process has ended."""
    parent, running = os.getppid(), Making(asked)
    made: Made | None = None
    try:
        while os.getppid() == parent:
            if running.is_done:
                made = running.taken()
                shown.put(made.page)
                if not _changed(made, parent):
                    return
                running = Making(asked)
            time.sleep(LOOK_SECONDS)
    finally:
        running.end()


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
