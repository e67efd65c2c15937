"""One self-contained file of a site: no address but the file's own is read, and no script but its own runs."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from petaplan.reporting.document import Lines, Section, Table
from petaplan.reporting.web import charts, controls
from petaplan.reporting.web.blocks import Block, Chart, Choices, DaySlider, During, Legend, OnDemand
from petaplan.reporting.web.drawing import Drawing
from petaplan.reporting.web.drawings import drawing as svg_of
from petaplan.reporting.web.language import Language, language
from petaplan.reporting.web.markup import element, joined, slug
from petaplan.reporting.web.records import on_demand
from petaplan.reporting.web.site import Page, Site
from petaplan.reporting.web.tables import lines, table
from petaplan.reporting.web.wording import html, said

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent
CHART_SCRIPTS = ("vega.min.js", "vega-lite.min.js", "vega-interpreter.js")
"""In the order in which they load: docs/adr/0094-one-file-for-a-browser.md."""
APP = "app.js"
STYLE = "style.css"
_ENDS = re.compile(r"</script|</style|<!--", re.IGNORECASE)
WORDS = (
    "Filter rows",
    "Save as CSV",
    "rows shown",
    "No row of this table; clear the filter to see every row",
    "rows {first} to {last} of {count}",
    "Earlier rows",
    "Later rows",
)
"""What the script of the page writes itself."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A site as HTML, and the messages that its language lacks."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class _Writer:
    """Blocks of one page as markup."""

    page: str
    language: Language
    styles: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    def blocks(self, blocks: Sequence[Block]) -> Markup:
        return joined(self.block(block) for block in blocks)

    def block(self, block: Block) -> Markup:
        match block:
            case Section():
                return self._section(block)
            case Chart():
                return self._chart(block)
            case OnDemand():
                return on_demand(block, slug(self.page, block.key), self.language)
            case Drawing():
                return self._drawing(block)
            case Legend():
                return controls.legend(block, self.language)
            case DaySlider():
                return controls.day_slider(block, self.page, self.language)
            case Choices():
                self.styles.extend(controls.painted(block, self.page))
                return controls.choices(block, self.page, self.language, self.blocks)
            case During():
                days = {"data-from": block.shown_from, "data-until": block.shown_until}
                return element("div", {"class": "during", **days}, self.blocks(block.blocks))

    def _section(self, section: Section) -> Markup:
        parts = joined(self._part(block) for block in section.blocks)
        title = section.title
        if section.folded and title is not None:
            return element("details", {}, element("summary", {}, self._title(section)), parts)
        heading = element("h3", {}, self._title(section)) if title is not None else Markup()
        return element("section", {"data-section": section.key}, heading, parts)

    def _title(self, section: Section) -> Markup:
        from petaplan.reporting.cells import Text

        assert section.title is not None
        if isinstance(section.title, Text):
            return Markup("{}").format(self.language.say(section.title.value))
        return html(section.title, self.language)

    def _part(self, block: Table | Lines) -> Markup:
        return lines(block, self.language) if isinstance(block, Lines) else self._table(block)

    def _table(self, found: Table) -> Markup:
        if not found.rows:
            return Markup()
        id = slug(self.page, "table", str(len(self.tables)), found.key)
        self.tables.append(id)
        return table(found, id, self.language, len(self.tables))

    def _behind(self, found: Table) -> Markup:
        summary = element("summary", {}, self.language.say("Table of these figures"))
        return element("details", {"class": "behind"}, summary, self._table(found))

    def _chart(self, found: Chart) -> Markup:
        id = slug(self.page, found.key)
        self.charts.append(id)
        return charts.figure(found, id, self.language, self._behind(found.table))

    def _drawing(self, found: Drawing) -> Markup:
        picture = svg_of(found, slug(self.page, found.key), self.language)
        caption = element("figcaption", {}, html(found.title, self.language))
        behind = self._behind(found.table) if found.table is not None else Markup()
        return element("figure", {}, caption, picture, behind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """A program that a page has besides its own."""

    script: str
    connects: str
    """Source to which it may connect (CSP connect-src)."""
    words: Mapping[str, str] = field(default_factory=dict)
    """English text that it shows, by the name of the attribute of the body where it finds the translation."""


def write_site(site: Site, added: Added | None = None) -> str:
    """The whole file; the same site gives the same bytes."""
    return rendered(site, added).text


def rendered(site: Site, added: Added | None = None) -> Rendered:
    """The whole file with what its language lacks."""
    found = language(site.language)
    pages, writers = zip(*((_page(page, found)) for page in site.pages), strict=True)
    own = [one for writer in writers for one in writer.styles]
    style = "\n".join([_asset(STYLE), *own])
    drawn = any(writer.charts for writer in writers)
    loaded = [*((_asset(name) for name in CHART_SCRIPTS) if drawn else ()), _asset(APP)]
    loaded += [added.script] if added else []
    template = _environment().get_template("site.html")
    text = template.render(
        site=site,
        say=found.say,
        title=found.say(site.title),
        name=said_name(site),
        verdict=html(site.verdict, found) if site.verdict is not None else "",
        pages=[(page, markup) for page, markup in zip(site.pages, pages, strict=True)],
        foot=[html(cell, found) for cell in site.foot],
        policy=_policy(style, loaded, added.connects if added else "'none'"),
        style=Markup(style),  # noqa: S704 - the project's own file, and rules of checked names
        scripts=[Markup(one) for one in loaded],  # noqa: S704 - the project's own files
        words={word: found.say(word) for word in WORDS},
        added={name: found.say(word) for name, word in (added.words if added else {}).items()},
        generator=f"petaplan {version('petaplan')}",
    )
    return Rendered(text, found)


def said_name(site: Site) -> str:
    """The name of what the report is about, on one line."""
    from petaplan.reporting.cells import Text

    return said(Text(site.name), language("en"))


def _page(page: Page, found: Language) -> tuple[Markup, _Writer]:
    writer = _Writer(page.key, found)
    return writer.blocks(page.blocks), writer


def _policy(style: str, scripts: Sequence[str], connects: str) -> str:
    """The Content-Security-Policy: these scripts and this style, by their hashes, and nothing from elsewhere."""
    hashes = " ".join(dict.fromkeys(map(_hash, scripts)))
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; img-src data:; "
        f"connect-src {connects}; form-action 'none'; base-uri 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    """A file of the folder of assets; it can't end the element in which it stands."""
    text = (FOLDER / "assets" / name).read_text(encoding="utf-8")
    assert _ENDS.search(text) is None, name
    return text


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
