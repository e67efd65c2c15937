"""Requests of a built page to another host: a site works where nothing else can be reached."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

LOADS = {
    "src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest", "archive", "code",
}  # fmt: skip
"""Attributes whose address a browser requests, or sends to."""

_REFERS = {"a", "area"}
"""Elements whose address a browser requests only when a reader follows it."""

_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/\s\"'()<>]+", flags=re.IGNORECASE)
_IN_CSS = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:[a-z]+:)?//[^\s"')]+)""", flags=re.IGNORECASE)
_IN_CODE = re.compile(r"""["'`]((?:https?:|wss?:)?//[\w.-]+\.\w[^"'`\s]*)["'`]""")
_COMMENT = re.compile(r"/\*.*?\*/", flags=re.DOTALL)
_NAMES = re.compile(r"^(?:https?:)?//www\.w3\.org/", flags=re.IGNORECASE)
"""Names of XML, which nothing requests."""


class _Page(HTMLParser):
    """Addresses that a browser requests while it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in {"script", "style"} else ""
        for name, value in attrs:
            text = (value or "").strip()
            requested = name in LOADS or (name in {"href", "xlink:href"} and tag not in _REFERS)
            if requested or (tag == "meta" and name == "content" and "url=" in text.lower()):
                self.found += _ELSEWHERE.findall(text)
            elif name == "style":
                self.found += _IN_CSS.findall(text)

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found += in_style(data) if self._inside == "style" else in_code(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is Python's
        self._inside = ""


def in_page(text: str) -> list[str]:
    """Addresses of other hosts that a page of HTML requests."""
    page = _Page()
    page.feed(text)
    return [each for each in page.found if not _NAMES.match(each)]


def in_style(text: str) -> list[str]:
    """Addresses of other hosts that a style sheet requests."""
    return [each for each in _IN_CSS.findall(_COMMENT.sub("", text)) if not _NAMES.match(each)]


def in_code(text: str) -> list[str]:
    """Addresses of other hosts in the texts of a script; comments are none."""
    return [each for each in _IN_CODE.findall(text) if not _NAMES.match(each)]


_READERS = {".html": in_page, ".css": in_style, ".js": in_code, ".svg": in_page}


def requests_off_host(site: Path) -> Iterator[str]:
    """Each request of a built site to another host: the file, and the address."""
    for path in sorted(site.rglob("*")):
        reader = _READERS.get(path.suffix)
        if reader is not None and path.is_file():
            for address in reader(path.read_text(encoding="utf-8", errors="replace")):
                yield f"{path.relative_to(site)}: {address}"
