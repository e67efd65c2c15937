"""Where a command writes: standard output for what was asked, standard error for notices and errors."""

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.text import Text

from petaplan.reporting.guard import console
from petaplan.reporting.publishing import STDOUT
from petaplan.reporting.safety import visible


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
    errors = console(stderr=True, soft_wrap=True)
    for line in lines:
        errors.print(Text.assemble((prefix, style), visible(line)))
