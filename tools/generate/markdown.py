"""Markdown as the generated pages have it."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by make generate: change the code that it describes. -->"


def page(title: str, introduction: str, *parts: str) -> str:
    """A whole page that nobody edits by hand."""
    return "\n\n".join([f"# {title}", NOTICE, introduction, *(part.strip() for part in parts)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are plain text, code between backticks is kept."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Text within one cell of a table."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    plain = [part if at % 2 else part.replace("<", "&lt;").replace("*", "\\*") for at, part in enumerate(parts)]
    return "`".join(plain).replace("``", "`")


def code(text: str) -> str:
    """Text as code; nothing for none."""
    return f"`{text}`" if text else ""
