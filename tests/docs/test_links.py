"""Every link of a page inside the repository leads to a file that exists, and to a heading that it has."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.docs.pages import ROOT, anchors, pages, tokens


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
        if not target.exists() or (anchor and anchor not in anchors(target)):
            bad.append(f"{page.relative_to(ROOT)}: {link}")
    return bad


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    assert sum(1 for page in pages() for _ in links(page)) > 50
    assert [link for page in pages() for link in broken(page)] == []
