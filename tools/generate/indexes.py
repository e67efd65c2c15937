"""The index pages of docs/: the pages beside each, and the index of decisions."""

from tools.decisions import INDEX, index
from tools.generate.files import ROOT, Files
from tools.generate.markdown import table
from tools.site.navigation import by_kind

FOLDERS = ("docs/basis", "docs/reference")
"""Folders whose README lists the pages beside it, and the folders below."""


def indexes(files: Files) -> None:
    """Every index page."""
    files.write(INDEX.relative_to(ROOT).as_posix(), index())
    files.section("docs/README.md", "pages", _of_each_kind(files))
    for folder in FOLDERS:
        files.section(f"{folder}/README.md", "pages", listed(files, folder))


def _of_each_kind(files: Files) -> str:
    """The pages of docs/ by what they are for."""
    parts = []
    for kind, names in by_kind(files.pages("docs"), files.read).items():
        entries = "\n".join(f"- [{title(files, name)}]({_from_docs(name)})" for name in names)
        if names:
            parts.append(f"## {kind.heading}\n\n{entries}")
    return "\n\n".join(parts)


def _from_docs(name: str) -> str:
    return name.removeprefix("docs/") if name.startswith("docs/") else f"../{name}"


def listed(files: Files, folder: str) -> str:
    """The pages beside the README of a folder, then the folders below."""
    names = [name.removeprefix(f"{folder}/") for name in files.pages(folder)]
    beside = [name for name in names if "/" not in name and name != "README.md"]
    below = [name for name in names if name.count("/") == 1 and name.endswith("/README.md")]
    rows = [(f"[{name}]({name})", title(files, f"{folder}/{name}")) for name in beside + below]
    return table(("page", "about"), rows)


def title(files: Files, name: str) -> str:
    """The first heading of a page.

    Raises:
        ValueError: where the page doesn't begin with one.
    """
    first = files.read(name).partition("\n")[0]
    if not first.startswith("# "):
        raise ValueError(f"{name}: begins with {first!r}; expected '# ' and a title")
    return first.removeprefix("# ")
