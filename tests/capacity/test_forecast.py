"""A forecast: closed forms, futures told by a separate simulator, properties that hold draw by draw."""

import json
import math
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.forecast.draws import Sampler, sampler
from petaplan.capacity.forecast.forecast import Forecast, drawn_fleet, forecast, percentiles
from petaplan.capacity.forecast.inputs import inputs_of
from petaplan.capacity.forecast.probability import Chance
from petaplan.capacity.forecast.timeline import timeline
from petaplan.capacity.hub import Hub
from tests.capacity.forecast_hubs import SURE, design_of, group, known, lead_time, ramp, slip, two_phases
from tests.capacity.forecast_stories import doubtful_plan, stories_of
from tests.hubs import FIRST, SECOND, pod, target
from tests.oracles.build_out import in_service, told
from tests.variants import examples

ROOT = Path(__file__).parents[2]
DRAWS = 4_000
START = date(2026, 1, 1)
NORMAL = NormalDist()
PFLOPS_OF_A_POD = design_of(two_phases()).peak(pod(), Precision.BF16, Sparsity.DENSE)[0] / 1_000


def forecast_of(plan: Hub, draws: int = DRAWS) -> Forecast:
    return forecast(design_of(plan), draws=draws)


def probability(plan: Hub, name: str, draws: int = DRAWS) -> float:
    return next(one.probability for one in forecast_of(plan, draws).targets if one.target.name == name)


def quantile(low: float, mid: float, high: float, share: float) -> float:
    """Of three percentiles with two halves on a logarithmic scale."""
    deviate = NORMAL.inv_cdf(share)
    end = low if share < 0.5 else high
    return mid * math.exp(abs(math.log(end / mid)) / NORMAL.inv_cdf(0.95) * deviate)


def test_a_plan_without_doubt_has_one_future_and_that_is_the_plan() -> None:
    found = forecast_of(two_phases())
    assert [one.probability for one in found.targets] == [1.0, 1.0]
    assert [set(one.accepted) for one in found.phases] == [{FIRST}, {SECOND}]
    quarter = next(one for one in found.quarters if one.day == FIRST)
    assert len(set(quarter.installed)) == 1
    assert found.targets[0].dates == {0.5: FIRST, 0.8: FIRST, 0.95: FIRST}
    assert found.targets[0].swings == ()


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_the_end_of_one_phase_is_that_of_its_slip(share: float) -> None:
    work = (FIRST - START).days
    design = design_of(two_phases(first=SURE | {"slip": slip(0.1, 0.2, 0.6)}))
    inputs = inputs_of(design)
    found = timeline(inputs, sampler(DRAWS, inputs.groups))["first"].accepted
    by_hand = START.toordinal() + work * (1 + quantile(0.1, 0.2, 0.6, share))
    assert percentiles(found, [share])[0] == pytest.approx(by_hand, abs=1.2)


def test_phases_in_one_group_of_correlation_1_slip_alike() -> None:
    one = slip(0.1, 0.2, 0.6, group="site")
    plan = two_phases(first=SURE | {"slip": one}, second=SURE | {"slip": one}, correlation_groups=(group("site", 1.0),))
    inputs = inputs_of(design_of(plan))
    days = timeline(inputs, sampler(DRAWS, inputs.groups))
    for share in (0.05, 0.5, 0.95):
        late = quantile(0.1, 0.2, 0.6, share)
        first = START.toordinal() + math.ceil((FIRST - START).days * (1 + late))
        second = max(first, FIRST.toordinal()) + math.ceil((SECOND - FIRST).days * (1 + late))
        assert percentiles(days["second"].accepted, [share])[0] == pytest.approx(second, abs=2)


def test_two_common_causes_over_two_phases_are_those_of_a_gantt_by_hand() -> None:
    """Slips vary as one, lead times vary as one: the future is a point of a square, which a grid covers."""
    work, item = slip(0.02, 0.1, 0.5, group="site"), lead_time("chips", 30, 40, 90, group="supply")
    in_both = SURE | {"slip": work, "lead_times": (item,)}
    groups = (group("site", 1.0), group("supply", 1.0))
    deadline = SECOND + timedelta(days=150)
    plan = two_phases(
        first=in_both,
        second=in_both,
        correlation_groups=groups,
        targets=(target(3.5 * PFLOPS_OF_A_POD, "all", deadline),),
    )
    grid = [(at + 0.5) / 150 for at in range(150)]
    lates = [quantile(0.02, 0.1, 0.5, share) for share in grid]
    leads = [quantile(30, 40, 90, share) for share in grid]
    met = sum(_gantt(late, weeks) <= deadline.toordinal() for late in lates for weeks in leads) / len(grid) ** 2
    assert 0.2 < met < 0.9
    assert probability(plan, "all", 40_000) == pytest.approx(met, abs=0.015)


def _gantt(late: float, weeks: float) -> float:
    first = START.toordinal() + (FIRST - START).days * (1 + late)
    first = max(first, FIRST.toordinal() + (weeks - 40) * 7)
    second = max(first, FIRST.toordinal()) + (SECOND - FIRST).days * (1 + late)
    return max(second, SECOND.toordinal() + (weeks - 40) * 7)


def test_independent_causes_multiply() -> None:
    items = (lead_time("a", 30, 40, 60), lead_time("b", 20, 30, 60))
    deadline = FIRST + timedelta(weeks=10)
    plan = two_phases(first=SURE | {"lead_times": items}, targets=(target(1.0, "goal", deadline),))
    shares = [NORMAL.cdf(math.log(1 + 10 / mid) / math.log(60 / mid) * NORMAL.inv_cdf(0.95)) for mid in (40, 30)]
    assert probability(plan, "goal", 40_000) == pytest.approx(shares[0] * shares[1], abs=0.01)


def test_pods_are_accepted_one_after_another() -> None:
    plan = two_phases(first=SURE | {"ramp": ramp(10, 10, 10)})
    design = design_of(plan)
    inputs = inputs_of(design)
    fleet = drawn_fleet(design, sampler(DRAWS, inputs.groups), inputs)
    kind = Chance(fleet, plan.targets[0]).kind
    weeks = {5: 0, 4: 1, 1: 1, 0: 2}
    for before, pods in weeks.items():
        day = FIRST - timedelta(weeks=before) - timedelta(days=before == 5)
        assert fleet.on(day, kind) == pytest.approx(pods * PFLOPS_OF_A_POD)


SLIPS = st.tuples(st.floats(0.01, 0.18), st.floats(0.22, 0.45), st.floats(0.55, 2.0))


@given(points=SLIPS, late=st.floats(0.1, 1.0), slack=st.integers(0, 200), pods=st.integers(1, 3))
@settings(max_examples=examples(15), deadline=None)
def test_slack_and_one_more_pod_never_lower_a_draw(
    points: tuple[float, float, float], late: float, slack: int, pods: int
) -> None:
    doubt = SURE | {"slip": slip(*points, probability_late=late), "ramp": ramp(2, 4, 9)}
    pods_of = tuple(pod(f"pod-{at}") for at in range(pods + 1))
    asked = 1.5 * PFLOPS_OF_A_POD
    plain = _met(two_phases(first=doubt, pods=pods_of[:-1]), asked, FIRST)
    assert (_met(two_phases(first=doubt, pods=pods_of), asked, FIRST) >= plain).all()
    assert (_met(two_phases(first=doubt, pods=pods_of[:-1]), asked, FIRST + timedelta(days=slack)) >= plain).all()
    earlier = doubt | {"in_service": FIRST - timedelta(days=slack)}
    assert (_met(two_phases(first=earlier, pods=pods_of[:-1]), asked, FIRST) >= plain).all()


def _met(plan: Hub, asked: float, by: date) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    design = design_of(plan)
    inputs = inputs_of(design)
    fleet = drawn_fleet(design, sampler(1_000, inputs.groups), inputs)
    chance = Chance(fleet, target(asked, "goal", by))
    return fleet.on(by, chance.kind) >= asked


def test_draws_belong_to_names_and_not_to_the_order_or_the_rest_of_a_plan() -> None:
    doubt = {"slip": slip(0.1, 0.2, 0.6), "ramp": ramp(4, 6, 9)}
    plan = two_phases(first=doubt, second=doubt)
    turned = plan.replace(phases=plan.phases[::-1], pods=plan.pods[::-1])
    assert forecast_of(plan, 1_000).targets[0].probability == forecast_of(turned, 1_000).targets[0].probability
    alone = plan.replace(phases=(plan.phases[0],), pods=plan.pods[:2], targets=(plan.targets[0],))
    assert forecast_of(plan, 1_000).phases[0] == forecast_of(alone, 1_000).phases[0]


def test_other_seeds_give_other_draws_within_the_error() -> None:
    design = design_of(two_phases(first=SURE | {"slip": slip(0.01, 0.1, 0.5, probability_late=0.4)}))
    found = [forecast(design, draws=DRAWS, seed=seed).targets[0] for seed in range(6)]
    assert max(abs(one.probability - 0.6) for one in found) <= 4 * found[0].error


@pytest.fixture(scope="module")
def everything_doubtful() -> Hub:
    """Two phases under the priors, with announced chips in the second."""
    return doubtful_plan()


def test_intervals_hold_the_futures_of_a_separate_simulator(everything_doubtful: Hub) -> None:
    """2,000 futures told event by event: 88 to 92 % of them lie within the intervals that claim 90 %."""
    found = forecast_of(everything_doubtful, 20_000)
    day = SECOND + timedelta(days=300)
    quarter = min(found.quarters, key=lambda one: abs(one.day - day))
    stories, rates = stories_of(everything_doubtful)
    dice = random.Random(11)  # noqa: S311 - futures of a test
    spans = {phase.name: known(phase.accepted) for phase in found.phases}
    ends = dict.fromkeys(spans, 0)
    rows = 0
    for _ in range(2_000):
        events = told(stories, rates, 0.5, dice)
        for name, (low_day, *_, high_day) in spans.items():
            ends[name] += low_day <= max(when for when, _ in events[name]) <= high_day
        low, _, high = quarter.installed
        rows += low - 1e-6 <= in_service(events, quarter.day) <= high + 1e-6
    assert [count / 2_000 for count in ends.values()] == pytest.approx([0.90, 0.90], abs=0.02)
    assert rows / 2_000 >= 0.88, "steps of whole pods may hold more"


def test_each_input_reaches_what_it_promised(everything_doubtful: Hub) -> None:
    for one, fit in forecast_of(everything_doubtful).inputs:
        assert [share for share, _, _ in fit] == pytest.approx([reached for _, _, reached in fit], abs=0.001), one.name


def test_a_correlated_input_keeps_its_own_percentiles() -> None:
    plan = two_phases(first={}, second={})
    inputs = inputs_of(design_of(plan))
    drawn = Sampler(DRAWS, correlations=dict.fromkeys((one.name for one in inputs.groups), 0.7))
    for one in inputs.all:
        values = np.sort(drawn.of(one))
        for share, value in one.distribution.promised:
            assert np.searchsorted(values, value * (1 + 1e-9)) / DRAWS == pytest.approx(share, abs=0.001)


def test_the_same_bytes_come_without_the_vector_units_of_the_processor() -> None:
    """Probabilities, dates and bands in the JSON of the reference hub."""
    core = import_module("numpy._core._multiarray_umath")
    found = " ".join(name for name in core.__cpu_dispatch__ if core.__cpu_features__[name])
    first, plain = _run({}), _run({"NPY_DISABLE_CPU_FEATURES": found})
    assert json.loads(first)
    assert first == plain


def _run(environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "petaplan.capacity", "forecast", "infra.hong_kong:hub"]
    done = subprocess.run(
        [*command, "--draws", "2000", "--format", "json"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_what_decides_is_named_and_its_shares_add_up(everything_doubtful: Hub) -> None:
    found = forecast_of(everything_doubtful.replace(targets=(target(4 * PFLOPS_OF_A_POD, "all", SECOND),)))
    one = found.targets[0]
    assert sum(share for _, share in one.limits) == pytest.approx(1.0)
    only = two_phases(first=SURE | {"slip": slip(0.1, 0.2, 0.6)})
    assert forecast_of(only).targets[0].limits == (("slip of first", 1.0),)


def test_a_plan_that_is_too_small_says_so() -> None:
    found = forecast_of(two_phases(targets=(target(1e6),))).targets[0]
    assert (found.probability, found.dates[0.5]) == (0.0, None)
    assert found.limits == (("the plan itself: in time, it has too little", 1.0),)


def test_a_swing_is_the_distance_between_two_dates() -> None:
    doubt = SURE | {"lead_times": (lead_time("chips", 30, 40, 60), lead_time("cables", 2, 2, 2))}
    swings = forecast_of(two_phases(first=doubt)).targets[0].swings
    assert [(one.input, one.days) for one in swings] == [("lead time of chips for first", 140)]


def test_what_retires_counts_no_more() -> None:
    gone = pod("pod-1", retired=FIRST + timedelta(days=30))
    plan = two_phases(pods=(gone, pod("pod-2")), targets=(target(1.5 * PFLOPS_OF_A_POD, "both", SECOND),))
    assert probability(plan, "both") == 0.0


def test_a_delivered_target_is_less_sure_than_a_peak_one() -> None:
    asked = 1.0 * PFLOPS_OF_A_POD
    peak = two_phases(targets=(target(asked),))
    delivered = two_phases(targets=(replace(target(asked), measure="delivered"),))  # type: ignore[arg-type]
    assert probability(peak, "goal") == 1.0
    assert 0.0 < probability(delivered, "goal") < 1.0


@pytest.mark.parametrize(("confidence", "verdict"), [(0.3, "pass"), (0.9, "shortfall"), (0.6, "unknown")])
def test_a_declared_confidence_is_judged_from_the_draws(confidence: float, verdict: str) -> None:
    doubtful = SURE | {"slip": slip(0.01, 0.1, 0.5, probability_late=0.4)}
    plan = two_phases(first=doubtful, targets=(target(1.0, confidence=confidence),))
    said = [one for one in check(plan).findings if one.rule == "PF-006"]
    assert [(one.subject, str(one.verdict)) for one in said] == [("goal", verdict)]
    assert forecast(design_of(plan), draws=20_000).targets[0].holds is {"pass": True, "shortfall": False}.get(verdict)


def test_a_plan_without_a_confidence_draws_nothing() -> None:
    program = (
        "import sys; from petaplan.capacity.check import check; from tests.hubs import hub, target; "
        "check(hub(targets=(target(1.0),))); sys.exit('petaplan.capacity.forecast.draws' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
