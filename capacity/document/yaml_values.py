"""YAML text to plain values with their lines: the reader behind ``marked.py``, with the library that parses.

It reads a strict subset: one document, no anchors, aliases, tags or merge keys, no key twice. Scalars follow the core
rules of YAML 1.2 (``no`` is a word, not False).
"""

import math
import re
from collections.abc import Iterator

import yaml

from petaplan.capacity.document.marked import (
    DEEPEST,
    DOCUMENT,
    LONGEST_INT,
    MOST_VALUES,
    Marked,
    Path_,
    Value,
    shortened,
)

_Loader: type[yaml.Loader | yaml.CLoader] = getattr(yaml, "CLoader", yaml.Loader)
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def fill(marked: Marked, text: str) -> bool:
    """Put the values of a text into ``marked``, with everything that is wrong with it.

    The answer is False where it was left in the middle: it holds more than any plan.
    """
    try:
        _Builder(marked).build(_SURROGATES.sub(_whole, text))
    except TooMuch:
        return False
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(filter(None, (error.context, error.problem)))
        marked.refuse(getattr(mark, "line", 0) + 1, reason or "broken YAML", DOCUMENT)
    except yaml.YAMLError as error:
        marked.refuse(1, str(error).splitlines()[0], DOCUMENT)
    return True


def _line(event: yaml.Event) -> int:
    """Line of the text, from 1, on which an event begins."""
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _whole(pair: re.Match[str]) -> str:
    """The character that a surrogate pair of JSON escapes stands for; YAML does not know such pairs."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return pair[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _is_word(text: str) -> bool:
    """Whether characters without quotation marks are text for certain: no number begins with a letter."""
    return text[:1].isalpha() and text not in _NULL and text not in _BOOL


class TooMuch(Exception):
    """A document is nested deeper, or holds more, than any plan; its problem is noted."""


class _Builder:
    """Turns the parser's events into values; stops descending past a depth that no plan has."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.events: Iterator[yaml.Event] = iter(())

    def build(self, text: str) -> None:
        loader = _Loader(text)
        self.events = iter(loader.get_event, None)
        try:
            self.documents()
        finally:
            loader.dispose()

    def documents(self) -> None:
        """The value of the one document that a text should hold."""
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                value = self.value(next(self.events), ())
                if documents == 1:
                    self.marked.value = value
                else:
                    self.marked.refuse(_line(event), "a second document", "one document a file")

    def value(self, event: yaml.Event, path: Path_) -> Value:
        line = _line(event)
        lines = self.marked.lines
        lines.setdefault(path, line)
        if len(lines) > MOST_VALUES:
            self.marked.refuse(line, f"more than {MOST_VALUES:,} values", DOCUMENT, "split it")
            raise TooMuch
        if isinstance(event, yaml.AliasEvent):
            found = f"the alias *{shortened(event.anchor or '')}"
            self.marked.refuse(line, found, "the value itself", "write it out; use code to repeat")
            return None
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self.plain(event, line)
            text: str = event.value
            return text if _is_word(text) or not event.implicit[0] else self.scalar(text, line, path)
        if isinstance(event, yaml.CollectionStartEvent):
            self.plain(event, line)
        if len(path) >= DEEPEST:
            self.marked.refuse(line, f"more than {DEEPEST} levels", DOCUMENT)
            raise TooMuch
        return self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)

    def plain(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        """Refuse what the strict subset leaves out."""
        if event.anchor is not None:
            self.marked.refuse(line, f"the anchor &{shortened(event.anchor)}", "a plain value", "remove it")
        if event.tag is not None and event.tag != "!":
            self.marked.refuse(line, f"the tag {shortened(event.tag)}", "a plain value", "remove it")

    def sequence(self, path: Path_) -> list[Value]:
        items: list[Value] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path_) -> dict[str, Value]:
        items: dict[str, Value] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self.value(event, (*path, "?"))
                self.marked.refuse(line, "a key that isn't a word", "a field name")
                key = "?"
            elif key in items:
                first = self.marked.lines[(*path, key)]
                self.marked.refuse(line, f"the key {shortened(key)!r} again (first in line {first})", "each key once")
            here = (*path, key)
            self.marked.lines.setdefault(here, line)
            items[key] = self.value(next(self.events), here)
        return items

    def scalar(self, text: str, line: int, path: Path_) -> Value:
        """What characters without quotation marks stand for."""
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _INT.fullmatch(text):
            if len(text) > LONGEST_INT:
                self.marked.refuse(
                    line, f"the number {text[:12]}…", f"a number of at most {LONGEST_INT} digits", path=path
                )
                return 0
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(value := float(text)):
            return value + 0.0  # minus nothing is nothing
        if _SPECIAL.fullmatch(text) or _FLOAT.fullmatch(text):
            advice = "leave the field out where it is unknown"
            self.marked.refuse(line, shortened(text), "a finite number", advice, path)
            return 0.0
        return text


def reads_as_text(text: str) -> bool:
    """Whether a plain scalar of these characters is read back as the same text."""
    special = (_INT, _FLOAT, _SPECIAL)
    return text not in _NULL and text not in _BOOL and not any(form.fullmatch(text) for form in special)
