"""Charts in the language of Vega-Lite: what all have in common, and their place in a page."""

from collections.abc import Mapping

from markupsafe import Markup

from petaplan.reporting.web.blocks import Chart, Spec
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element, json_script
from petaplan.reporting.web.wording import html, said

FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK TC', 'Noto Sans CJK HK', sans-serif"

CONFIG: Mapping[str, object] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridOpacity": 0.4},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "orient": "bottom"},
    "title": {"fontSize": 13},
}
"""Colours of text and axes are those of the page's theme: style.css."""


def figure(found: Chart, id: str, language: Language, behind: Markup) -> Markup:
    """The chart's title, its place, its specification, and the table behind it."""
    told = {word: language.say(word) for word in found.words}
    told |= {name: said(cell, language) for name, cell in found.named.items()}
    specification = json_script(_translated(configured(found.spec), told), {"data-chart": id})
    place = element("div", {"id": id, "class": "chart", "role": "img", "aria-label": said(found.description, language)})
    caption = element("figcaption", {}, html(found.title, language))
    return element("figure", {"class": "charted"}, caption, place, specification, behind)


def configured(spec: Spec) -> dict[str, object]:
    """A specification with the look that all charts share."""
    own = spec.get("config")
    return {**spec, "config": {**(own if isinstance(own, dict) else {}), **CONFIG}}


WORDED = frozenset({"title", "series", "step", "domain", "sort", "row", "system", "quantity"})
"""Members of a specification that hold titles or names of series."""


def _translated(value: object, words: Mapping[str, str], *, worded: bool = False) -> object:
    """A specification with its titles and names of series in another language; other text stays as it is."""
    match value:
        case str():
            return words.get(value, value) if worded else value
        case Mapping():
            return {key: _translated(one, words, worded=key in WORDED) for key, one in value.items()}
        case list() | tuple():
            return [_translated(one, words, worded=worded) for one in value]
        case _:
            return value
