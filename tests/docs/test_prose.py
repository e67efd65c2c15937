"""Pages and docstrings have short sentences, so that a reader with another first language can follow."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it.token import Token

from tests.docs.pages import ROOT, pages, tokens, tracked

LONGEST = 25

_ENDS = re.compile(r"(?<=[.!?:])['\")]*\s+(?=[A-Z`(\"0-9])")
_NO_END = re.compile(r"\b(?:e\.g|i\.e|vs|No|Art|St)\.$")


def paragraphs(parsed: list[Token]) -> Iterator[str]:
    """The running text of a page: paragraphs and items, code blocks, tables and headings left out."""
    table = heading = False
    for token in parsed:
        table = token.type == "table_open" or (table and token.type != "table_close")
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline" and not table and not heading:
            yield "".join(
                {"code_inline": f"`{child.content}`", "softbreak": " "}.get(child.type, child.content)
                for child in token.children or ()
            )


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph; a whole sentence after a colon counts as one of its own."""
    begun = ""
    for part in _ENDS.split(text):
        begun = f"{begun} {part}".strip()
        if not _NO_END.search(begun):
            yield begun
            begun = ""
    if begun:
        yield begun


def words(sentence: str) -> int:
    """Words of a sentence; a number with its unit, a formula's sign or a dash is none of its own."""
    return sum(1 for word in sentence.split() if re.search(r"[A-Za-z]{2,}|\b[aAI]\b", word))


def long_sentences(page: Path) -> list[str]:
    return [each for text in paragraphs(tokens(page)) for each in sentences(text) if words(each) > LONGEST]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_sentences_of_a_page_are_short(page: Path) -> None:
    assert long_sentences(page) == []


_LAID_OUT = re.compile(r"├|└|>>>|\S {2,}\S|^\s*(?:Raises|\|)", flags=re.MULTILINE)
"""Trees, columns, examples and tables: no running text."""


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Docstrings of a module, its classes, functions and attributes, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            if (
                isinstance(each, ast.Expr)
                and isinstance(each.value, ast.Constant)
                and isinstance(each.value.value, str)
            ):
                yield each.lineno, each.value.value


def test_the_sentences_of_docstrings_are_short() -> None:
    code = tracked("capacity/**.py", "infra/**.py", "bench/**.py", "reporting/**.py", "petaplan/*.py", "tools/**.py")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {sentence}"
        for path in code
        for line, text in docstrings(path)
        for paragraph in re.split(r"\n\s*\n", text)
        if not _LAID_OUT.search(paragraph)
        for sentence in sentences(" ".join(paragraph.split()))
        if words(sentence) > LONGEST
    ]

    assert found == []


def test_a_sentence_of_26_words_is_found() -> None:
    text = " ".join(["Word"] * 26) + ". " + " ".join(["Word"] * 25) + "."

    assert [words(each) for each in sentences(text)] == [26, 25]


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of one line in a module that are no docstrings, with their lines; a value in an f-string is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    in_strings = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in in_strings | described:
            yield node.lineno, node.value


def test_the_sentences_of_messages_are_short() -> None:
    """Messages, hints, titles and help texts; what follows a semicolon is a sentence of its own."""
    code = tracked("capacity/**.py", "infra/**.py", "bench/**.py", "reporting/**.py", "petaplan/*.py", "tools/**.py")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {part}"
        for path in code
        if path != ROOT / "infra" / "resources.py"  # generated; its texts are those of the nouns
        for line, text in messages(path)
        if "\n" not in text.strip()
        for part in text.split(";")
        for sentence in sentences(part)
        if words(sentence) > LONGEST
    ]

    assert found == []
