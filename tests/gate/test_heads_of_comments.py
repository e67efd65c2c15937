"""The head of a comment agrees with itself: no row says the opposite of the line above it."""

import pytest

from petaplan.capacity.hub import Hub
from petaplan.infra.hong_kong import hub as reference
from tests.weakenings import comment_on

PLAN = reference()


def without(table: str, name: str) -> Hub:
    return PLAN.replace(**{table: tuple(row for row in getattr(PLAN, table) if row.name != name)})


@pytest.mark.parametrize("name", ["alibaba-yitian-node-power-kw", "huawei-atlas-900-a2-rack-max-coolant-c"])
def test_a_removed_figure_that_was_assumed_is_no_gain(name: str) -> None:
    """Checks that need it become unknown: nobody can tell whether more or less is asked."""
    head = comment_on(PLAN, without("assumptions", name)).head
    (row,) = [line for line in head.splitlines() if f"assumptions {name}" in line]
    assert "changed" in row
    assert "stronger" not in row
    assert "now unknown" in head


def test_objects_that_are_taken_away_are_counted_where_no_judge_changes() -> None:
    head = comment_on(PLAN, without("cdus", "hall-a-cdus")).head
    first = head.partition("### What judges changed: nothing")[2].partition("###")[0]
    assert "Objects taken away: 1." in first
    assert "Taken away: 1" in head
