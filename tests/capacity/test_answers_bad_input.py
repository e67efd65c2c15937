"""Bad input of forecast, cost and work ends with code 2 and writes nothing; and days at the ends of the calendar."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from petaplan.capacity.costing import costs_of
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.forecast.forecast import forecast
from tests.capacity.forecast_hubs import design_of, two_phases
from tests.commands import petaplan
from tests.hubs import hub, phase, pod, target

RACK, CHIP = "huawei-cloudmatrix384-compute-rack", "huawei-ascend-910c"
SAID = {"source": "a test", "as_of": "2026-01-01"}
Mutation = Callable[[dict[str, Any]], object]


def slip(**changes: Any) -> Mutation:
    """The plan with a slip of its first phase changed."""
    return lambda plan: plan["phases"][0]["slip"].update(changes)


def priced(**changes: Any) -> Mutation:
    """The plan with a price that is changed; a field of None is left out."""
    price = {"model": RACK, "unit_price": 5.0, "currency": "HKD", "vintage": "2026-01-01", "source": "a test"} | changes
    held = {key: value for key, value in price.items() if value is not None}
    return lambda plan: plan["phases"][0].update(budget={"currency": "HKD", "prices": [held]})


def run(**changes: Any) -> Mutation:
    """The plan with a training run that is changed; a field of None is left out."""
    whole = {
        "name": "run",
        "active_parameters": 7e9,
        "tokens": 1e12,
        "model": CHIP,
        "accelerators_in_step": 128,
        "precision": "bf16",
        "mfu_fraction": 0.4,
        "mfu_source": "a test",
        "starts": "2027-07-01",
        "done_by": "2027-09-01",
        "source": "a test",
    } | changes
    held = {key: value for key, value in whole.items() if value is not None}
    return lambda plan: plan["phases"][0].update(training_runs=[held])


WRONG: dict[str, tuple[str, Mutation, str]] = {
    "an interval upside down": (
        "forecast",
        slip(late_fraction_p5=0.9, late_fraction_p50=0.1),
        "a 50th percentile between",
    ),
    "half an interval": ("forecast", slip(late_fraction_p50=0.2, late_fraction_p95=0.3), "two halves with a width"),
    "a probability above 1": ("forecast", slip(probability_late=1.2), "expected at most 1"),
    "a probability below 0": ("forecast", slip(probability_late=-0.1), "expected at least 0"),
    "a confidence above 1": ("check", lambda plan: plan["targets"][0].update(confidence=1.2), "at most 0.99"),
    "a correlation above 1": (
        "forecast",
        lambda plan: plan.update(correlation_groups=[{"name": "g", "correlation": 1.1, **SAID}]),
        "expected at most 1",
    ),
    "a group that names nothing": ("forecast", slip(group="nobody"), "the name of a declared correlation group"),
    "a price without vintage": ("cost", priced(vintage=None), "expected the field 'vintage'"),
    "a negative price": ("cost", priced(unit_price=-1.0), "expected at least 0"),
    "a price in a currency without a rate": ("cost", priced(currency="EUR"), "in EUR, and no rate of it"),
    "a run without precision": ("work", run(precision=None), "expected the field 'precision'"),
    "a run larger than any phase": ("work", run(accelerators_in_step=10_000), "expected at most"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_bad_input_is_refused_with_nothing_written(tmp_path: Path, fault: str) -> None:
    command, mutate, words = WRONG[fault]
    plan = yaml.safe_load(write_yaml(two_phases()))
    plan["phases"][0]["slip"] |= {"late_fraction_p5": 0.2, "late_fraction_p50": 0.2, "late_fraction_p95": 0.2}
    mutate(plan)
    file, output = tmp_path / "plan.yaml", tmp_path / "out.txt"
    file.write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    said = petaplan(command, str(file), "-o", str(output))
    assert (said.code, said.out, output.exists()) == (2, "", False), said.err
    assert words in " ".join(said.err.split())


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    plan = yaml.safe_load(write_yaml(two_phases()))
    for mutate in (slip(probability_late=2.0), priced(unit_price=-1.0, vintage=None), run(precision=None)):
        mutate(plan)
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    said = petaplan("cost", str(file))
    assert said.code == 2
    assert [word in said.err for word in ("probability_late", "unit_price", "vintage", "precision")] == [True] * 4


@pytest.mark.parametrize("command", ["forecast", "scenarios"])
@pytest.mark.parametrize("draws", ["1000000000", "0", "-5"])
def test_a_number_of_draws_out_of_bounds_is_refused(command: str, draws: str) -> None:
    said = petaplan(command, "infra.hong_kong:hub", "--draws", draws)
    assert (said.code, said.out) == (2, "")
    assert "--draws" in said.err


@pytest.mark.sample(5)
@pytest.mark.parametrize("year", [1, 2, 1000, 9000, 9986, 9997, 9998])
@pytest.mark.parametrize("doubtful", [True, False])
def test_a_plan_in_any_year_of_the_calendar_has_a_forecast_and_a_cost(year: int, doubtful: bool) -> None:
    first, last = date(year, 1, 2), date(year + 1, 12, 30)
    doubt = {} if doubtful else {key: getattr(two_phases().phases[0], key) for key in ("slip", "ramp", "lead_times")}
    plan = hub(
        phases=(phase(starts=first, in_service=last, **doubt),),
        pods=(pod("pod-1"), pod("pod-2", retired=date(year + 1, 12, 31))),
        targets=(target(1.0, by=date(year + 1, 12, 31)),),
    )
    design = design_of(plan)
    found = forecast(design, draws=1_000)
    assert 0 <= found.targets[0].probability <= 1
    (cost,) = costs_of(design)
    assert sum(amount for _, amount in cost.quarters) == pytest.approx(cost.capex)
    for day in (date.min, date(2026, 11, 28), date.max):
        present = cost.present(0.5, day)
        assert present is None or present >= 0
    for command in ("forecast", "cost"):
        said = petaplan(command, "-", stdin=write_yaml(plan).encode())
        assert said.code == 0, said.err


def test_a_phase_that_may_end_after_the_calendar_says_so() -> None:
    plan = hub(
        phases=(phase(starts=date(9998, 1, 1), in_service=date(9999, 12, 30)),),
        targets=(target(1.0, by=date(9999, 12, 31)),),
    )
    found = forecast(design_of(plan), draws=1_000)
    assert found.phases[0].accepted[3] is None
    assert found.phases[0].energised[0] is not None
    assert "after 9999" in petaplan("forecast", "-", stdin=write_yaml(plan).encode()).out
