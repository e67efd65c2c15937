"""GATE-02: a changed judge says which side is weaker wherever an order is known, and "neither" where none is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.figures import Engine, Precision, Sparsity, Status
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.capacity.targets import Counting, Measure
from petaplan.capacity.verdict.weakening.facts import fact_changes, own_facts
from petaplan.capacity.verdict.weakening.judges import JudgeChange, judge_changes
from petaplan.capacity.verdict.weakening.meaning import Weaker
from petaplan.capacity.verdict.weakening.orders import direction_of
from tests.hubs import hub, pod, target

LATER = Phase(name="second", starts=date(2029, 1, 1), in_service=date(2030, 1, 1))
GUESS = Assumption(
    name="guess", statement="a figure", reason="none is published", as_of=date(2026, 1, 1),
    model="huawei-ascend-910c", quantity="peaks[fp8]", value=100.0, unit="TFLOP/s",
)  # fmt: skip
PLAN = hub(targets=(target(50, phase="first"),), pods=(pod(),), assumptions=(GUESS,))
PLAN = PLAN.replace(phases=(*PLAN.phases, LATER))


def changed(table: str, **changes: Any) -> Hub:
    first, *others = getattr(PLAN, table)
    return PLAN.replace(**{table: (first.replace(**changes), *others)})


def sides(old: Hub, new: Hub) -> dict[str, str]:
    changes: tuple[JudgeChange, ...] = judge_changes(old, new)[0]
    return {one.field: one.weaker_side for one in changes}


@pytest.mark.parametrize(
    ("table", "changes", "side"),
    [
        ("targets", {"measure": Measure.DELIVERED}, "before"),
        ("targets", {"counting": Counting.INCREMENTAL}, "before"),
        ("targets", {"sparsity": Sparsity.TWO_OF_FOUR}, "after"),
        ("targets", {"engine": Engine.VECTOR}, "before"),
        ("targets", {"precisions": (Precision.BF16, Precision.FP8)}, "after"),
        ("targets", {"precisions": (Precision.FP8,)}, "neither"),
        ("targets", {"by": date(2031, 1, 1)}, "after"),
        ("targets", {"confidence": 0.9}, "before"),
        ("pods", {"phase": "second"}, "after"),
        ("pods", {"in_service": date(2031, 1, 1)}, "after"),
        ("pods", {"in_service": date(2027, 1, 1)}, "before"),
        ("halls", {"rows": 4}, "neither"),
        ("assumptions", {"value": 110.0}, "after"),
        ("assumptions", {"value": 90.0}, "before"),
        ("assumptions", {"quantity": "power_w", "value": 90.0, "unit": "W"}, "neither"),
        ("assumptions", {"status": Status.DATASHEET}, "neither"),
        ("phases", {"starts": date(2026, 2, 1)}, "neither"),
    ],
)
def test_the_weaker_side_of_a_change_and_of_its_reverse(table: str, changes: dict[str, Any], side: str) -> None:
    new, field = changed(table, **changes), next(iter(changes))
    assert sides(PLAN, new)[field] == side
    reverse = {"before": "after", "after": "before", "neither": "neither"}
    assert sides(new, PLAN)[field] == reverse[side]


def test_a_figure_that_is_assumed_anew_is_weaker_and_one_that_goes_is_neither() -> None:
    """Without it more proof is asked, and checks that need it become unknown."""
    without = PLAN.replace(assumptions=())
    assert sides(without, PLAN) == {"": "after"}
    assert sides(PLAN, without) == {"": "neither"}


@pytest.mark.parametrize(
    ("path", "weaker"),
    [
        ("peaks[fp8, 2:4]", Weaker.HIGHER), ("peaks[fp64, vector].clock_mhz", Weaker.EITHER),
        ("nvidia-h200.peaks[bf16]", Weaker.HIGHER), ("maker-x.1.power_w", Weaker.LOWER),
        ("rack.load_limit_kg", Weaker.HIGHER), ("chip.die_area_mm2", Weaker.EITHER),
    ],
)  # fmt: skip
def test_a_figure_has_the_order_of_its_kind(path: str, weaker: Weaker) -> None:
    assert direction_of(path) is weaker


def test_a_figure_of_the_catalogue_names_its_weaker_side() -> None:
    facts = own_facts(None)
    name = next(one for one in facts.figures if one.endswith(".power_w"))
    value, _, rest = facts.figures[name].partition(" ")
    other = replace(facts, figures={**facts.figures, name: f"{float(value) * 2:.12g} {rest}"})
    assert [one.weaker_side for one in fact_changes(facts, other)] == ["before"]
    assert [one.weaker_side for one in fact_changes(other, facts)] == ["after"]
