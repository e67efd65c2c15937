"""Run the command line: report errors in words and return the exit code (bench/errors.py)."""

import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.core import TyperGroup

from petaplan.bench.errors import BenchError, Exit
from petaplan.command_table import BrokenCommand
from petaplan.process import reader_gone, was_interrupted
from petaplan.reporting.guard import guarded_streams

MOST_LINES = 100
"""Lines of an error that are printed; the others are counted."""


def run(commands: TyperGroup, arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Wrong input shows no traceback."""
    if sys.stdout is None:
        return _said(["standard output: found it closed; expected a terminal, a file or a pipe"], Exit.BAD_INPUT)
    with guarded_streams():
        return _run(commands, arguments)


def _run(commands: TyperGroup, arguments: Sequence[str]) -> int:
    try:
        code = commands.main(list(arguments), prog_name="petaplan-bench", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as ended:
        if not reader_gone(ended):
            raise
        # The reader (head, less) has closed the pipe: the rest of the output must not cause an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.READER_GONE)
    except (KeyboardInterrupt, typer.Abort):
        return _said(["interrupted; nothing was written"], Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last place where a fault can get words
        if was_interrupted():
            return _said(["interrupted; nothing was written"], Exit.INTERRUPTED)
        return _told(error)
    return code if isinstance(code, int) else int(Exit.OK)


def _told(error: Exception) -> int:
    """Print what an error means and return its exit code."""
    if isinstance(error, BenchError):
        return _said(_bounded(str(error).splitlines()), error.exit_code)
    if isinstance(error, BrokenCommand):
        return _said([str(error)], Exit.INTERNAL)
    if isinstance(error, OSError):
        place = error.filename or "output"
        return _said([f"{place}: found {error.strerror}; expected a place that can be used"], Exit.BAD_INPUT)
    show = getattr(error, "show", None)
    if show is not None:  # typer's complaint about usage
        show()
        return int(getattr(error, "exit_code", Exit.BAD_INPUT))
    traceback.print_exception(error)
    return _said(["a fault of petaplan-bench itself; please report it with the text above"], Exit.INTERNAL)


def _bounded(lines: Sequence[str]) -> Sequence[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], f"and {more:,} more of {len(lines):,} lines"] if more > 0 else lines


def _said(lines: Sequence[str], exit_code: Exit) -> int:
    for line in lines:
        print(f"petaplan-bench: {line}", file=sys.stderr)
    return int(exit_code)
