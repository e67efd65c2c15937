"""A plan in Python, read by a process of its own: nothing but the plan document and its lines comes back.

The process has no token, no passphrase and no variable of a CI host. Its modules are those of this petaplan. What it
starts ends with it. It is no sandbox: it has the rights of the user (docs/security.md).
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import IO, NoReturn

from petaplan.capacity.document.marked import read_json_bytes
from petaplan.capacity.document.placed import places_of, with_places
from petaplan.capacity.document.plan import hub_from, write_json
from petaplan.capacity.document.source import is_file_name, read_hub
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.input_files import MOST_BYTES
from petaplan.old_names import OldName
from petaplan.reporting.safety import visible

LIMIT_SECONDS = 300.0
"""How long a plan may take."""

WATCH_SECONDS = 2.0
"""How often the process looks whether the command that started it still runs."""

COLLECT_AFTER = 200_000
"""New objects after which the process looks for garbage: it lives for one plan."""

MOST_SAID_BYTES = 65_536
"""How much of what a plan prints is passed on."""

KEPT = frozenset({
    "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "SYSTEMROOT", "TEMP", "TERM", "TMP", "TMPDIR",
    "TZ", "USER", "VIRTUAL_ENV",
})  # fmt: skip
"""Variables that a plan may see, besides those of the locale: none of them holds a secret."""

passed_on: set[str] = set()
"""Further variables that a plan may see, because the command line names them."""

MOST_NAMED = 5
"""Variables of one message that are named."""

MEND = "mend the program that declares it"

OWN_PETAPLAN = """\
import importlib.util, sys
root = sys.argv[1]
found = importlib.util.spec_from_file_location("petaplan", f"{root}/__init__.py", submodule_search_locations=[root])
sys.modules["petaplan"] = module = importlib.util.module_from_spec(found)
found.loader.exec_module(module)
"""
"""The first lines of a process: this petaplan and no other, whatever modules lie in the folder of the plan."""

_START = f"""\
{OWN_PETAPLAN}
from petaplan.capacity.document.apart import answer
answer(sys.argv[2], sys.argv[3:-2], int(sys.argv[-2]), int(sys.argv[-1]))
"""


@dataclass(kw_only=True, slots=True)
class _Answer:
    """What the process writes: the plan document with the lines of its objects, or its problems."""

    plan: str = ""
    places: list[tuple[str, int]]
    problems: list[tuple[str, str, str, str]]
    notices: list[str]
    asked: list[str] = field(default_factory=list)
    """Variables that the plan looked for and did not find."""


_begun: dict[str, "_Process"] = {}
"""Processes that work ahead, by the plan that they read."""


def read_hub_apart(where: str, folder: Path | None = None) -> Hub:
    """The hub that ``read_hub`` finds; a plan in Python is read by another process, in ``folder`` if one is given.

    Raises:
        PlanError: with every problem of the plan; also when its process ends without one, or takes too long.
    """
    if is_file_name(where):
        return read_hub(where)
    if folder is None and where in _begun:
        return _begun.pop(where).hub()
    with _process(where, folder or Path.cwd()) as process:
        return process.hub()


@contextmanager
def begun(where: str) -> Iterator[None]:
    """The process of a plan works while the block loads other things; its first ``read_hub_apart`` takes the answer."""
    if is_file_name(where):
        yield
        return
    with _process(where, Path.cwd()) as process:
        _begun[where] = process
        try:
            yield
        finally:
            _begun.pop(where, None)


def environment() -> dict[str, str]:
    """The variables that a plan may see."""
    kept = KEPT | passed_on
    return {name: value for name, value in os.environ.items() if name in kept or name.startswith("LC_")}


@contextmanager
def _process(where: str, folder: Path) -> Iterator["_Process"]:
    """A process that reads a plan; neither it nor what it starts outlives the block."""
    with tempfile.TemporaryFile() as wire, tempfile.TemporaryFile() as said:  # a pipe would wait for grandchildren
        process = _Process(where, folder, wire, said)
        try:
            yield process
        finally:
            process.end()


class _Process:
    """A process at work on a plan. It writes its answer and what it prints to files without names."""

    def __init__(self, where: str, folder: Path, wire: IO[bytes], said: IO[bytes]) -> None:
        self._where, self._folder, self._wire, self._said = where, folder, wire, said
        paths = [str(Path(path).absolute()) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
        package = Path(__file__).parents[2]  # through the link of the checkout, as this module was imported
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(package), where, *paths, str(wire.fileno()), str(os.getpid())],
            cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            pass_fds=[wire.fileno()], start_new_session=True,
        )  # fmt: skip

    def hub(self) -> Hub:
        """The hub, once the process has ended."""
        try:
            code = self._child.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            found = f"no plan within {LIMIT_SECONDS:g} s"
            _refuse(self._where, found, "a plan that can be read", "see what its program waits for")
        finally:
            self.end()
            self._pass_on()
        return self._read(code)

    def end(self) -> None:
        """End the process and its group."""
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _pass_on(self) -> None:
        """What the plan printed goes to standard error, and nothing in it is obeyed."""
        self._said.seek(0)
        raw = self._said.read(MOST_SAID_BYTES + 1)
        if raw and sys.stderr is not None:
            more = "…\n" if len(raw) > MOST_SAID_BYTES else ""
            sys.stderr.write(visible(raw[:MOST_SAID_BYTES].decode(errors="replace")) + more)

    def _read(self, code: int) -> Hub:
        self._wire.seek(0)
        raw = self._wire.read(MOST_BYTES + 1)
        if not raw:
            ended = f"exit code {code}" if code >= 0 else f"signal {-code}"
            _refuse(self._where, f"a plan that ends the process ({ended})", "a hub", MEND)
        from pydantic import TypeAdapter, ValidationError  # the process itself needs neither

        try:
            told = TypeAdapter(_Answer).validate_json(raw)
        except ValidationError:
            _refuse(self._where, "a process that answered something else", "a hub", MEND)
        _tell_withheld(self._where, told.asked)
        for notice in told.notices:
            warnings.warn(notice, OldName, stacklevel=2)
        if told.problems:
            raise PlanError(
                Problem(where=where, found=found, expected=expected, advice=advice)
                for where, found, expected, advice in told.problems
            )
        hub = hub_from(read_json_bytes(told.plan.encode(), self._where))
        away = self._folder != Path.cwd()
        return with_places(hub, [(str(self._folder / file) if away else file, line) for file, line in told.places])


def _tell_withheld(where: str, asked: list[str]) -> None:
    """A plan that looks for a variable of this command may lack it without a word: standard error names it."""
    given = environment()
    names = [name for name in asked if name in os.environ and name not in given]
    if names and sys.stderr is not None:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        listed = ", ".join(names[:MOST_NAMED]) + more
        sys.stderr.write(
            f"notice: {where} looks for {listed} in the environment, which is withheld from it; "
            f"`--env {names[0]}` of gate and diff passes it on\n"
        )


def answer(where: str, paths: list[str], number: int, command: int) -> NoReturn:
    """The life of the process: read the plan, write the answer to a file by its number, and end at once.

    It ends with the process ``command`` that started it, also where that one was gone before this line.
    """
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    threading.Thread(target=end_with, args=(command, WATCH_SECONDS), daemon=True).start()
    folder = Path.cwd()
    sys.path += [str(folder), *paths]
    sys.meta_path.insert(0, _OwnPackage(where, folder))
    asked = _lookups(folder)
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always", OldName)
        told = _told(where)
    told.notices = list(dict.fromkeys(str(one.message) for one in noted if issubclass(one.category, OldName)))
    told.asked = list(asked)
    with os.fdopen(number, "w", encoding="utf-8") as wire:
        json.dump(asdict(told), wire)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)


def _lookups(folder: Path) -> dict[str, None]:
    """Names of variables that code of a folder looks for and does not find, from now on."""
    missed: dict[str, None] = {}
    kind = type(os.environ)
    lookup = kind.__getitem__

    def noted(self: "os._Environ[str]", name: str) -> str:
        try:
            return lookup(self, name)
        except KeyError:
            if _asks_from(folder):
                missed[name] = None
            raise

    kind.__getitem__ = noted  # type: ignore[method-assign]
    return missed


def _asks_from(folder: Path) -> bool:
    """Whether the code that looks for a variable lies in a folder, and is no installed package there."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the caller of the caller
    while frame is not None and frame.f_globals.get("__name__") in ("os", "_collections_abc"):
        frame = frame.f_back
    if frame is None:
        return False
    file = Path(frame.f_code.co_filename)
    return (folder / file).is_relative_to(folder) and "site-packages" not in file.parts


def end_with(parent: int, every_seconds: float) -> None:
    """End this process and its group once the one that started it is gone: a killed command leaves nothing behind."""
    while os.getppid() == parent:
        time.sleep(every_seconds)
    os.killpg(0, signal.SIGKILL)


def _told(where: str) -> _Answer:
    try:
        hub = read_hub(where)
        return _Answer(plan=write_json(hub), places=places_of(hub), problems=[], notices=[])
    except PlanError as error:
        problems = [(one.where, one.found, one.expected, one.advice) for one in error.problems]
    except KeyboardInterrupt:  # no signal reaches this process: its plan did it
        problems = [(where, "a plan that interrupts itself", "a hub", MEND)]
    return _Answer(places=[], problems=problems, notices=[])


class _OwnPackage:
    """Finds the package that a plan is named by in the folder of the plan, whatever is installed under that name."""

    def __init__(self, where: str, folder: Path) -> None:
        self._top, self._folder = where.partition(":")[0].partition(".")[0], folder
        self._is_checkout = (folder / "petaplan" / "__init__.py").is_file()

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module in the folder; in a checkout of petaplan its packages go their own way (petaplan/old_names.py)."""
        if fullname != self._top or self._is_checkout:
            return None
        return PathFinder.find_spec(fullname, [str(self._folder)])


def _refuse(where: str, found: str, expected: str, advice: str) -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
