"""Where a command writes: standard output for what was asked, standard error for notices and errors."""

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from petaplan.reporting.publishing import STDOUT

PIPE_WIDTH = 110
"""Columns of a table that is written to a pipe or a file."""


def console() -> Console:
    """Standard output: colour and width of a terminal, or plain text of a fixed width in a pipe."""
    terminal = sys.stdout.isatty()
    return _Output(highlight=False, soft_wrap=not terminal, width=None if terminal else PIPE_WIDTH)


class _Output(Console):
    """A console that lets a reader go: `| head` is no shortfall."""

    def on_broken_pipe(self) -> None:
        """The reader has gone."""
        raise BrokenPipeError


def write(text: str, output: Path | None) -> None:
    """Write a text to a file, whole or not at all; to standard output for None or ``-``.

    Raises:
        OSError: when the file cannot be written; an old file is then as it was.
    """
    if output is None or str(output) == STDOUT:
        sys.stdout.write(text)
        return
    from petaplan.reporting.files import write_whole

    write_whole(output, text)


def complain(lines: Iterable[str]) -> None:
    """Say what is wrong on standard error, a line each."""
    _say("error: ", "bold red", lines)


def notify(line: str) -> None:
    """Say on standard error what the reader should know and what stops nothing."""
    _say("notice: ", "bold yellow", [line])


def _say(prefix: str, style: str, lines: Iterable[str]) -> None:
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in lines:
        errors.print(Text.assemble((prefix, style), line))
