"""A picture of a graph in layers: boxes in rows from top to bottom, wires with right angles between them.

The layers are given. The lowest one keeps the order that it is given. Each layer above is ordered by the middle of what
it joins below: the method of Sugiyama, Tagawa and Toda, doi:10.1109/TSMC.1981.4308636. Boxes stand as near to that
middle as their neighbours allow: least squares, by pooling neighbours that would overlap.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

PASSAGE = 8.0
"""Width that a wire takes in a layer that it passes through."""
GRID = 0.5
"""Boxes begin at multiples of it, so that their numbers are short."""
MOST_BETWEEN_PORTS = 12.0
"""Between two wires that meet one box."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A box before it has a place; its layer counts from the top, 0 first."""

    key: str
    layer: int
    width: float
    height: float
    order: tuple[object, ...] = ()
    """Its place among boxes of a layer whose middles are equal; comparable with those of all boxes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A wire from a box of one layer to a box of a lower one."""

    upper: str
    lower: str
    dashed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A box with its place: the upper left corner."""

    key: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Middle of its width."""
        return self.x + self.width / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Wire:
    """The course of a wire, from the lower edge of one box to the upper edge of another."""

    joint: Joint
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Boxes and wires in a frame that begins at 0, 0."""

    width: float
    height: float
    boxes: Mapping[str, Placed]
    wires: tuple[Wire, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spacing:
    """Distances, in units of the picture."""

    between: float = 10.0
    """Between two boxes of a layer."""
    track: float = 7.0
    """Between two wires that run side by side."""
    margin: float = 8.0


def layered(boxes: Sequence[Box], joints: Iterable[Joint], spacing: Spacing | None = None) -> Picture:
    """The picture of a graph; the same graph gives the same picture.

    Raises:
        ValueError: for a joint that does not go from an upper to a lower layer.
    """
    space = spacing or Spacing()
    wanted = tuple(joints)
    if not boxes:
        return Picture(width=2 * space.margin, height=2 * space.margin, boxes={}, wires=())
    every, steps, courses = _with_passages(boxes, wanted)
    rows = _ordered(every, steps)
    left = _lefts(rows, steps, space)
    ports = _ports({box.key: box for box in every}, left, steps)
    placed, runs, height = _stacked(rows, left, steps, ports, space)
    ends = {key: placed[key] for key in (box.key for box in boxes)}
    found = tuple(_wire(joint, course, placed, ports, runs) for joint, course in zip(wanted, courses, strict=True))
    width = max(one.x + one.width for one in placed.values()) + space.margin
    return Picture(width=width, height=height, boxes=ends, wires=found)


Step = tuple[str, str]
"""Keys of two boxes in neighbouring layers that hold boxes, the upper one first."""


def _with_passages(
    boxes: Sequence[Box], joints: Sequence[Joint]
) -> tuple[list[Box], list[Step], list[tuple[str, ...]]]:
    """The boxes with a passage in each layer that a wire passes, and the keys on the course of each joint."""
    layers = {layer: place for place, layer in enumerate(sorted({box.layer for box in boxes}))}
    every = [replace(box, layer=layers[box.layer]) for box in boxes]
    by_key = {box.key: box for box in every}
    passages: dict[str, Box] = {}
    courses: list[tuple[str, ...]] = []
    for joint in joints:
        upper, lower = by_key[joint.upper], by_key[joint.lower]
        if upper.layer >= lower.layer:
            raise ValueError(f"{joint.upper} to {joint.lower}: expected a lower layer than {upper.layer}")
        between = [(f"{joint.upper}\0{lower.key}\0{layer}", layer) for layer in range(upper.layer + 1, lower.layer)]
        for key, layer in between:
            passages[key] = Box(key=key, layer=layer, width=PASSAGE, height=0, order=lower.order)
        courses.append((upper.key, *(key for key, _ in between), lower.key))
    steps = dict.fromkeys(step for course in courses for step in itertools.pairwise(course))
    return [*every, *passages.values()], list(steps), courses


def _ordered(boxes: Sequence[Box], steps: Sequence[Step]) -> list[list[Box]]:
    """Boxes of each layer from left to right."""
    rows: list[list[Box]] = [[] for _ in range(max(box.layer for box in boxes) + 1)]
    for box in boxes:
        rows[box.layer].append(box)
    below = _joined(steps)
    position: dict[str, float] = {}
    for row in reversed(rows):
        middles = {box.key: _mean([position[key] for key in below.get(box.key, ())]) for box in row}
        last = max((middle for middle in middles.values() if middle is not None), default=0.0) + 1
        row.sort(key=lambda box: (_or(middles[box.key], last), box.order, box.key))
        position |= {box.key: (place + 0.5) / len(row) for place, box in enumerate(row)}
    return rows


def _joined(steps: Iterable[Step]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for upper, lower in steps:
        below.setdefault(upper, []).append(lower)
    return below


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _lefts(rows: Sequence[Sequence[Box]], steps: Sequence[Step], space: Spacing) -> dict[str, float]:
    """Left edge of each box: the widest layer close together, the others around the middle of what they join."""
    width = max(sum(box.width for box in row) + space.between * (len(row) - 1) for row in rows)
    widest = next(at for at, row in enumerate(rows) if _width(row, space) == width)
    middle: dict[str, float] = {}
    order = [widest, *range(widest - 1, -1, -1), *range(widest + 1, len(rows))]
    above, below = _joined((lower, upper) for upper, lower in steps), _joined(steps)
    lefts: dict[str, float] = {}
    for at in order:
        joined = below if at < widest else above
        wishes = _wishes(rows[at], joined, middle, width)
        for box, x in zip(rows[at], apart(wishes, [box.width for box in rows[at]], space.between), strict=True):
            lefts[box.key] = x
            middle[box.key] = x + box.width / 2
    first = min(lefts.values())
    return {key: round((x - first) / GRID) * GRID + space.margin for key, x in lefts.items()}


def _width(row: Sequence[Box], space: Spacing) -> float:
    return sum(box.width for box in row) + space.between * (len(row) - 1)


def _wishes(
    row: Sequence[Box], joined: Mapping[str, Sequence[str]], middle: Mapping[str, float], width: float
) -> list[float]:
    """Wished middle of each box; one that joins nothing stands evenly among its layer."""
    even = [(place + 0.5) * width / len(row) for place in range(len(row))]
    found = (_mean([middle[key] for key in joined.get(box.key, ()) if key in middle]) for box in row)
    return [_or(wish, other) for wish, other in zip(found, even, strict=True)]


def apart(wishes: Sequence[float], widths: Sequence[float], between: float) -> list[float]:
    """Left edges of boxes from left to right that do not overlap and are nearest to wished middles (least squares).

    >>> apart([5, 5], [10, 10], 2)
    [-6.0, 6.0]
    """
    offsets: list[float] = []
    reach = 0.0
    for width in widths:
        offsets.append(reach)
        reach += width + between
    goals = [wish - width / 2 - offset for wish, width, offset in zip(wishes, widths, offsets, strict=True)]
    pools: list[tuple[float, int]] = []
    for goal in goals:
        mean, count = goal, 1
        while pools and pools[-1][0] > mean:
            other, size = pools.pop()
            mean, count = (other * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    level = [mean for mean, count in pools for _ in range(count)]
    return [float(start + offset) for start, offset in zip(level, offsets, strict=True)]


def _ports(boxes: Mapping[str, Box], left: Mapping[str, float], steps: Iterable[Step]) -> dict[Step, float]:
    """Where each step meets the upper edge of its lower box: straight down if it can, and no two in one place."""
    arriving: dict[str, list[str]] = {}
    for upper, lower in steps:
        arriving.setdefault(lower, []).append(upper)
    ports: dict[Step, float] = {}
    for lower, uppers in arriving.items():
        start, width, count = left[lower], boxes[lower].width, len(uppers)
        between = min(MOST_BETWEEN_PORTS, width / (count + 1))
        comes = sorted(uppers, key=lambda upper: (left[upper] + boxes[upper].width / 2, upper))
        wishes = [left[upper] + boxes[upper].width / 2 for upper in comes]
        for number, (upper, x) in enumerate(zip(comes, apart(wishes, [0.0] * count, between), strict=True)):
            first, last = start + between / 2, start + width - between * (count - 0.5)
            ports[upper, lower] = min(max(x, first + between * number), last + between * number)
    return ports


def _stacked(
    rows: Sequence[Sequence[Box]],
    left: Mapping[str, float],
    steps: Sequence[Step],
    ports: Mapping[Step, float],
    space: Spacing,
) -> tuple[dict[str, Placed], dict[Step, float], float]:
    """The boxes layer under layer, the height of the horizontal run of each step, and the height of the picture."""
    placed: dict[str, Placed] = {}
    runs: dict[Step, float] = {}
    layer = {box.key: box.layer for row in rows for box in row}
    by_layer: dict[int, list[Step]] = {}
    for step in steps:
        by_layer.setdefault(layer[step[0]], []).append(step)
    y = space.margin
    for at, row in enumerate(rows):
        height = max(box.height for box in row)
        for box in row:
            box_height = box.height or height  # a passage is as high as its layer
            placed[box.key] = Placed(key=box.key, x=left[box.key], y=y, width=box.width, height=box_height)
        widths = {box.key: left[box.key] + box.width / 2 for box in row}
        tracks = _tracks(by_layer.get(at, []), widths, ports)
        gap_top = y + height
        for step, track in tracks.items():
            runs[step] = gap_top + space.track * (track + 1)
        y = gap_top + space.track * (max(tracks.values(), default=0) + 2)
    return placed, runs, y - 2 * space.track + space.margin


def _tracks(steps: Sequence[Step], upper: Mapping[str, float], ports: Mapping[Step, float]) -> dict[Step, int]:
    """The track of the horizontal run of each step: wires of one box share one, others beside it take the next."""
    spans: dict[str, tuple[float, float]] = {}
    for source, target in steps:
        reach = sorted((upper[source], ports[source, target]))
        low, high = spans.get(source, (reach[0], reach[1]))
        spans[source] = (min(low, reach[0]), max(high, reach[1]))
    ends: list[float] = []
    track: dict[str, int] = {}
    for source, (low, high) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        free = next((number for number, end in enumerate(ends) if end < low), len(ends))
        ends[free : free + 1] = [high]
        track[source] = free
    return {step: track[step[0]] for step in steps}


def _wire(
    joint: Joint,
    course: Sequence[str],
    placed: Mapping[str, Placed],
    ports: Mapping[Step, float],
    runs: Mapping[Step, float],
) -> Wire:
    return Wire(joint=joint, points=tuple(_straightened(_course(course, placed, ports, runs))))


def _course(
    course: Sequence[str], placed: Mapping[str, Placed], ports: Mapping[Step, float], runs: Mapping[Step, float]
) -> Iterator[tuple[float, float]]:
    x, y = placed[course[0]].middle, placed[course[0]].y + placed[course[0]].height
    yield x, y
    for step in itertools.pairwise(course):
        yield x, runs[step]
        x = ports[step]
        yield x, runs[step]
    yield x, placed[course[-1]].y


def _straightened(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points without those that lie on a straight line between their neighbours."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept.pop()
        kept.append(point)
    return kept
