"""Elements of HTML and SVG. Text and attributes are escaped here, and nowhere else."""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from markupsafe import Markup, escape

Attributes = Mapping[str, object]
"""By name; None and False leave one out, True writes its name alone."""

VOID = frozenset({"input", "br", "img", "meta", "link"})
"""Elements without an end."""
LEAVES = frozenset({"rect", "circle", "polyline", "polygon"})
"""Elements of SVG that end where they begin if they have no children."""

_NAME = re.compile(r"[a-z][A-Za-z0-9-]*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def element(name: str, attributes: Attributes | None = None, *children: str) -> Markup:
    """An element; children that are no markup are text.

    >>> element("td", {"title": '"<', "hidden": None}, "a & b")
    Markup('<td title="&#34;&lt;">a &amp; b</td>')
    """
    start, end = f"<{name}{attributes_of(attributes or {})}>", "" if name in VOID else f"</{name}>"
    if name in LEAVES and not children:
        return Markup(f"{start[:-1]}/>")  # noqa: S704
    return Markup(f"{start}{''.join(map(escape, children))}{end}")  # noqa: S704


def attributes_of(attributes: Attributes) -> Markup:
    """Attributes with a space before each."""
    written = []
    for name, value in attributes.items():
        assert _NAME.fullmatch(name), name
        if value is None or value is False:
            continue
        written.append(f" {name}" if value is True else f' {name}="{escape(_plain(value))}"')
    return Markup("".join(written))  # noqa: S704 - each value is escaped


def _plain(value: object) -> str:
    """Numbers of drawings need no more than a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def joined(parts: Iterable[Markup]) -> Markup:
    """Markup after markup."""
    return Markup("").join(parts)


def json_script(values: object, attributes: Attributes) -> Markup:
    r"""Values for a program of the page. No text in them ends the element.

    >>> json_script("</script>", {})
    Markup('<script type="application/json">"\\u003c/script\\u003e"</script>')
    """
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)  # all characters are ASCII
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/json"{attributes_of(attributes)}>{text}</script>')  # noqa: S704


def slug(*names: str) -> str:
    """An id for an element; two lists of names have two ids.

    >>> slug("halls", "hall-a"), slug("Halle ä") == slug("Halle ö")
    ('halls--hall-a', False)
    """
    made = "--".join(_NOT_SLUG.sub("-", name.lower()).strip("-")[:60] for name in names)
    if made == "--".join(names):
        return made
    digest = sha256("\0".join(names).encode(errors="surrogatepass")).hexdigest()
    return f"{made}---{digest[:12]}"
