"""The pages of the project: every Markdown file that git tracks, or would."""

import re
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Files of the tree that match, those that git ignores left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for line in sorted(set(listed.splitlines())) if (path := ROOT / line).is_file()]


def pages() -> list[Path]:
    """Every Markdown page."""
    return tracked("*.md")


def tokens(page: Path) -> list[Token]:
    """The page as CommonMark with tables."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """The anchors that a host makes of the headings of a page, and those written as HTML."""
    parsed = tokens(page)
    headings = [after.content for token, after in pairwise(parsed) if token.type == "heading_open"]
    plain = [re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    made = {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in plain}
    return made | set(re.findall(r'<a (?:id|name)="([^"]+)">', page.read_text(encoding="utf-8")))


def own_text(page: Path) -> str:
    """What is written in the page itself: without the parts that `make generate` takes from the code."""
    if page.parent == ROOT / "docs" / "reference":
        return ""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"<!-- (\w+): written by .*?<!-- end of \1 -->", "", text, flags=re.DOTALL)
