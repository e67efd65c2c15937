"""Commands run in this process, as a shell would run them: arguments in; exit code, output and errors out."""

import gc
import importlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from petaplan.bench.__main__ import petaplan_bench as run_petaplan_bench
from petaplan.capacity.__main__ import petaplan as run_petaplan

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.prefix) / "bin"
"""Where the installed commands are, for the few tests that need a process."""

WIDTH = {"COLUMNS": "80"}
"""Of help texts, as where nobody looks at a terminal."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str


def petaplan(
    *arguments: str, cwd: Path = ROOT, stdin: bytes = b"", environment: Mapping[str, str] = MappingProxyType({})
) -> Said:
    """A run of `petaplan` in a folder; modules of a plan there are forgotten afterwards, as when a process ends."""
    return _ran(run_petaplan, arguments, cwd, stdin, environment)


def petaplan_bench(*arguments: str, **environment: str) -> Said:
    """A run of `petaplan-bench`; each measurement is a process of its own, as always."""
    return _ran(run_petaplan_bench, arguments, ROOT, b"", environment)


def petaplan_bench_in(folder: Path, *arguments: str) -> Said:
    """The same in a folder."""
    return _ran(run_petaplan_bench, arguments, folder, b"", {})


def _ran(
    run: Callable[[Sequence[str]], int],
    arguments: Sequence[str],
    cwd: Path,
    stdin: bytes,
    environment: Mapping[str, str],
) -> Said:
    out, err = _stream(b""), _stream(b"")
    with (
        chdir(cwd),
        patch.dict(os.environ, {**WIDTH, **environment}),
        patch.multiple(sys, stdin=_stream(stdin), stdout=out, stderr=err),
        _modules_of_plans_forgotten(cwd),
        _garbage_collected_as_before(),
    ):
        code = run(arguments)
    said = Said(code, _text(out), _text(err))
    assert "Traceback" not in said.out + said.err, said.err
    assert "\x1b" not in said.out + said.err
    return said


def _stream(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="\n", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextmanager
def _modules_of_plans_forgotten(folder: Path) -> Iterator[None]:
    """Modules that were imported from a test's folder go; those of the checkout stay."""
    importlib.invalidate_caches()
    path, modules = list(sys.path), frozenset(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in frozenset(sys.modules) - modules:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and not ROOT.is_relative_to(folder) and Path(file).is_relative_to(folder):
                del sys.modules[name]


@contextmanager
def _garbage_collected_as_before() -> Iterator[None]:
    """`petaplan gate` collects no garbage, because its process ends soon; the tests go on."""
    enabled = gc.isenabled()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
