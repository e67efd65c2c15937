"""Scenarios: named changes of a plan, each by hand, and files that are refused."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.design import Design
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.hub import Hub
from petaplan.capacity.power import SupplyStep
from petaplan.capacity.resolving import resolve
from petaplan.capacity.scenarios.applying import under
from petaplan.capacity.scenarios.changes import Change, ChangeKind, Scenario
from petaplan.capacity.scenarios.comparison import compared
from petaplan.infra.hong_kong import hub as hong_kong
from tests.capacity.forecast_hubs import two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, SECOND, pod, target

CHIP = "huawei-ascend-910c"


def changed(plan: Hub, **change: Any) -> Design:
    design = resolve(plan, load())
    kind = ChangeKind(change.pop("change"))
    one = Scenario(name="what-if", statement="a test", source="a test", changes=(Change(change=kind, **change),))
    return under(design, load(), one)


def peak(design: Design, day: date) -> float:
    pods = [one for one in design.placements if design.in_service_on(one, day)]
    return sum(design.peak(one, Precision.BF16, Sparsity.DENSE)[0] for one in pods)


def names(rows: Any) -> list[str]:
    return sorted(row.name for row in rows)


def test_a_cut_off_takes_what_comes_from_its_day_on() -> None:
    after = changed(two_phases(), change="cut-off", vendor="Huawei", from_date=FIRST + timedelta(days=1))
    assert names(after.hub.pods) == ["pod-1", "pod-2"]


def test_a_cut_off_that_ends_moves_what_was_due_to_its_end() -> None:
    end = SECOND + timedelta(days=90)
    after = changed(two_phases(), change="cut-off", model=CHIP, from_date=SECOND, until=end)
    assert [after.service_date(one) for one in after.hub.pods] == [FIRST, FIRST, end, end]


def test_a_late_phase_pushes_those_that_wait_for_it_as_far_as_they_must() -> None:
    after = changed(two_phases(), change="late", object="first", weeks=4.0)
    assert [phase.in_service for phase in after.phases] == [FIRST + timedelta(days=28), SECOND + timedelta(days=28)]
    with_slack = two_phases()
    first, second = with_slack.phases
    with_slack = with_slack.replace(phases=(first, second.replace(starts=FIRST + timedelta(days=20))))
    after = changed(with_slack, change="late", object="first", weeks=4.0)
    assert after.phases[1].in_service == SECOND + timedelta(days=8)


def test_an_object_that_states_its_day_is_late_with_its_phase() -> None:
    own = pod("pod-1", in_service=FIRST - timedelta(days=30))
    after = changed(two_phases(pods=(own, pod("pod-2"))), change="late", object="first", weeks=1.0)
    assert after.service_date(after.hub.pods[0]) == FIRST - timedelta(days=23)


def test_a_rate_changes_every_peak_of_the_chip_and_nothing_else() -> None:
    before = resolve(two_phases(), load())
    after = changed(two_phases(), change="rate", model=CHIP, factor=0.85)
    assert peak(after, SECOND) == pytest.approx(0.85 * peak(before, SECOND))
    assert after.hub == before.hub


def test_a_rate_stays_with_changes_after_it() -> None:
    slower = Change(change=ChangeKind.RATE, model=CHIP, factor=0.5)
    later = Change(change=ChangeKind.LATE, object="second", weeks=1.0)
    design = resolve(two_phases(), load())
    one = Scenario(name="both", statement="a test", source="a test", changes=(slower, later, slower))
    day = SECOND + timedelta(days=7)
    assert peak(under(design, load(), one), day) == pytest.approx(0.25 * peak(design, day))


def test_a_cap_holds_the_contract_down_from_its_day() -> None:
    plan = two_phases()
    intake = plan.intakes[0]
    steps = (SupplyStep(from_date=FIRST, contracted_kva=500), SupplyStep(from_date=SECOND, contracted_kva=900))
    plan = plan.replace(intakes=(intake.replace(supply=steps), *plan.intakes[1:]))
    between = FIRST + timedelta(days=30)
    after = changed(plan, change="cap", object=intake.name, contracted_kva=300.0, from_date=between)
    held = [(step.from_date, step.contracted_kva) for step in after.hub.intakes[0].supply]
    assert held == [(FIRST, 500), (between, 300), (SECOND, 300)]


def test_a_tariff_replaces_those_from_its_day_on() -> None:
    after = changed(two_phases(), change="tariff", object="site", per_kwh=1.9, currency="HKD", from_date=SECOND)
    assert [(one.from_date, one.per_kwh) for one in after.hub.sites[0].tariff] == [(SECOND, 1.9)]


def test_a_hall_goes_with_everything_that_cannot_stand_without_it() -> None:
    after = changed(hong_kong(), change="remove", object="hall-g")
    assert not [name for name in after.by_name if name.startswith("hall-g")]
    assert not [one for one in after.placements if one.hall == "hall-g"]
    gone = len(list(hong_kong().scheduled)) - len(list(after.hub.scheduled))
    assert gone > 40


def test_one_of_several_sources_leaves_the_others() -> None:
    after = changed(two_phases(), change="remove", object="feed-b")
    assert names(after.hub.pods) == names(two_phases().pods)
    assert {one.feeds for one in after.hub.pods} == {("feed-a",)}


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", [row.name for _, rows in two_phases().tables() for row in rows])
def test_the_plan_without_any_one_object_is_a_plan_or_says_why_not(name: str) -> None:
    try:
        after = changed(two_phases(), change="remove", object=name)
    except PlanError as refusal:
        said = str(refusal)
    else:
        said = "" if name not in after.by_name else "it is still there"
    assert not said or "under scenario what-if" in said


def test_scenarios_stand_beside_the_plan_with_what_fails_first() -> None:
    design = resolve(
        two_phases(targets=(target(peak(resolve(two_phases(), load()), SECOND) / 1e3, "all", SECOND),)), load()
    )
    cut = Change(change=ChangeKind.CUT_OFF, vendor="Huawei", from_date=SECOND)
    one = Scenario(name="cut", statement="a test", source="a test", changes=(cut,))
    planned, without = compared(design, load(), (one,), 1_000).outcomes
    assert (planned.targets[0].probability, without.targets[0].probability) == (1.0, 0.0)
    assert without.targets[0].pflops == pytest.approx(planned.targets[0].pflops / 2)
    assert without.first is not None
    assert (without.first.rule, without.first.subject) == ("PF-001", "all")


HUAWEI = "vendor: Huawei, from_date"
WRONG = {
    "change: late, object: frist, weeks: 4": "'frist'; expected one of the phases of the plan; did you mean 'first'",
    "change: late, object: first": "found no weeks in a change of kind late; expected the fields object, weeks",
    "change: late, object: first, weeks: 4, factor: 2": "factor: found factor in a change of kind late",
    "change: late, object: first, weeks: -1": "weeks",
    "change: rate, model: huawei-ascend-910d, factor: 0.5": "expected an accelerator of the plan",
    "change: cut-off, vendor: Huawey, from_date: 2028-01-01": "the plan's accelerators; did you mean 'Huawei'",
    f"change: cut-off, {HUAWEI}: 2090-01-01": "found a cut-off that concerns no pod or rack",
    "change: cut-off, from_date: 2028-01-01": "found a cut-off of nobody; expected a model, a vendor or a country",
    f"change: cut-off, {HUAWEI}: 2028-01-01, until: 2027-01-01": "until: found until 2027",
    "change: remove, object: nothing": "found 'nothing'; expected an object of the plan",
    "change: explode": "expected",
}


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_change_is_refused_at_its_line(tmp_path: Path, change: str) -> None:
    plan, file = tmp_path / "plan.yaml", tmp_path / "what.yaml"
    plan.write_text(write_yaml(two_phases()), encoding="utf-8")
    file.write_text(
        f"scenarios:\n- name: what\n  statement: a test\n  source: a test\n  changes:\n  - {{{change}}}\n",
        encoding="utf-8",
    )
    said = petaplan("scenarios", str(plan), str(file))
    assert (said.code, said.out) == (2, "")
    assert "what.yaml:6: scenarios[0].changes[0]" in said.err
    assert WRONG[change] in " ".join(said.err.split())


def test_a_scenario_is_taken_by_its_name_and_said_on_standard_error() -> None:
    asked = ("--scenario", "examples/scenarios/hong-kong.yaml:one-hall-less")
    said = petaplan("waterfall", "infra.hong_kong:hub", *asked)
    assert said.code == 0
    assert "the plan is taken under scenario one-hall-less" in said.err
    unnamed = petaplan("check", "infra.hong_kong:hub", "--scenario", "examples/scenarios/hong-kong.yaml")
    assert unnamed.code == 2
    assert "found 5 scenarios; expected one scenario" in unnamed.err


def test_the_examples_say_what_is_at_stake_without_the_h100() -> None:
    said = petaplan("scenarios", "infra.hong_kong:with_h100", "examples/scenarios/h100.yaml", "--format", "csv")
    assert said.code == 0
    assert said.out.count("h100-cut-from-2028") >= 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("{change: cutoff, model: huawei-ascend-910c}", "did you mean 'cut-off'?"),
        ("{change: late, objct: first, weeks: 4}", "did you mean 'object'?"),
        ("{change: late, object: firs, weeks: 4}", "did you mean 'first'?"),
        (
            "{change: late, object: first, weeks: 4, zzz: 1}",
            "there are change, object, model, vendor, country, rule",
        ),
        ("{change: rate, model: huawei-ascend-910, factor: 2}", "did you mean 'huawei-ascend-910c'?"),
    ],
)
def test_a_wrong_word_of_a_scenario_is_answered_by_the_nearest(tmp_path: Path, change: str, told: str) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(two_phases()), encoding="utf-8")
    scenarios = f"scenarios:\n- {{name: a, statement: x, source: y, changes: [{change}]}}\n"
    (tmp_path / "scenarios.yaml").write_text(scenarios, encoding="utf-8")
    said = petaplan("scenarios", "plan.yaml", "scenarios.yaml", cwd=tmp_path)
    assert said.code == 2
    (line,) = said.err.splitlines()
    assert told in line
    assert len(line) < 300
