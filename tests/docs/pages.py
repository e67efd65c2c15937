"""The pages of the project: every Markdown file that git tracks, or would; their blocks of code."""

import re
import subprocess
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code of a page."""

    page: Path
    line: int
    language: str
    """What the fence says; ``indented`` where there is none."""
    text: str
    not_run: str
    """Why no test runs it: the comment ``<!-- not run: REASON -->`` right before it; empty where one does."""
    section: int = 0
    """How many headings stand above it."""

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Every block of code of a page, in order."""
    found, reason, section = [], "", 0
    for token in tokens(page):
        section += token.type == "heading_open"
        if token.type in {"fence", "code_block"}:
            language = token.info.strip() if token.type == "fence" else "indented"
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, line, language, token.content, reason, section))
        marked = re.fullmatch(r"<!-- not run: (.+?) -->\s*", token.content) if token.type == "html_block" else None
        reason = marked[1] if marked else ""
    return found


def with_blocks() -> list[Path]:
    """README and the pages of docs/ that hold code."""
    return [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if blocks(page)]
