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
    specification = json_script(configured(found.spec), {"data-chart": id})
    place = element("div", {"id": id, "class": "chart", "role": "img", "aria-label": said(found.description, language)})
    caption = element("figcaption", {}, html(found.title, language))
    return element("figure", {"class": "charted"}, caption, place, specification, behind)


def configured(spec: Spec) -> dict[str, object]:
    """A specification with the look that all charts share."""
    own = spec.get("config")
    return {**spec, "config": {**(own if isinstance(own, dict) else {}), **CONFIG}}
