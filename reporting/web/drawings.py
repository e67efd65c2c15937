"""SVG of a drawing."""

from collections.abc import Mapping

from markupsafe import Markup

from petaplan.reporting.web.drawing import Circle, Drawing, Group, Label, Path, Rect, Shape
from petaplan.reporting.web.language import Language
from petaplan.reporting.web.markup import element, slug
from petaplan.reporting.web.wording import said, value_attributes

PATTERNS = ("lost", "dark")
"""Paints that are patterns: their definitions stand in the page once."""


def drawing(found: Drawing, id: str, language: Language) -> Markup:
    """The drawing as SVG; it scrolls sideways where the page is narrower."""
    selects = any(shape.selects or (isinstance(shape, Group) and shape.leads_to) for shape in found.every_shape())
    named = {"role": "group" if selects else "img", "aria-label": said(found.description, language)}
    size = {"viewBox": f"0 0 {found.width:.0f} {found.height:.0f}", "width": found.width, "height": found.height}
    shapes = (_shape(shape, language) for shape in found.shapes)
    picture = element("svg", {"class": "drawing", "id": id, "data-drawing": found.key, **size, **named}, *shapes)
    frame = {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": said(found.title, language)}
    return element("div", frame, picture)


def _shape(shape: Shape, language: Language) -> Markup:
    """A shape with its title; one that shows a figure says it to programs."""
    name, geometry = _geometry(shape)
    children = [element("title", {}, said(shape.title, language))] if shape.title is not None else []
    if isinstance(shape, Group):
        children += [_shape(one, language) for one in shape.shapes]
    if isinstance(shape, Label):
        children.append(Markup("{}").format(said(shape.text, language)))
    return element(name, {**geometry, **_common(shape, language)}, *children)


def _common(shape: Shape, language: Language) -> Mapping[str, object]:
    classes = [*shape.classes, *([f"p-{shape.paint}"] if shape.paint else []), *_kinds(shape)]
    found: dict[str, object] = {
        "class": " ".join(classes) or None,
        "data-key": shape.key or None,
        "data-from": shape.shown_from,
        "data-until": shape.shown_until,
    }
    if shape.figure is not None:
        found |= value_attributes(shape.figure, shape.pointer)
    if isinstance(shape, Group) and shape.leads_to and shape.title is not None:
        found["aria-label"] = said(shape.title, language)
    if shape.selects:
        name = shape.title if shape.title is not None else shape.text if isinstance(shape, Label) else None
        found |= {"data-selects": shape.selects, "role": "button", "tabindex": "0"}
        found["aria-label"] = said(name, language) if name is not None else shape.selects
    return found


def _kinds(shape: Shape) -> list[str]:
    match shape:
        case Path(closed=False, dashed=dashed):
            return ["line", *(["dashed"] if dashed else [])]
        case Label(strong=strong, anchor=anchor):
            return [*(["strong"] if strong else []), *([] if anchor == "start" else [anchor])]
        case _:
            return []


def _geometry(shape: Shape) -> tuple[str, dict[str, object]]:
    match shape:
        case Rect(x=x, y=y, width=width, height=height, radius=radius):
            return "rect", {"x": x, "y": y, "width": width, "height": height, "rx": radius or None}
        case Circle(x=x, y=y, radius=radius):
            return "circle", {"cx": x, "cy": y, "r": radius}
        case Path(points=points, closed=closed):
            ends = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
            return "polygon" if closed else "polyline", {"points": ends}
        case Label(x=x, y=y):
            return "text", _text_geometry(shape, x, y)
        case Group(x=x, y=y, leads_to=leads_to):
            move: dict[str, object] = {"transform": f"translate({_short(x)} {_short(y)})" if x or y else None}
            return ("a", {**move, "href": f"#{slug(*leads_to)}"}) if leads_to else ("g", move)
        case _:
            raise TypeError(f"no such shape: {type(shape).__name__}")


def _text_geometry(label: Label, x: float, y: float) -> dict[str, object]:
    turn = f"rotate(-90 {_short(x)} {_short(y)})" if label.turned else None
    return {"x": x, "y": y, "font-size": label.size, "transform": turn}


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
