"""A page made by a process of its own: modules of a plan are read afresh, and nothing of it stays in the server.

The process tells which files it read. It writes no file: its answer goes through memory that both processes share.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from petaplan.capacity.command_line.web_report import Asked
from petaplan.capacity.document.apart import OWN_PETAPLAN, environment
from petaplan.capacity.web.trouble import trouble_site
from petaplan.infra.serving.live import live
from petaplan.infra.serving.watching import Marks, Told, marks
from petaplan.reporting.safety import visible

MOST_SAID_BYTES = 65_536
"""How much of what a check prints is passed on."""

_START = f"""\
{OWN_PETAPLAN}
from petaplan.infra.serving.child import answer
answer(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
"""


_OWN = ("PYTHONPATH", "PETAPLAN_TRACEBACK")
"""Variables of the process itself: where modules lie, and whether a fault of petaplan is shown whole."""


def _environment() -> dict[str, str]:
    """What a plan may see of the variables of the server: no token and no passphrase."""
    return environment() | {name: os.environ[name] for name in _OWN if name in os.environ}


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A page, and the files from which it was made as they were then."""

    page: bytes
    files: Marks
    problems: tuple[str, ...]
    """Of a plan that is not valid."""


class Making:
    """A page in the making."""

    def __init__(self, asked: Asked) -> None:
        places = tuple(asked.files)
        modules = (place.rpartition(":")[0] for place in places)
        self._asked, self._begun = asked, marks(filter(None, (*places, *modules)))
        self._folder = marks([str(Path.cwd())])
        self._wire, self._said = _memory("page"), _memory("said")
        package = Path(__file__).parents[2]  # through the link of the checkout, as this module was imported
        command = [sys.executable, "-P", "-B", "-c", _START, str(package), TypeAdapter(Asked).dump_json(asked).decode()]
        self._child = subprocess.Popen(
            [*command, str(self._wire.fileno()), str(os.getpid())],
            env=_environment(), stdin=subprocess.DEVNULL, stdout=self._said, stderr=self._said,
            pass_fds=[self._wire.fileno()], start_new_session=True,
        )  # fmt: skip

    @property
    def is_done(self) -> bool:
        return self._child.poll() is not None

    def taken(self) -> Made:
        """The page of a process that has ended; the page says so where it ended without one."""
        self.end()
        self._wire.seek(0)
        head, _, page = self._wire.read().partition(b"\n")
        said = self._pass_on()
        try:
            told = TypeAdapter(Told).validate_json(head)
        except ValidationError:  # it ended before it wrote a whole line
            ended = f"the process that checks the plan ended with {_end_in_words(self._child.returncode)}"
            site = trouble_site(self._asked.plan, [ended, *said], self._asked.language)
            page, told = live(site).encode(), Told(files={}, problems=(ended,))
        missing = self._folder if told.problems else {}  # what is not there yet may be what the plan needs
        return Made(page=page, files={**told.files, **missing, **self._begun}, problems=told.problems)

    def end(self) -> None:
        """End the process and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _pass_on(self) -> list[str]:
        """What the check printed goes to standard error, and nothing in it is obeyed."""
        self._said.seek(0)
        text = visible(self._said.read(MOST_SAID_BYTES).decode(errors="replace"))
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()
        return text.splitlines()


def _memory(name: str) -> IO[bytes]:
    """A file without a place on a disk."""
    return os.fdopen(os.memfd_create(name), "w+b")


def _end_in_words(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
