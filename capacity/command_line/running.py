"""A run of the command line: messages of errors, exit codes."""

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import typer
from typer.core import TyperGroup

from petaplan.capacity.command_line.exit_codes import ExitCode
from petaplan.capacity.command_line.options import spelt_out
from petaplan.capacity.command_line.output import complain, notify
from petaplan.capacity.command_line.problems import ProblemsFile, lines_of
from petaplan.capacity.errors import DeclarationError, PetaplanError
from petaplan.command_table import BrokenCommand
from petaplan.old_names import OldName
from petaplan.process import reader_gone, was_interrupted
from petaplan.reporting.descriptors import own_outputs
from petaplan.reporting.guard import guarded_streams
from petaplan.reporting.lookalikes import LookAlikeNames


def run(commands: TyperGroup, arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    if sys.stdout is None:
        complain(["standard output: found it closed; expected a terminal, a file or a pipe"])
        return ExitCode.BAD_INPUT
    with guarded_streams(), own_outputs():
        return _run(commands, arguments)


def _run(commands: TyperGroup, arguments: Sequence[str]) -> int:
    words = spelt_out(list(arguments))
    file = ProblemsFile(arguments=words)
    with _old_names_as_notices():
        try:
            code = commands.main(words, prog_name="petaplan", standalone_mode=False, obj=file)
            file.keep()
            sys.stdout.flush()
        except (BrokenPipeError, SystemExit) as ended:
            if not reader_gone(ended):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.READER_GONE
        except Exception as error:  # noqa: BLE001 - the last place where a fault can get words
            return _told(error, file)
    return code if isinstance(code, int) else 0


def _told(error: Exception, file: ProblemsFile) -> int:
    """Say what an error means; the exit code says whose fault it was."""
    if isinstance(error, typer.Abort) or was_interrupted():
        return ExitCode.INTERRUPTED
    if isinstance(error, DeclarationError):
        complain(lines_of(error.problems))
        return _kept(error, file)
    if isinstance(error, (PetaplanError, BrokenCommand)):
        complain([str(error)])
        return error.exit_code
    if isinstance(error, OSError):
        found = error.strerror or str(error)
        complain([f"{error.filename or 'output'}: found {found}; expected a place that can be used"])
        return ExitCode.BAD_INPUT
    return _usage_or_internal(error)


def _kept(error: DeclarationError, file: ProblemsFile) -> int:
    """The exit code, once every problem is in the file that was asked for."""
    try:
        file.keep(error.problems)
    except OSError as failed:
        complain([f"{file.path}: found {failed.strerror}; expected a file for the problems"])
    return error.exit_code


def _usage_or_internal(error: Exception) -> int:
    """Complaints of typer are usage; anything else is a fault of petaplan."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        return int(getattr(error, "exit_code", ExitCode.BAD_INPUT))
    if os.environ.get("PETAPLAN_TRACEBACK"):
        raise error
    complain([f"internal error: {type(error).__name__}: {error}; set PETAPLAN_TRACEBACK=1 and report what it shows"])
    return ExitCode.TOOL_BROKE


@contextmanager
def _old_names_as_notices() -> Iterator[None]:
    """One line on standard error for each old name, whatever Python's own warning filters say."""
    told: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("always", OldName)
        warnings.simplefilter("always", LookAlikeNames)
        show = warnings.showwarning

        def say(  # noqa: PLR0917 - the signature is Python's
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if not issubclass(category, (OldName, LookAlikeNames)):
                show(message, category, filename, lineno, file, line)
            elif str(message) not in told:
                told.add(str(message))
                notify(str(message))

        warnings.showwarning = say
        yield
