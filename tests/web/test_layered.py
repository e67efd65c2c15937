"""Pictures of graphs in layers: nothing overlaps, no wire crosses a box, and the order says what belongs together."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from petaplan.capacity.web.layered import Box, Joint, Picture, Placed, apart, layered

Graph = tuple[list[Box], list[Joint]]


@st.composite
def graphs(draw: DrawFn) -> Graph:
    """Boxes of any size in any layers, joined downwards in any way."""
    boxes = [
        Box(
            key=f"box {number}",
            layer=draw(st.integers(0, 5)),
            width=draw(st.floats(1, 200)),
            height=draw(st.floats(1, 50)),
            order=(draw(st.integers(0, 2)),),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    pairs = [(one, other) for one in boxes for other in boxes if one.layer < other.layer]
    joined = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    return boxes, [Joint(upper=one.key, lower=other.key, dashed=draw(st.booleans())) for one, other in joined]


def _overlap(one: Placed, other: Placed) -> bool:
    across = one.x < other.x + other.width - 1e-6 and other.x < one.x + one.width - 1e-6
    return across and one.y < other.y + other.height - 1e-6 and other.y < one.y + one.height - 1e-6


def _within(picture: Picture, x: float, y: float) -> bool:
    return -1e-6 <= x <= picture.width + 1e-6 and -1e-6 <= y <= picture.height + 1e-6


@given(graphs())
def test_no_two_boxes_overlap_and_all_lie_in_the_frame(graph: Graph) -> None:
    picture = layered(*graph)
    assert set(picture.boxes) == {box.key for box in graph[0]}
    assert not any(_overlap(one, other) for one, other in combinations(picture.boxes.values(), 2))
    for box in picture.boxes.values():
        assert _within(picture, box.x, box.y)
        assert _within(picture, box.x + box.width, box.y + box.height)


@given(graphs())
def test_a_wire_leads_down_from_box_to_box_and_crosses_none(graph: Graph) -> None:
    picture = layered(*graph)
    assert [wire.joint for wire in picture.wires] == graph[1]
    for wire in picture.wires:
        upper, lower = picture.boxes[wire.joint.upper], picture.boxes[wire.joint.lower]
        assert wire.points[0] == (upper.middle, upper.y + upper.height)
        x, y = wire.points[-1]
        assert y == lower.y
        assert lower.x - 1e-6 <= x <= lower.x + lower.width + 1e-6
        for (x, y), (other_x, other_y) in zip(wire.points, wire.points[1:], strict=False):
            assert x == other_x or y == other_y, "a right angle"
            assert y <= other_y + 1e-6, "never upwards"
            line = Placed(key="", x=min(x, other_x), y=y, width=abs(other_x - x), height=other_y - y)
            grown = Placed(key="", x=line.x - 1e-3, y=line.y + 1e-3, width=line.width + 2e-3, height=line.height - 2e-3)
            assert not any(_overlap(grown, box) for box in picture.boxes.values() if box not in (upper, lower))


@given(graphs())
def test_no_two_wires_meet_a_box_in_one_place(graph: Graph) -> None:
    picture = layered(*graph)
    for key in picture.boxes:
        ends = sorted(wire.points[-1][0] for wire in picture.wires if wire.joint.lower == key)
        assert all(other - one > 1e-9 for one, other in pairwise(ends))


@given(graphs())
def test_layers_stand_one_below_the_other(graph: Graph) -> None:
    picture = layered(*graph)
    for one, other in combinations(graph[0], 2):
        upper, lower = (one, other) if one.layer < other.layer else (other, one)
        if one.layer != other.layer:
            above, below = picture.boxes[upper.key], picture.boxes[lower.key]
            assert above.y + above.height < below.y


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(1, 20)), min_size=1, max_size=8))
def test_boxes_with_room_stand_where_they_wish(wished: list[tuple[float, float]]) -> None:
    roomy = [(100 * place + middle / 10, width) for place, (middle, width) in enumerate(wished)]
    lefts = apart([middle for middle, _ in roomy], [width for _, width in roomy], 5)
    assert lefts == pytest.approx([middle - width / 2 for middle, width in roomy])


def test_sources_stand_above_what_they_feed() -> None:
    rows = range(1, 13)
    boxes = [Box(key=f"row {row}", layer=2, width=50, height=10, order=(row,)) for row in rows]
    boxes += [Box(key=f"feed {row}", layer=1, width=40, height=10) for row in reversed(rows)]
    boxes += [Box(key="ups", layer=0, width=40, height=10)]
    joints = [Joint(upper=f"feed {row}", lower=f"row {row}") for row in rows]
    joints += [Joint(upper="ups", lower=f"feed {row}") for row in rows]
    picture = layered(boxes, joints)
    for row in rows:
        assert picture.boxes[f"feed {row}"].middle == pytest.approx(picture.boxes[f"row {row}"].middle)
    lefts = [picture.boxes[f"row {row}"].x for row in rows]
    assert lefts == sorted(lefts)
    middle = (picture.boxes["row 1"].middle + picture.boxes["row 12"].middle) / 2
    assert picture.boxes["ups"].middle == pytest.approx(middle)


def test_wires_of_two_sources_side_by_side_do_not_run_on_one_line() -> None:
    boxes = [Box(key=name, layer=0, width=20, height=10) for name in "ab"]
    boxes += [Box(key=name, layer=1, width=20, height=10) for name in "cdef"]
    picture = layered(boxes, [Joint(upper=one, lower=other) for one in "ab" for other in "cdef"])
    runs = {wire.joint.upper: {y for (_, y) in wire.points[1:-1]} for wire in picture.wires if len(wire.points) > 2}
    assert not runs["a"] & runs["b"]


def test_a_joint_upwards_is_refused() -> None:
    boxes = [Box(key=name, layer=layer, width=1, height=1) for name, layer in (("a", 1), ("b", 1))]
    with pytest.raises(ValueError, match="expected a lower layer"):
        layered(boxes, [Joint(upper="a", lower="b")])
