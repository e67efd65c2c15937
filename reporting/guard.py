"""The standard streams of a command: whatever is written, no terminal and no build log obeys it.

Commands run inside ``guarded_streams``. Text of any origin passes the guard: reports, errors, usage, tracebacks, and
what a plan in Python prints. Only a console writes past it, because its styles are escape sequences.
It takes safe text alone.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from petaplan.reporting.safety import continued, unfinished, visible

if TYPE_CHECKING:
    from rich.console import Console

_LINE_END = re.compile(r"\r\n")


class Guard:
    """A text stream in front of another one; line feeds and tabs pass, since tables are made of them."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream
        self._line = ""
        """The unfinished end of the last line, where a command may begin."""

    def write(self, text: str) -> int:
        """Write a text with nothing in it that is obeyed.

        Raises:
            TypeError: when it is no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"found {type(text).__name__}; expected a text")
        lines = _LINE_END.sub("\n", text) if "\r" in text else text
        first, *others = lines.split("\t")
        self.unguarded.write("\t".join((continued(self._line, first), *map(visible, others))))
        self._line = unfinished(lines.rpartition("\n")[2] if "\n" in lines else self._line + lines)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.unguarded, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.unguarded)


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Standard output and standard error behind guards, until the end of the block."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(guarded, before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def guarded(stream: TextIO) -> TextIO:
    """A stream behind a guard; one that has a guard keeps it."""
    return stream if isinstance(stream, Guard) else cast(TextIO, Guard(stream))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind a guard, for text that is safe and has styles."""
    return stream.unguarded if isinstance(stream, Guard) else stream


def console(*, stderr: bool = False, soft_wrap: bool = False) -> "Console":
    """A console on a standard stream, for safe text: it colours only a terminal and reads no markup."""
    from rich.console import Console

    file = unguarded(sys.stderr if stderr else sys.stdout)
    return Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)
