"""Reports to files and standard output: all of them, or none."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from errno import EEXIST, EILSEQ, EINVAL
from pathlib import Path
from typing import TypeVar

from petaplan.input_files import read_bounded
from petaplan.reporting.descriptors import own_place
from petaplan.reporting.files import folders_for, write_together, write_whole
from petaplan.reporting.guard import unguarded
from petaplan.reporting.packing import ZIP, put_files
from petaplan.reporting.registry import AnyKind, Rendering, ReportKind, content, files, output_named, render

STDOUT = "-"
TEXT = "text"
"""The output for people: the one that has the width and the colours of a terminal."""

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputRequest:
    """One output that was asked for: what, and where to; ``-`` is standard output."""

    output: str
    path: str


Texts = Sequence[tuple[OutputRequest, str]]
"""Requests with the text that each gets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """Two options that mean one place."""

    option: str
    first: str
    place: str


def publish(
    kind: ReportKind[Value],
    value: Value,
    *,
    format: str = "text",
    output: Path | str | None = None,
    everything: bool = False,
    reads: Iterable[Path | str | None] = (),
) -> None:
    """One report in one format, to a file in an existing folder or to standard output; only a terminal gets colour.

    Where the place is a ZIP file or an empty folder, a format of tables puts a file for each table there.

    ``reads`` are the files that the report is about: none of them is replaced, ``file.py`` of ``file.py:name`` neither.

    Raises:
        OSError: when it can't be written; an old file is then as it was.
    """
    path = STDOUT if output is None else place(str(output))
    refuse_replacing(path, reads)
    rendering = _shown_at(path, format, Rendering(everything=everything))
    one = output_named(kind, format)
    if one.files is not None and path != STDOUT and (one.folder or Path(path).is_dir() or path.endswith(ZIP)):
        put_files(Path(path), files(kind, value, format, rendering))
        return
    made = content(kind, value, format, rendering)
    if path != STDOUT:
        write_whole(Path(path), made)
    elif isinstance(made, bytes) or one.folder:
        raise OSError(EINVAL, f"no place for the format {one.name}: name one with -o", "standard output")
    else:
        _refuse_loss(made, one.media_type)
        _say(format, made)
        sys.stdout.flush()


def refuse_replacing(output: Path | str | None, reads: Iterable[Path | str | None]) -> None:
    """Refuse a place that one of the files has which are read.

    Raises:
        OSError: when it is one of them.
    """
    path = STDOUT if output is None else place(str(output))
    if path != STDOUT and _key(path) in set(_files(reads)):
        raise OSError(EEXIST, "the file that the report is about", path)


def _shown_at(path: str, output: str, rendering: Rendering) -> Rendering:
    """The rendering with width and colour of the terminal where text goes to one."""
    if path != STDOUT or output != TEXT:
        return rendering
    shown = terminal()
    return replace(rendering, width=shown.width, colour=shown.colour)


def _say(output: str, text: str) -> None:
    """Write to standard output; text for a terminal is safe, and its colours must pass the guard."""
    (unguarded(sys.stdout) if output == TEXT and sys.stdout.isatty() else sys.stdout).write(text)


def _refuse_loss(text: str, media_type: str) -> None:
    """Refuse YAML in an encoding that lacks characters of it: what else is written as escapes reads back the same."""
    if media_type != "application/yaml":
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        found = f"the encoding {encoding}, which lacks characters of the document"
        raise OSError(EILSEQ, found, "standard output") from None


def _files(reads: Iterable[Path | str | None]) -> Iterator[str]:
    for name in (str(one) for one in reads if one is not None):
        yield _key(name)
        file, colon, _ = name.rpartition(":")
        if colon:
            yield _key(file)


def terminal() -> Rendering:
    """How text is rendered on standard output: width and colour of a terminal, neither in a pipe."""
    from rich.console import Console

    if not sys.stdout.isatty():
        return Rendering()
    screen = Console()
    return Rendering(width=screen.width, colour=screen.color_system is not None and not screen.no_color)


def rendered(kind: ReportKind[Value], value: Value, requests: Sequence[OutputRequest], rendering: Rendering) -> Texts:
    """Every request with its text; nothing is written yet."""
    return [(one, render(kind, value, one.output, _shown_at(one.path, one.output, rendering))) for one in requests]


def publish_texts(kind: AnyKind, texts: Texts, others: Sequence[tuple[Path, str]] = ()) -> None:
    """Standard output gets its text, then the files take their places together, ``others`` among them.

    Raises:
        OSError: when a file or standard output can't be written; then no file is.
    """

    def say() -> None:
        for one, text in texts:
            if one.path == STDOUT:
                _say(one.output, text)
        sys.stdout.flush()

    written = [(Path(one.path), _before(kind, one) + text) for one, text in texts if one.path != STDOUT]
    with folders_for([path for path, _ in (*written, *others)]):
        write_together([*written, *others], say)


def _before(kind: AnyKind, one: OutputRequest) -> str:
    """What a file already has, where the output is added to it."""
    path = Path(one.path)
    appends = output_named(kind, one.output).appends
    return read_bounded(path).decode(errors="surrogateescape") if appends and path.is_file() else ""


def clashes(requests: Sequence[OutputRequest], read: Sequence[tuple[str, str]] = ()) -> Iterator[Clash]:
    """Requests that mean one place, or a file that is read; ``read`` holds options with their files."""
    seen = {_key(path): option for option, path in read}
    for one in requests:
        option = f"--{one.output}"
        first = seen.setdefault(_key(one.path), option)
        if first != option:
            yield Clash(option=option, first=first, place="standard output" if one.path == STDOUT else one.path)


def place(path: str) -> str:
    """A path as it was given, or ``-`` where it is another name of standard output, such as /dev/stdout."""
    if path == STDOUT:
        return STDOUT
    own = own_place(path)
    return STDOUT if _is_standard_output(own) else own


def _key(path: str) -> str:
    """One word for every name of a place."""
    return STDOUT if place(path) == STDOUT else os.path.realpath(path)


def _is_standard_output(path: str) -> bool:
    """Whether a path leads to the file, pipe or terminal that standard output is; one that discards all is no place."""
    try:
        file, own = Path(path).stat(), os.fstat(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # no such file yet, or no file behind standard output
        return False
    kept = not stat.S_ISCHR(own.st_mode) or sys.stdout.isatty()
    return kept and os.path.samestat(file, own)
