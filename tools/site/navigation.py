"""Which pages the site has, and where each stands in its navigation."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

_MARK = re.compile(r"^<!-- kind: ([a-z-]+) -->$", flags=re.MULTILINE)


class Kind(StrEnum):
    """What a page of docs/ is for; a line ``<!-- kind: KIND -->`` below its title says it."""

    TUTORIAL = "tutorial"
    HOW_TO = "how-to"
    REFERENCE = "reference"
    EXPLANATION = "explanation"
    PROJECT = "project"

    @property
    def heading(self) -> str:
        """The heading above the pages of this kind."""
        return _TITLES[self]


_TITLES = {
    Kind.TUTORIAL: "Tutorial",
    Kind.HOW_TO: "How-to guides",
    Kind.REFERENCE: "Reference",
    Kind.EXPLANATION: "Explanation",
    Kind.PROJECT: "The project",
}

PAGES = ("*.md", "docs/*.md", "docs/*/*.md", "*/README.md", "examples/**/README.md", "tests/recorded/README.md")
"""Patterns of the pages, from the top of the checkout."""

BESIDE: dict[Kind, tuple[str, ...]] = {
    Kind.REFERENCE: ("docs/reference/README.md",),
    Kind.EXPLANATION: ("docs/basis/README.md", "docs/adr/README.md"),
    Kind.PROJECT: ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
}
"""Pages that stand in the navigation beside those of docs/ itself."""

FOLDERS = ("capacity", "infra", "bench", "reporting", "tools", "tests", "examples")
"""Folders whose README is a page of the project."""


def kind_of(name: str, text: str) -> Kind:
    """The kind of a page of docs/ by its line, and an explanation where it has none.

    Raises:
        ValueError: where the line names no kind.
    """
    found = _MARK.search(text)
    if found is None:
        return Kind.EXPLANATION
    if found[1] not in tuple(Kind):
        raise ValueError(f"{name}: found the kind {found[1]!r}; expected one of {', '.join(Kind)}")
    return Kind(found[1])


def by_kind(names: Iterable[str], text_of: Callable[[str], str]) -> dict[Kind, list[str]]:
    """The pages right in docs/ by kind, with those that stand beside them; the index is left out."""
    found: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for name in sorted(names):
        if name.count("/") == 1 and name.startswith("docs/") and name != "docs/README.md":
            found[kind_of(name, text_of(name))].append(name)
    for kind, more in BESIDE.items():
        found[kind] += more
    return found


def contents(root: Path, name: str) -> str:
    """What the navigation needs below a page: a table of contents for the first page and for each index."""
    if name == "README":
        names = [path.relative_to(root).as_posix() for path in (root / "docs").glob("*.md")]
        parts = by_kind(names, lambda each: (root / each).read_text(encoding="utf-8"))
        parts[Kind.PROJECT] += [f"{each}/README.md" for each in FOLDERS]
        tables = [("", ["docs/README.md"]), *((kind.heading, pages) for kind, pages in parts.items())]
        there = [(title, [page for page in pages if (root / page).is_file()]) for title, pages in tables]
        return "\n\n".join(_table(pages, title) for title, pages in there if pages)
    if not name.endswith("/README") or name == "docs/README":
        return ""
    folder = (root / name).parent
    below = sorted({*folder.glob("*.md"), *folder.glob("*/README.md")} - {folder / "README.md"})
    return _table(path.relative_to(folder).as_posix() for path in below) if below else ""


def _table(pages: Iterable[str], caption: str = "") -> str:
    lines = ["```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else []), ""]
    return "\n".join([*lines, *(page.removesuffix(".md") for page in pages), "```"])
