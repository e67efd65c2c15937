"""Controls of a page: a day, and states of a drawing."""

from collections.abc import Callable, Iterator

from markupsafe import Markup

from petaplan.reporting.web.blocks import Block, Choices, DaySlider, Legend, State
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element, json_script, slug
from petaplan.reporting.web.wording import html, said, value_attributes


def day_slider(found: DaySlider, page: str, language: Language) -> Markup:
    """A slider over days; the day that it shows is read aloud."""
    id = slug(page, found.key)
    last = len(found.days) - 1
    bounds = {"type": "range", "min": 0, "max": last, "value": 0, "step": 1}
    slider = element("input", {"id": id, "data-slider": True, **bounds, "aria-describedby": f"{id}-day"})
    options = [
        {"day": day.isoformat(), "label": f"{day.isoformat()} · {said(label, language)}"} for day, label in found.days
    ]
    output = element("output", {"id": f"{id}-day", "for": id}, options[0]["label"] if options else "")
    label = element("label", {"for": id}, said(found.title, language))
    return element("div", {"class": "control needs-js"}, label, slider, output, json_script(options, {"data-days": id}))


def choices(found: Choices, page: str, language: Language, blocks: Callable[[tuple[Block, ...]], Markup]) -> Markup:
    """A list of states, and what each of them says in words."""
    id = slug(page, found.key)
    options = (
        element("option", {"value": state.key, "data-row": state.row or None}, said(state.label, language))
        for state in found.states
    )
    control = element(
        "div",
        {"class": "control needs-js"},
        element("label", {"for": id}, said(found.title, language)),
        element("select", {"id": id, "data-view": slug(found.key)}, *options),
    )
    panels = (
        element("div", {"class": "state", "data-state": state.key}, *_heading(state, language), blocks(state.blocks))
        for state in found.states
        if state.blocks
    )
    marks = {state.key: _marks(state) for state in found.states}
    head = {"class": "choices", "data-choices": found.key, "data-of": slug(page, found.drawing)}
    panel = element("div", {"class": "states", "aria-live": "polite"}, *panels)
    return element("div", head, control, panel, json_script(marks, {"data-marks": True}))


def _heading(state: State, language: Language) -> Iterator[Markup]:
    yield element("p", {"class": "state-name"}, html(state.label, language))


def _marks(state: State) -> dict[str, list[str | None]]:
    return {key: [mark.paint, mark.text] for key, mark in state.marks.items()}


def legend(found: Legend, language: Language) -> Markup:
    """The meaning of colours, each with a swatch."""

    def entry(at: int) -> Markup:
        one = found.entries[at]
        swatch = element(
            "svg",
            {"class": "swatch", "viewBox": "0 0 16 16", "aria-hidden": "true"},
            element("rect", {"class": f"p-{one.paint}", "x": 0.5, "y": 0.5, "width": 15, "height": 15}),
        )
        count = Markup()
        if one.count is not None:
            count = element(
                "span",
                {"class": "count", **value_attributes(one.count, one.pointer)},
                html(one.count, language),
            )
        return element("li", {}, swatch, html(one.label, language), count)

    return element("ul", {"class": "legend"}, *(entry(at) for at in range(len(found.entries))))


def painted(found: Choices, page: str) -> Iterator[str]:
    """Rules of a style sheet for the states that paint classes of shapes; every part of them is checked."""
    for at, state in enumerate(found.states):
        for name, paint in state.paints.items():
            assert slug(name) == name, name
            yield f"#{slug(page, found.drawing)}.v-{slug(found.key)}-{at} .{name}{{fill:var(--p-{paint})}}"
