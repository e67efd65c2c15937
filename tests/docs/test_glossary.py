"""The glossary says what the code says: every noun has an entry, every entry has a name in the code."""

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from petaplan.capacity import compute, hardware, hub, power
from petaplan.capacity.findings import Verdict
from petaplan.capacity.renames import renamed_fields
from tests.docs.pages import ROOT, own_text, pages, tracked

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CATALOGUE = (
    hardware.Accelerator,
    hardware.Cpu,
    hardware.Node,
    hardware.RackModel,
    hardware.PodModel,
    hardware.SwitchModel,
    hardware.Optic,
    hardware.Equipment,
    hardware.MeasuredGemm,
)

RETIRED = {
    "heir": r"heirs?",
    "the eve": r"(?:the|on) eve|eve of",
    "jump": r"jumps?",
    "stand-in, stands in for": r"stand-ins?|stands? in for",
    "burden": r"burdens?",
    "upses": r"(?-i:upses)",
    "storages": r"storages",
    "clouded": r"clouded|clouds",
    "hangs on, hanging": r"hangs? (?:on|beside|below)|hanging",
    "is felt, feels": r"is felt|feels",
    "question (verdict)": r"a question|questions?(?=\.|,|:)",
    "speaks of": r"speaks? of|spoken of",
    "is told, tells of": r"(?:is|are|was|were) told|tells? of",
    "works out, worked out": r"work(?:s|ed)? (?:it |them )?out",
    "a slip": r"a slip",
    "the fullest": r"fullest",
}
"""Each retired word of the glossary, as it is looked for in text."""


def rows(text: str) -> Iterator[list[str]]:
    """Cells of every row of a table but its head."""
    for line in text.splitlines():
        if line.startswith("|") and not re.match(r"\| (word|retired|old word) |\|---", line):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


ENTRIES = list(rows(GLOSSARY.partition("## Words no longer used")[0]))
GONE = [cells[0] for cells in rows(GLOSSARY.partition("<!-- retired words")[2])]
RENAMED_ROWS = list(rows(CHANGELOG.partition("<!-- renamed words")[2].partition("###")[0]))
RENAMED = [cells[0].strip("`") for cells in RENAMED_ROWS]


def reached(start: Any) -> dict[str, type]:
    """The dataclasses and enums that a class leads to through the hints of its fields, by name."""
    found: dict[str, type] = {}
    todo = [start]
    while todo:
        one = todo.pop()
        todo += get_args(one)
        if isinstance(one, type) and one.__name__ not in found and (is_dataclass(one) or issubclass(one, Enum)):
            found[one.__name__] = one
            todo += get_type_hints(one).values() if is_dataclass(one) else []
    return found


@cache
def names_in_code() -> frozenset[str]:
    """Every name that the code of the four folders defines or gives a field, a file or an argument."""
    names: set[str] = set()
    for path in tracked("capacity/**.py", "infra/**.py", "bench/**.py", "reporting/**.py"):
        names.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return frozenset(names)


@cache
def text_of(path: Path) -> str:
    """Comments and string literals of a module, those left out that are a name alone."""
    return "\n".join(text for text in _texts(path) if not re.fullmatch(r"[\"']\w*[\"']", text))


def _texts(path: Path) -> Iterator[str]:
    for token in tokenize.generate_tokens(StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield re.sub(r"\{[^{}\n]*\}", "", token.string)  # names in f-strings are no text


def test_every_noun_and_enum_of_the_plan_document_has_an_entry() -> None:
    named = {cells[0].strip("`") for cells in ENTRIES}
    nouns = set(reached(hub.Hub)) - {"Location"}

    assert len(nouns) > 40
    assert sorted(nouns - named) == []


def test_every_verdict_and_word_of_judging_has_an_entry() -> None:
    named = {cells[0].strip("`") for cells in ENTRIES}

    assert {verdict.value for verdict in Verdict} <= named
    assert {"Rule", "Claim", "Finding", "Verdict"} <= named


def test_every_catalogue_class_has_an_entry() -> None:
    assert {each.__name__ for each in CATALOGUE} <= {cells[0].strip("`") for cells in ENTRIES}


def test_every_name_in_code_style_stands_in_the_code() -> None:
    nouns = reached(hub.Hub)
    known = set(nouns) | {field.name for noun in nouns.values() if is_dataclass(noun) for field in fields(noun)}
    known |= names_in_code()
    quoted = [cells[0] if len(cells) == 2 else cells[2] for cells in ENTRIES]

    assert [word for word in quoted if not word.startswith("`")] == []
    assert [word for word in quoted if word.strip("`") not in known] == []


def test_no_word_has_two_entries() -> None:
    assert [word for word, count in Counter(cells[0] for cells in ENTRIES).items() if count > 1] == []


@pytest.mark.filterwarnings("ignore::petaplan.old_names.OldName")
def test_the_changelog_has_every_renamed_field_and_class() -> None:
    nouns = [noun for noun in reached(hub.Hub).values() if is_dataclass(noun)]
    fields_now = {old: new for noun in nouns for old, new in renamed_fields(noun).items()}
    classes_now = {
        old: getattr(module, old).__name__
        for module, olds in ((compute, ("Rack", "StandAloneRack", "Declaration")), (power, ("Storage",)))
        for old in olds
    }
    listed = {cells[0].strip("`"): cells[1].strip("`") for cells in RENAMED_ROWS}

    assert len(fields_now) >= 10
    assert listed == fields_now | classes_now


def test_readme_s_words_are_an_extract() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Words")[2]
    meanings = {cells[0]: cells[1] for cells in ENTRIES}
    quoted = list(rows(readme))

    assert len(quoted) >= 8
    assert [cells for cells in quoted if meanings.get(cells[0]) != cells[1]] == []


def test_every_retired_word_is_looked_for() -> None:
    assert list(RETIRED) == GONE


@pytest.mark.parametrize("word", RETIRED)
def test_no_page_uses_a_retired_word(word: str) -> None:
    found = []
    for page in pages():
        text = own_text(page).partition("## Words no longer used")[0]
        if page.name != "CHANGELOG.md":
            found += [f"{page.relative_to(ROOT)}: {each}" for each in re.findall(rf"\b(?:{RETIRED[word]})\b", text)]

    assert found == []


@pytest.mark.parametrize("name", RENAMED)
def test_no_page_uses_an_old_name(name: str) -> None:
    """Names in code style and in code blocks."""
    found = []
    for page in pages():
        text = own_text(page)
        code = re.findall(r"```.*?```", text, flags=re.DOTALL) + re.findall(r"`[^`\n]+`", text)
        if page.name != "CHANGELOG.md" and page.parent.name != "adr" and name not in ("each", "what", "words"):
            found += [f"{page.relative_to(ROOT)}: {name}" for each in code if re.search(rf"\b{name}\b", each)]

    assert found == []


@pytest.mark.parametrize("word", RETIRED)
def test_no_text_of_the_code_uses_a_retired_word(word: str) -> None:
    """Docstrings, comments, messages, titles and help texts."""
    patterns = re.compile(rf"\b(?:{RETIRED[word]})\b", flags=re.IGNORECASE)
    code = tracked("capacity/**.py", "infra/**.py", "bench/**.py", "reporting/**.py", "tools/**.py")
    found = [f"{path.relative_to(ROOT)}: {each}" for path in code for each in patterns.findall(text_of(path))]

    assert found == []
