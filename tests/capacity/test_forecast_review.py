"""Futures that a review found told wrongly: each with the right answer."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.figures import Precision
from petaplan.capacity.forecast.acceptance import read_acceptances
from petaplan.capacity.forecast.forecast import Forecast, forecast
from petaplan.capacity.hub import Hub
from petaplan.capacity.supply import Order
from petaplan.capacity.targets import Measure
from tests.capacity.forecast_hubs import SURE, design_of, known, ramp, slip, two_phases
from tests.capacity.test_forecast import PFLOPS_OF_A_POD
from tests.commands import petaplan
from tests.hubs import FIRST, SECOND, phase, pod, target

DOUBT = SURE | {"slip": slip(0.1, 0.2, 0.6)}


def found(plan: Hub, folder: Path | None = None, rows: str = "", on: date = FIRST) -> Forecast:
    """The forecast of a plan, after a log where rows are given."""
    design = design_of(plan)
    if folder is None:
        return forecast(design, draws=1_000)
    log = folder / "log.csv"
    log.write_text(f"object,delivered,energised,accepted\n{rows}\n", encoding="utf-8")
    return forecast(design, draws=1_000, accepted=read_acceptances(log, design, on))


def test_a_pod_with_a_day_of_its_own_starts_no_ramp_of_its_phase(tmp_path: Path) -> None:
    early = pod("early", phase="second", in_service=FIRST - timedelta(days=100))
    plan = two_phases(second=DOUBT, pods=(pod("pod-1"), early, pod("pod-3", phase="second")))
    day = FIRST - timedelta(days=100)
    after = found(plan, tmp_path, f"early,,,{day}", FIRST)
    assert known(after.phases[1].accepted)[0] > SECOND


def test_a_phase_that_waits_waits_for_what_the_log_says(tmp_path: Path) -> None:
    on = FIRST + timedelta(days=200)
    after = found(two_phases(), tmp_path, "", on)
    assert after.phases[0].accepted[1] == on + timedelta(days=1)
    work = (SECOND - FIRST).days
    assert after.phases[1].accepted[1] == on + timedelta(days=1 + work)


def test_petaflops_of_pods_with_days_of_their_own_are_delivered() -> None:
    own = pod("pod-9", phase="second", in_service=FIRST)
    asked = target(0.1 * PFLOPS_OF_A_POD, "goal", FIRST, measure=Measure.DELIVERED)
    assert found(two_phases(pods=(own,), targets=(asked,))).targets[0].probability > 0.9


def test_what_a_later_phase_brings_on_paper_lowers_nothing_that_is_there() -> None:
    late = SURE | {"slip": slip(1.9, 2.0, 2.1)}
    large = pod("large", phase="second", count=600)
    asked = target(0.5 * PFLOPS_OF_A_POD, "goal", SECOND, measure=Measure.DELIVERED)
    plan = two_phases(second=late, pods=(pod("pod-1"), large), targets=(asked,))
    quarters = {one.day: one.delivered[1] for one in found(plan).quarters}
    before, after = (max(day for day in quarters if day < SECOND), min(day for day in quarters if day > SECOND))
    assert quarters[after] >= quarters[before]


def test_a_level_that_is_reached_before_a_dip_has_its_first_day() -> None:
    asked = target(0.5 * PFLOPS_OF_A_POD, "goal", FIRST, measure=Measure.DELIVERED)
    one = found(two_phases(targets=(asked,))).targets[0]
    assert one.probability > 0.8
    day = one.dates[0.8]
    assert day is not None
    assert day <= FIRST


@pytest.mark.parametrize("weeks", [8.0, 8.1, 8.99])
def test_a_ramp_of_part_of_a_day_is_in_time(weeks: float) -> None:
    one = found(two_phases(first=SURE | {"ramp": ramp(weeks, weeks, weeks)}))
    assert set(one.phases[0].accepted) == {FIRST}
    assert one.targets[0].probability == 1.0


def test_pods_that_a_log_leaves_open_go_on_where_the_others_ended(tmp_path: Path) -> None:
    pods = tuple(pod(f"pod-{at}") for at in range(10))
    plan = two_phases(first=SURE | {"ramp": ramp(10, 10, 10)}, pods=pods)
    begun = FIRST - timedelta(weeks=10)
    on = begun + timedelta(weeks=5)
    rows = "\n".join(f"pod-{at},,{begun},{begun + timedelta(weeks=at + 1)}" for at in range(5))
    asked = plan.replace(targets=(target(5.5 * PFLOPS_OF_A_POD, "six", on + timedelta(days=1)),))
    assert found(asked, tmp_path, rows, on).targets[0].dates[0.95] == begun + timedelta(weeks=6)


def test_the_precision_of_a_target_before_anything_stands_is_one_that_comes() -> None:
    both = target(1.0, "goal", FIRST - timedelta(days=400), precisions=(Precision.FP4, Precision.BF16))
    one = found(two_phases(targets=(both,))).targets[0]
    assert (one.kind.precision, one.dates[0.5]) == (Precision.BF16, FIRST)


def test_an_order_that_comes_late_is_named() -> None:
    order = Order(item="chips", ordered=date(2027, 1, 1), lead_weeks=52.0, source="a test")
    one = found(two_phases(first=SURE | {"orders": (order,)})).targets[0]
    assert one.limits == (("orders of first", 1.0),)


def test_the_delivered_share_is_named_where_all_phases_are_in_time() -> None:
    asked = target(2 * 0.62 * PFLOPS_OF_A_POD, "goal", FIRST, measure=Measure.DELIVERED)
    one = found(two_phases(targets=(asked,))).targets[0]
    assert 0.0 < one.probability < 1.0
    assert one.limits == (("the delivered share of the peak", 1.0),)


def test_a_retired_pod_is_no_progress(tmp_path: Path) -> None:
    gone = pod("pod-1", retired=FIRST + timedelta(days=10))
    progress = found(two_phases(pods=(gone,)), tmp_path, f"pod-1,,,{FIRST}", SECOND).progress
    assert progress is not None
    assert (progress.phases[0].planned_pflops, progress.phases[0].accepted_pflops) == (0.0, 0.0)


@pytest.mark.parametrize("options", [("--on", "2050-01-01", "--accepted", "log.csv"), ("--on", "2026-01-01")])
def test_a_day_of_a_log_is_one_that_has_been_and_has_a_log(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "log.csv").write_text("object,accepted\n", encoding="utf-8")
    said = petaplan("forecast", "infra.hong_kong:hub", *options)
    assert (said.code, said.out) == (2, "")
    assert "--on: found" in said.err


def work(**changes: Any) -> str:
    """A plan document with one training run."""
    run = {
        "name": "run", "active_parameters": 1e12, "tokens": 1e15, "model": "huawei-ascend-910c",
        "accelerators_in_step": 8, "precision": "bf16", "mfu_fraction": 0.4, "mfu_source": "s",
        "starts": "2027-07-01", "done_by": "2027-09-01", "source": "s",
    } | changes  # fmt: skip
    fields = ", ".join(f"{key}: {value}" for key, value in run.items())
    return (
        "petaplan: 1\nname: h\nsites:\n- {name: s, country: HK, jurisdiction: HK}\nphases:\n- name: p\n"
        f"  starts: 2026-01-01\n  in_service: 2027-01-01\n  training_runs:\n  - {{{fields}}}\n"
    )


@pytest.mark.parametrize("command", ["work", "check"])
def test_a_run_beyond_the_calendar_is_late_and_breaks_nothing(command: str) -> None:
    assert petaplan(command, "-", stdin=work().encode()).code == 1


def test_work_that_cannot_be_judged_ends_with_a_code_of_its_own() -> None:
    said = petaplan("work", "-", stdin=work(precision="fp4", tokens=1e9, accelerators_in_step=1).encode())
    assert said.code in (1, 4)
    assert math.isfinite(said.code)


def test_a_slower_phase_moves_one_of_the_same_day_that_waits_for_it() -> None:
    from tests.capacity.test_what_if import changed

    plan = two_phases()
    same = plan.phases[1].replace(name="afirst", starts=FIRST, in_service=FIRST)
    plan = plan.replace(phases=(plan.phases[0], same), pods=(pod("pod-1"),), targets=())
    after = changed(plan, change="late", object="first", weeks=10.0)
    assert {one.in_service for one in after.phases} == {FIRST + timedelta(weeks=10)}


def test_a_change_whose_object_an_earlier_one_removed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "what.yaml"
    file.write_text(
        "scenarios:\n- name: both\n  statement: s\n  source: s\n  changes:\n"
        "  - {change: remove, object: phase-3}\n  - {change: late, object: phase-3, weeks: 4}\n",
        encoding="utf-8",
    )
    said = petaplan("scenarios", "infra.hong_kong:hub", str(file))
    assert said.code == 2
    assert "under scenario both" in said.err


def test_a_phase_may_be_called_sum_or_day() -> None:
    plan = two_phases(pods=(pod("pod-1"),), targets=())
    named = plan.replace(
        phases=(phase("sum", FIRST), phase("day", SECOND)), pods=(), halls=(), busways=(), feeds=(),
        ups_systems=(), transformers=(), intakes=(),
    )  # fmt: skip
    from petaplan.capacity.document.plan import write_yaml

    said = petaplan("cost", "-", "--format", "json", "--on", "2026-06-30", stdin=write_yaml(named).encode())
    assert said.code == 0
    assert "phase_sum" in said.out
