"""Every link of a page inside the repository leads to a file, which a site can show, and to a heading that it has."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from tests.docs.pages import ROOT, anchors, pages, tokens, tracked


def links(page: Path) -> Iterator[str]:
    for block in tokens(page):
        for token in block.children or ():
            target = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
            if isinstance(target, str):
                yield unquote(target)


def broken(page: Path) -> list[str]:
    bad = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = page.parent / path if path else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            bad.append(f"{page.relative_to(ROOT)}: {link}")
    return bad


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    assert sum(1 for page in pages() for _ in links(page)) > 50
    assert [link for page in pages() for link in broken(page)] == []


def test_every_page_that_the_code_names_exists() -> None:
    """Paths such as docs/power.md, docs/adr/0005 and docs/basis/power.md#flow in docstrings, messages and comments."""
    cited = re.compile(
        r"\bdocs/(?:adr/(?P<record>\d{4})[\w-]*(?:\.md)?|(?P<page>[a-z/-]+\.md)(?:#(?P<anchor>[\w-]+))?)"
    )
    found = []
    for path in tracked("*.py", "*.yaml", "*.yml", "*.toml", "Makefile"):
        for each in cited.finditer(path.read_text(encoding="utf-8")):
            page = ROOT / "docs" / (each["page"] or "")
            exists = any((ROOT / "docs" / "adr").glob(f"{each['record']}-*.md")) if each["record"] else page.is_file()
            if not exists or (each["anchor"] and each["anchor"] not in anchors(page)):
                found.append(f"{path.relative_to(ROOT)}: {each.group()}")

    assert [each for each in found if not each.startswith("tests/docs/")] == []


def test_a_heading_is_one_level_below_the_one_before_at_most() -> None:
    """A level that is left out has no place in the navigation of a site."""
    found = []
    for page in pages():
        levels = [int(token.tag[1]) for token in tokens(page) if token.type == "heading_open"]
        found += [str(page.relative_to(ROOT)) for above, level in pairwise([0, *levels]) if level > above + 1]

    assert sorted(set(found)) == []
