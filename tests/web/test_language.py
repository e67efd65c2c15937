"""No words of the program stay English: texts of pages are names or foreign words, all others have messages."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from petaplan.capacity.facts.systems import systems_of
from petaplan.capacity.report.cost import CostReport, cost_document
from petaplan.capacity.report.items import ITEMS, item_cell
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.words import ELLIPSIS
from petaplan.reporting.cells import Cell, Phrase, Text, Told, Unit
from petaplan.reporting.document import Section, Table
from petaplan.reporting.web.blocks import Chart
from petaplan.reporting.web.language import Language, language
from petaplan.reporting.web.wording import html, said
from petaplan.reporting.wording import told, value_of, words
from tests.web.pages import study_of

ROOT = Path(__file__).parents[2]
SHIPPED = "infra.hong_kong:hub"
MODULES = [
    *sorted(ROOT.glob("capacity/web/**/*.py")),
    *(ROOT / "capacity/report" / f"{name}.py" for name in ("cost", "compare", "work")),
]
"""Modules whose words all stand on pages, whatever the plan has."""
SENTENCES = frozenset(
    {"remark", "missing", "waiver", "input", "basis", "source", "note", "reached", "mfu_source", "goodput_source"}
)
"""Columns with sentences of findings, sources and remarks, which stay English."""
IDS = frozenset({"rule", "subject", "nearest", "convention", "by"})
"""Columns with identities of findings, conventions and declared work, as the JSON report has them."""
UNTOLD = SENTENCES | IDS


def test_every_word_of_a_page_module_has_its_chinese() -> None:
    found = language("zh-Hant")
    for file in MODULES:
        for say, text in literals(file):
            found.say(text) if say else found.unit(text)
    for word in ITEMS.values():
        found.say(word)
    assert sorted(found.missing | found.missing_units) == []


def literals(file: Path) -> Iterator[tuple[bool, str]]:
    """Templates, titles of columns and titles of sections of a module; False with units."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name, given = getattr(node.func, "id", ""), {one.arg: one.value for one in node.keywords}
        shown = [*node.args[:1]] if name == "Phrase" else [given.get("title")] if name == "Column" else []
        title = given.get("title")
        if name in {"Section", "Table"} and isinstance(title, ast.Call) and getattr(title.func, "id", "") == "Text":
            shown += title.args
        yield from ((True, one.value) for one in shown if isinstance(one, ast.Constant) and isinstance(one.value, str))
        unit = given.get("unit")
        if name in {"Column", "Number"} and isinstance(unit, ast.Constant) and isinstance(unit.value, str):
            yield False, unit.value


@pytest.mark.parametrize("plan", [SHIPPED, "tests.web.plans:failing", "tests.web.plans:working"])
def test_every_text_of_a_page_is_a_name_of_the_plan_or_of_the_catalogue(plan: str) -> None:
    study, own = study_of(plan), list[str]()
    known = foreign(plan)
    for place, text in texts(site_of(WebReport(study=study)), ""):
        if not all(part in known or cut_of(place, part, known) for part in parts_of(text)):
            own.append(f"{place}: {text}")
    assert own == [], "words of the program are told(Phrase(...)) or Unit, with a message"


def cut_of(place: str, part: str, known: Iterable[str]) -> bool:
    """Whether a one-line diagram shows a name without that of its hall."""
    return place.startswith("/power") and any(name.endswith(f"-{part}") for name in known)


def parts_of(text: str) -> Iterator[str]:
    """Names of a list or of a path; counts and signs between them are no words."""
    for part in text.replace("/", ", ").replace(" × ", ", ").replace(" (", ", ").replace(")", "").split(", "):
        if len(part) > 1 and any(map(str.isalpha, part)) and ELLIPSIS not in part:
            yield part


@cache
def foreign(plan: str) -> frozenset[str]:
    """Every text of the plan, the catalogue and published systems, with the parts of their paths."""
    study = study_of(plan)
    assert study.forecast is not None
    things = (study.design, systems_of(study.design.catalogue), study.forecast.groups)
    found = {part for text in strings(things, set()) for part in (text, *parts_of(text))}
    return frozenset(found)


def strings(value: object, seen: set[int]) -> Iterator[str]:
    """Texts below a value of the program."""
    if isinstance(value, str):
        yield value
        return
    if isinstance(value, int | float | type(None)) or id(value) in seen:
        return
    seen.add(id(value))
    below: list[object] = []
    if isinstance(value, Mapping):
        below += [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        below += value
    elif is_dataclass(value):
        below += [getattr(value, one.name, None) for one in fields(value)]
    else:
        below += list(getattr(value, "__dict__", {}).values())
    for one in below:
        yield from strings(one, seen)


def texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Texts that people see, each with where it stands."""
    match value:
        case Told(cell=cell):
            yield from texts(cell, place)
        case Text(text) if not isinstance(value, Unit):
            yield place, text
        case Table():
            for row in value.rows:
                shown = {one.key: row.cells[one.key] for one in value.shown if one.key in row.cells}
                yield from texts(shown, f"{place}/{value.key}")
        case Mapping():
            for key, one in value.items():
                yield from () if key in UNTOLD else texts(one, f"{place}[{key}]")
        case list() | tuple():
            yield from (found for one in value for found in texts(one, place))
        case _ if is_dataclass(value):
            yield from _fields(value, f"{place}/{getattr(value, 'key', '')}".rstrip("/"))


def _fields(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Texts of a block; the title of a section is looked up as it is."""
    for one in fields(value):  # type: ignore[arg-type]  # a data class
        found = getattr(value, one.name)
        if not (isinstance(value, Section) and isinstance(found, Text)):
            yield from texts(found, place)


def test_every_title_in_a_chart_has_its_translation() -> None:
    lacking = []
    for page in site_of(WebReport(study=study_of(SHIPPED))).pages:
        for block in page.blocks:
            if isinstance(block, Chart):
                said_of = {*block.words, *block.named}
                lacking += [(page.key, title) for title in titles(block.spec) if title not in said_of]
    units = language("zh-Hant").units
    assert [one for one in lacking if one[1] not in units] == []


def titles(value: object) -> Iterator[str]:
    """Titles in a specification of a chart."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "title" and isinstance(one, str):
                yield one
            yield from titles(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from titles(one)


CHINESE = Language("zh-Hant", {"million {currency}": "百萬 {currency}"}, {"weeks": "週"})


@pytest.mark.parametrize(
    ("cell", "english", "chinese"),
    [
        (told(Phrase("million {currency}", {"currency": Text("USD")})), "million USD", "百萬 USD"),
        (Unit("weeks"), "weeks", "週"),
        (Text("weeks"), "weeks", "weeks"),
    ],
)
def test_words_of_the_program_are_translated_on_pages_alone(cell: Cell, english: str, chinese: str) -> None:
    assert words(cell) == value_of(cell) == english
    assert said(cell, CHINESE) == html(cell, CHINESE) == chinese


def test_a_page_names_an_item_in_the_words_of_the_trade() -> None:
    cell = item_cell("ups_systems")
    assert value_of(cell) == "ups_systems"
    assert said(cell, language("en")) == "UPS"
    assert said(item_cell("ups_systems of a plan"), language("zh-Hant")) == "ups_systems of a plan"


def test_every_remark_about_costs_has_its_chinese() -> None:
    study = study_of(SHIPPED)
    report = CostReport(hub=study.name, on=study.on, costs=tuple(study.costs), discount=0.05, lifetime_years=5)
    found = language("zh-Hant")
    lines = cost_document(report).sections[-1].blocks[0]
    shown = [said(cell, found) for cell in getattr(lines, "cells", ())]
    assert len(shown) >= 3
    assert not found.missing
    assert "5.00%" in shown[1] and "5 年" in shown[2]
