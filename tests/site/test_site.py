"""The site of the pages: every page is in it and in its navigation, its search knows their words, no host is asked."""

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from petaplan.capacity.rules import all_rules
from tests.docs.pages import ROOT, pages
from tools.site.__main__ import built
from tools.site.navigation import Kind, kind_of
from tools.site.off_host import in_code, in_page, in_style, requests_off_host

pytestmark = pytest.mark.xdist_group("site")


def index(site: Path) -> dict[str, Any]:
    """The index that the search of the site reads."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    assert isinstance(found, dict)
    return found


def test_the_site_has_every_page_of_the_checkout(site: Path) -> None:
    told = [page for page in pages() if "tests" not in page.relative_to(ROOT).parent.parts[:-1]]  # no files of tests
    wanted = [page.relative_to(ROOT).with_suffix(".html") for page in told]

    assert len(wanted) > 90
    assert [path for path in wanted if not (site / path).is_file()] == []


def test_the_first_page_is_the_readme(site: Path) -> None:
    assert (site / "index.html").read_bytes() == (site / "README.html").read_bytes()
    assert "<h1>petaplan" in (site / "index.html").read_text(encoding="utf-8")


def test_the_navigation_leads_to_every_page_of_docs_by_its_kind(site: Path) -> None:
    text = (site / "README.html").read_text(encoding="utf-8")
    navigation = text.partition('<div class="sidebar-tree">')[2].partition("</aside>")[0]
    pieces = navigation.split('<span class="caption-text">')[1:]
    parts = dict(piece.split("</span>", maxsplit=1) for piece in pieces)

    assert len(parts) == len(pieces) >= 4
    for page in sorted((ROOT / "docs").glob("*.md")):
        kind = kind_of(page.name, page.read_text(encoding="utf-8"))
        where = navigation if page.name == "README.md" else parts[kind.heading]
        assert f'href="docs/{page.stem}.html"' in where, page.name


def test_no_built_page_requests_another_host(site: Path) -> None:
    assert list(requests_off_host(site)) == []


def test_every_link_inside_the_site_leads_to_a_file_of_it(site: Path) -> None:
    broken = []
    for page in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)(?:#[^"]*)?"', page.read_text(encoding="utf-8")):
            parts = urlsplit(link)
            if not parts.scheme and not (page.parent / unquote(parts.path)).is_file():
                broken.append(f"{page.relative_to(site)}: {link}")

    assert broken == []


def test_every_anchor_that_the_site_links_to_is_there(site: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    targets = {page: set(re.findall(r'id="([^"]+)"', text)) for page, text in texts.items()}
    broken = [
        f"{page.relative_to(site)}: {path}#{anchor}"
        for page, text in texts.items()
        for path, anchor in re.findall(r'href="([^"#:]*)#([^"]+)"', text)
        if unquote(anchor) not in targets[(page.parent / unquote(path)).resolve() if path else page]
    ]

    assert broken == []


def test_the_search_finds_rules_words_and_commands(site: Path) -> None:
    found = index(site)
    names = found["docnames"]

    def where(term: str) -> list[str]:
        ats = (found[table].get(term, []) for table in ("terms", "titleterms"))
        return [names[one] for at in ats for one in (at if isinstance(at, list) else [at])]

    for family in {rule.id.partition("-")[0].lower() for rule in all_rules()}:
        assert "docs/reference/rules" in where(family), family
    assert "docs/gate" in where("baselin")
    assert "docs/glossary" in where("rackgroup")


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img srcset="https://pictures.example/a.png 2x">',
        '<div style="background: url(http://pictures.example/a.png)"></div>',
        "<style>@import 'https://styles.example/a.css';</style>",
        '<script>fetch("https://count.example/hit")</script>',
        '<meta http-equiv="refresh" content="0; url=https://other.example/">',
        '<form action="https://search.example/"></form>',
        '<svg><use xlink:href="https://pictures.example/a.svg#b"/></svg>',
        '<iframe src="HTTPS://video.example/"></iframe>',
    ],
)
def test_a_request_to_another_host_is_found(text: str) -> None:
    assert len(in_page(f"<html><body>{text}</body></html>")) == 1


def test_links_and_names_are_no_requests() -> None:
    assert in_page('<a href="https://example.org/">read</a><svg xmlns="http://www.w3.org/2000/svg"/>') == []
    assert in_style("/* https://example.org */ a { background: url(data:image/svg+xml,x) url(a.png) }") == []
    assert in_code("// see https://example.org/a\nconst a = 'b//c'; new XMLHttpRequest()") == []
    assert in_style('a { src: url("//fonts.example/a.woff2") }') == ["//fonts.example/a.woff2"]
    assert in_code('importScripts("//cdn.example/a.js")') == ["//cdn.example/a.js"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("[Nowhere](nowhere.md)", "cross-reference target not found: 'nowhere.md'"),
        ('<img src="https://pictures.example/a.png">', "found a request to another host"),
    ],
)
def test_a_warning_and_a_request_end_the_build_with_one(
    words: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sphinx")
    shutil.copytree(ROOT / "tools" / "site", tmp_path / "tree" / "tools" / "site")
    (tmp_path / "tree" / "README.md").write_text(f"# A page\n\n{words}\n", encoding="utf-8")

    assert built(tmp_path / "tree", tmp_path / "site") == 1
    assert said in capfd.readouterr().err


@pytest.mark.parametrize("kind", Kind)
def test_a_page_says_its_kind_in_one_line(kind: Kind) -> None:
    assert kind_of("a.md", f"# A page\n\n<!-- kind: {kind} -->\n\nWords.\n") is kind
    assert kind_of("a.md", "# A page\n") is Kind.EXPLANATION
    with pytest.raises(ValueError, match="found the kind 'guide'; expected one of tutorial, how-to"):
        kind_of("a.md", "<!-- kind: guide -->")
