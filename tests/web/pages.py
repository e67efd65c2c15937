"""Pages of the web report as a program reads them: elements with their attributes and text, pointers, scripts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import accumulate
from math import isclose
from typing import Any, cast

from petaplan.capacity.resolving import read_design
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.records import unpacked
from petaplan.reporting.web.rendering import Rendered, rendered

DAY = date(2027, 6, 30)
EMPTY = frozenset({"meta", "input", "br", "link", "img"})


@dataclass(slots=True)
class Element:
    """An element with its attributes and the text below it."""

    name: str
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.words)


class Reader(HTMLParser):
    """Every element of a page, in order; text of scripts included."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        assert not self._open, f"left open: {[one.name for one in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(one)
        if tag not in EMPTY:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> closes {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.words.append(data)


def resolved(document: object, pointer: str) -> object:
    """What a JSON pointer leads to (RFC 6901).

    Raises:
        KeyError, IndexError: where it leads nowhere.
    """
    found = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        found = found[int(name)] if isinstance(found, list) else cast(dict[str, object], found)[name]
    return found


@cache
def study_of(plan: str) -> Study:
    """A plan under study, with few draws."""
    return Study(read_design(plan), DAY, draws=2_000)


@cache
def page_of(plan: str, language: str = "en") -> Rendered:
    """The pages of a plan."""
    return rendered(site_of(WebReport(study=study_of(plan), language=language)))


def figures(page: str) -> Iterator[Element]:
    """Elements that show a figure, those of long tables included that a script makes."""
    for one in Reader(page).elements:
        if "data-value" in one.attributes or "data-pointer" in one.attributes:
            yield one
        if "data-records" in one.attributes:
            yield from _of_records(cast(dict[str, Any], unpacked(one.text)))


def _of_records(records: dict[str, Any]) -> Iterator[Element]:
    """The figures of a long table; its columns have a number of an entry for each row."""
    places = records.get("places") or list(accumulate(records["steps"]))
    for column in records["columns"]:
        for place, cell in zip(places, column["cells"], strict=True):
            entry = column["entries"][cell]
            if isinstance(entry, list):
                pointer = f"{records['base']}{place}/{column['member']}"
                yield Element("td", {"data-pointer": pointer, "data-value": json.dumps(entry[0])}, [str(entry[-1])])
            else:
                assert isinstance(entry, str)


def same(shown: object, reported: object) -> bool:
    """Whether a page shows what the report has, to the digits that a report keeps."""
    if isinstance(shown, float | int) and isinstance(reported, float | int):
        return isclose(shown, reported, rel_tol=1e-6, abs_tol=5e-4)
    if isinstance(shown, list) and isinstance(reported, list):
        return len(shown) == len(reported) and all(map(same, shown, reported))
    return shown == reported
