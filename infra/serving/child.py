"""The life of the process that makes one page: note which files are read, make the page, and end."""

import os
import sys
import sysconfig
import threading
from collections.abc import Iterable
from importlib.util import source_from_cache
from pathlib import Path
from typing import NoReturn

from pydantic import TypeAdapter

from petaplan.capacity.command_line.exit_codes import ExitCode
from petaplan.capacity.document.apart import end_with
from petaplan.infra.serving.watching import Marks, Told, marks

WATCH_SECONDS = 1.0
"""How often the process looks whether the server that started it still runs."""

INSTALLED = {"site-packages", "dist-packages"}
"""Folders of packages: what is installed changes with no plan."""

_LISTED = {"os.listdir", "os.scandir"}


class Read:
    """Files and folders that this process reads, each as it was just before."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, ...]] = {}

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        """A hook of Python's audit events."""
        if event != "open" and event not in _LISTED:
            return
        place = arguments[0] if arguments else None
        writes = event == "open" and len(arguments) > 2 and _writes(arguments[2])
        if isinstance(place, str | bytes | os.PathLike) and not writes:
            path = _source(os.path.abspath(os.fsdecode(place)))  # noqa: PTH100 - of a path that may not be there
            if path not in self._first:
                self._first.update(marks([path]))

    def files(self) -> Marks:
        """Without the libraries, and without folders in which Python looks for modules."""
        searched = {os.path.abspath(path) for path in sys.path_importer_cache}  # noqa: PTH100
        kept = ((path, mark) for path, mark in list(self._first.items()) if path not in searched)
        return {path: mark for path, mark in kept if _may_change(path)}


def answer(asked: str, number: int, server: int) -> NoReturn:
    """Make the page that is asked for, and write it to a file by its number: first the files, then the page."""
    threading.Thread(target=end_with, args=(server, WATCH_SECONDS), daemon=True).start()
    sys.path.append(str(Path.cwd()))  # modules of the folder come after those of Python and of petaplan
    read = Read()
    sys.addaudithook(read.note)
    page, problems = _page(asked)
    with os.fdopen(number, "wb") as wire:
        told = Told(files=read.files(), problems=problems)
        wire.write(TypeAdapter(Told).dump_json(told) + b"\n" + page.encode(errors="replace"))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


def _page(asked: str) -> tuple[str, tuple[str, ...]]:
    """The page, and the problems of the plan; standard error names a fault of petaplan."""
    try:
        from petaplan.capacity.command_line.web_report import Asked
        from petaplan.infra.serving.page import page_of

        return page_of(TypeAdapter(Asked).validate_json(asked))
    except Exception as error:
        if os.environ.get("PETAPLAN_TRACEBACK"):
            raise
        told = f"{type(error).__name__}: {error}; set PETAPLAN_TRACEBACK=1 and report what it shows"
        sys.stderr.write(f"error: internal error: {told}\n")
        sys.stderr.flush()
        os._exit(ExitCode.TOOL_BROKE)


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _source(path: str) -> str:
    """The module that a compiled file belongs to."""
    try:
        return source_from_cache(path) if path.endswith(".pyc") else path
    except ValueError:
        return path


def _may_change(path: str) -> bool:
    inside: Iterable[str] = (sysconfig.get_path("stdlib"), "/proc", "/sys", "/dev")
    return not INSTALLED & set(Path(path).parts) and not any(Path(path).is_relative_to(one) for one in inside)
