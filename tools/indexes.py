"""Write the index pages of docs/: ``python -m tools.indexes``. A test compares them with the pages that stand there."""

import re
from pathlib import Path

from tools.decisions import INDEX, index

DOCS = Path(__file__).parents[1] / "docs"
LISTS = (DOCS / "README.md", DOCS / "basis" / "README.md")
"""Pages with a table of the pages beside them, and of the folders below."""

_TABLE = re.compile(r"(?<=-->\n).*?(?=<!-- end of pages -->)", flags=re.DOTALL)


def listed(page: Path) -> str:
    """An index page with its table renewed."""
    beside = [each for each in sorted(page.parent.glob("*.md")) if each != page]
    below = sorted(page.parent.glob("*/README.md"))
    rows = [
        f"| [{each.relative_to(page.parent)}]({each.relative_to(page.parent)}) | {title(each)} |"
        for each in beside + below
    ]
    table = "\n".join(["\n| page | about |", "|---|---|", *rows, "\n"])
    return _TABLE.sub(lambda _: table, page.read_text(encoding="utf-8"))


def title(page: Path) -> str:
    """The first heading of a page.

    Raises:
        ValueError: where the page doesn't begin with one.
    """
    first = page.read_text(encoding="utf-8").partition("\n")[0]
    if not first.startswith("# "):
        raise ValueError(f"{page}: begins with {first!r}; expected '# ' and a title")
    return first.removeprefix("# ")


def indexes() -> dict[Path, str]:
    """Every index page and what it should say."""
    return {INDEX: index()} | {page: listed(page) for page in LISTS}


if __name__ == "__main__":
    for page, text in indexes().items():
        page.write_text(text, encoding="utf-8")
