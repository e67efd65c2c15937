"""Text to plain values, each with its line: the one reader of every YAML and JSON file that people or tools write.

YAML is read as a strict subset: one document, no anchors, aliases, tags or merge keys, no key twice. Scalars follow
the core rules of YAML 1.2 (``no`` is a word, not False). JSON is read by the same reader.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from petaplan.capacity.errors import Problem
from petaplan.input_files import MOST_BYTES, read_bounded

Path_ = tuple[str | int, ...]

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""What a document can hold."""

DEEPEST = 40
"""Levels of the deepest document."""

LONGEST_INT = 18
"""Digits of the longest whole number."""

MOST_VALUES = 5_000_000
"""Values of the largest document; each takes some 300 bytes of memory."""

DOCUMENT = "a YAML or JSON document"
"""What is expected of any file that is read here."""

_PLAIN_KEY = re.compile(r"[\w.$-]{1,60}")


@dataclass(slots=True)
class Marked:
    """Values of one text, and the line (from 1) of each path in them."""

    file: str
    value: Value = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    raw: bytes = b""
    """What the values were read from, where they have no lines."""
    inside: str = ""
    """Field of the whole text that has these values, such as a table of a layer."""
    refused: list[Path_] = field(default_factory=list)
    """Paths of values that have a problem already, or cannot be judged because of one."""
    placed: int = 0
    """Problems that are those of one value."""

    def whole(self, path: Path_) -> Path_:
        """A path of these values as one of the text that they are from."""
        return path

    def line(self, path: Path_) -> int:
        """The line of a value."""
        return self.lines[self.whole(path)]

    @property
    def is_whole(self) -> bool:
        """Whether each problem is that of one value, so that the others can be read."""
        return len(self.problems) == self.placed

    def said(self, path: Path_) -> str:
        """A path as people write it, from the whole text on."""
        return dotted((self.inside, *self.whole(path)) if self.inside else self.whole(path))

    def with_lines(self) -> "Marked":
        """The same values with their lines."""
        return read_bytes(self.raw, self.file) if self.raw else self

    @property
    def members(self) -> dict[str, Value]:
        """The members of the document, where it is a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def where(self, path: Path_) -> str:
        """File and line of a path, or of the nearest thing around it."""
        path = self.whole(path)
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return f"{self.file_at(path[:length])}:{line}"
        return self.file

    def file_at(self, path: Path_) -> str:  # noqa: ARG002 - values of many files have one for each path
        """The file that a path stands in."""
        return self.file

    def told_as(self, expected: str, advice: str) -> list[Problem]:
        """The problems, where the document should be of a certain kind."""
        general = (DOCUMENT, "a readable file")
        return [
            replace(one, expected=expected, advice=advice) if one.expected in general else one for one in self.problems
        ]

    def refuse(self, line: int, found: str, expected: str, advice: str = "", path: Path_ = ()) -> None:
        """Note one more thing that is wrong with the text; ``path`` is that of the value, where it is one."""
        where = f"{self.file}:{line}" + (f": {self.said(path)}" if path else "")
        self.problems.append(Problem(where=where, found=found, expected=expected, advice=advice))
        if path:
            self.refused.append(path)
            self.placed += 1


@dataclass(slots=True)
class Rows(Marked):
    """Some rows of a table; their problems have the numbers and lines that they have in the table."""

    numbers: Sequence[int] = ()

    def whole(self, path: Path_) -> Path_:
        """The same path with the number that the row has in the table."""
        return (self.numbers[path[0]], *path[1:]) if path and isinstance(path[0], int) else path

    @classmethod
    def of(cls, marked: Marked, numbers: Sequence[int]) -> "Rows":
        """These rows of a table."""
        rows = marked.value if isinstance(marked.value, list) else []
        return cls(
            file=marked.file,
            value=[rows[number] for number in numbers],
            lines=marked.lines,
            inside=marked.inside,
            numbers=[int(marked.whole((number,))[0]) for number in numbers],
        )


def dotted(path: Path_) -> str:
    r"""A path as people write it; a key that is no plain word is quoted, as values are.

    >>> dotted(("pods", 3, "racks", 0, "count")), dotted(("a key\n", "b"))
    ('pods[3].racks[0].count', "'a key\\n'.b")
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{_word(step)}" if text else _word(step)
    return text


def _word(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else repr(shortened(key))


def shortened(text: str) -> str:
    """A word of a document, short enough for one line."""
    return text if len(text) <= 60 else f"{text[:57]}…"


def read_file(path: Path) -> Marked:
    """The marked values of a file; what can't be opened or isn't text is a problem, not an exception."""
    raw = _bytes_of(path)
    return raw if isinstance(raw, Marked) else read_bytes(raw, str(path))


def _bytes_of(path: Path) -> bytes | Marked:
    """The bytes of a file, or no values and the reason."""
    marked = Marked(file=str(path))
    raw = bytes_in(marked, path)
    return marked if marked.problems else raw


def bytes_in(marked: Marked, path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of a file; none where a problem says why it cannot be read."""
    try:
        return read_bounded(path, most_bytes)
    except OSError as error:
        marked.refuse(1, error.strerror or str(error), "a readable file", "check the path and its rights")
        return b""


def read_json(path: Path) -> Marked:
    """The values of a JSON file without fault, ten times as fast, without lines; ``with_lines`` adds them.

    Anything else is read as ``read_file`` reads it.
    """
    raw = _bytes_of(path)
    return raw if isinstance(raw, Marked) else read_json_bytes(raw, str(path))


def read_json_bytes(raw: bytes, file: str) -> Marked:
    """The same of the bytes of a file; ``file`` is what messages call it."""
    try:
        value: Value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_each_once,
            parse_int=_short_int,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except (ValueError, RecursionError):  # what is wrong, and where, the other reader says
        return read_bytes(raw, file)
    return Marked(file=file, value=value, raw=raw)


def _each_once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _short_int(text: str) -> int:
    if len(text) > LONGEST_INT:
        raise ValueError
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def read_bytes(raw: bytes, file: str) -> Marked:
    """The marked values of UTF-8 bytes."""
    marked = Marked(file=file)
    if len(raw) > MOST_BYTES:
        marked.refuse(1, f"more than {MOST_BYTES // 2**20} MiB", DOCUMENT, "split it")
        return marked
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        marked.refuse(line, "bytes that are not UTF-8 text", DOCUMENT, "save it as UTF-8")
        return marked
    if "\0" in text:
        marked.refuse(text[: text.index("\0")].count("\n") + 1, "a NUL byte", DOCUMENT)
        return marked
    return read_text(text, file)


def read_text(text: str, file: str) -> Marked:
    """The marked values of a text, with everything that is wrong with it."""
    from petaplan.capacity.document.yaml_values import fill  # a hub in Python and the shipped data need no YAML

    marked = Marked(file=file)
    if not fill(marked, text):
        return marked
    if marked.value is None and not marked.problems:
        marked.refuse(1, "nothing", DOCUMENT)
    return marked
