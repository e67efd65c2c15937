"""Lanes that a dated rule closes or opens, as changes of a scenario: by maker, by country, by model, by export rule."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.design import Design
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.scenarios.applying import under
from petaplan.capacity.scenarios.changes import Change, ChangeKind, Scenario
from petaplan.infra.hong_kong import with_h100
from tests.capacity.forecast_hubs import two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, SECOND, pod

LANE = "case-by-case-2026"
FROM_2028 = date(2028, 1, 1)
BETWEEN = FIRST + timedelta(days=1)
DAYS = (FIRST, BETWEEN, SECOND, SECOND + timedelta(days=1))
CLOSED, OPEN, CUT = ChangeKind.LANE_CLOSED, ChangeKind.LANE_OPEN, ChangeKind.CUT_OFF


@cache
def planned() -> Design:
    return resolve(with_h100(), load())


def days(design: Design) -> Mapping[str, date]:
    """The first day of each pod."""
    return {pod.name: design.service_date(pod) for pod in design.hub.pods}


def after(plan: Hub | Design, kind: ChangeKind, **fields: Any) -> Design:
    design = resolve(plan, load()) if isinstance(plan, Hub) else plan
    one = Scenario(name="lane", statement="a test", source="a test", changes=(Change(change=kind, **fields),))
    return under(design, load(), one)


def of_two(kind: ChangeKind, **fields: Any) -> list[date]:
    """The days of the pods of a hub with two phases of two pods of Huawei's."""
    return list(days(after(two_phases(), kind, vendor="Huawei", **fields)).values())


def test_a_closed_lane_takes_what_comes_on_its_days() -> None:
    assert of_two(CLOSED, from_date=BETWEEN) == [FIRST, FIRST]
    assert of_two(CLOSED, from_date=BETWEEN, until=SECOND + timedelta(days=9)) == [
        FIRST, FIRST, SECOND + timedelta(days=9), SECOND + timedelta(days=9),
    ]  # fmt: skip


def test_an_open_lane_holds_back_what_comes_before_it_and_takes_what_comes_after_it() -> None:
    assert of_two(OPEN, from_date=BETWEEN) == [BETWEEN, BETWEEN, SECOND, SECOND]
    assert of_two(OPEN, from_date=FIRST, until=SECOND) == [FIRST, FIRST]
    assert of_two(OPEN, from_date=BETWEEN, until=SECOND) == [BETWEEN, BETWEEN]


@pytest.mark.parametrize("who", [{"vendor": "Huawei"}, {"country": "CN"}, {"model": "huawei-ascend-910c"}])
@pytest.mark.parametrize("begin", DAYS)
@pytest.mark.parametrize("length", [None, 1, 400])
def test_what_an_open_lane_lets_through_is_what_a_closed_one_of_the_same_days_shuts(
    who: dict[str, str], begin: date, length: int | None
) -> None:
    until = None if length is None else begin + timedelta(days=length)
    before = days(resolve(two_phases(), load()))
    within = {name for name, day in before.items() if begin <= day and (until is None or day < until)}
    for kind, kept in ((OPEN, within), (CLOSED, set(before) - within)):
        if kept != set(before):
            found = days(after(two_phases(), kind, from_date=begin, until=until, **who))
            assert {name for name in found if found[name] == before[name]} == kept
            assert all(found[name] >= before[name] for name in found)


def test_a_rule_says_which_accelerators_a_lane_is_for() -> None:
    by_rule = after(planned(), CLOSED, rule=LANE, from_date=FROM_2028)
    by_model = after(planned(), CUT, model="nvidia-h100-sxm", from_date=FROM_2028)
    assert by_rule.hub == by_model.hub
    assert len(by_rule.hub.pods) == len(planned().hub.pods) - 43


def test_a_listing_of_a_maker_concerns_its_devices_and_a_licence_rule_does_not() -> None:
    found = after(planned(), CLOSED, rule="entity-list-huawei", from_date=FROM_2028)
    gone = set(days(planned())) - set(days(found))
    assert gone
    assert all("Huawei" in {planned().accelerator(model).vendor for model in _models(name)} for name in gone)
    assert any("NVIDIA" in {planned().accelerator(model).vendor for model in _models(name)} for name in days(found))


def _models(pod: str) -> tuple[str, ...]:
    return tuple(planned().pod(planned().by_name[pod]).accelerators)


@pytest.mark.parametrize("kind", [CLOSED, OPEN])
def test_a_lane_adds_no_petaflops_on_any_day(kind: ChangeKind) -> None:
    checked = [*(phase.in_service for phase in planned().phases), date(2029, 6, 1), date(2031, 1, 1)]
    found = after(planned(), kind, vendor="NVIDIA", from_date=date(2028, 12, 24) if kind is OPEN else FROM_2028)
    assert all(_peak(found, day) <= _peak(planned(), day) for day in checked)
    assert any(_peak(found, day) < _peak(planned(), day) for day in checked)


def _peak(design: Design, day: date) -> float:
    pods = (one for one in design.placements if design.in_service_on(one, day))
    return sum(design.peak(one, Precision.BF16, Sparsity.DENSE)[0] for one in pods)


WRONG = {
    "change: lane-close, vendor: Huawei, from_date: 2028-01-01": "did you mean 'lane-closed' or 'lane-open'?",
    "change: lane-open, vendor: Huawey, from_date: 2028-01-01": "did you mean 'Huawei'?",
    "change: lane-closed, country: CH, from_date: 2028-01-01": "expected a country of the plan's accelerators",
    "change: lane-closed, rule: case-by-case-2025, from_date: 2026-01-01": "did you mean 'case-by-case-2026'?",
    "change: lane-closed, rule: 744.23-supercomputer, from_date: 2026-01-01": "expected a rule on accelerators",
    "change: lane-closed, rule: hong-kong-is-china, from_date: 2026-01-01": "expected a rule on accelerators",
    "change: lane-open, from_date: 2028-01-01": "an open lane of nobody; expected a model",
    "change: lane-closed, vendor: Huawei": "no from_date in a change of kind lane-closed",
    "change: lane-closed, vendor: Huawei, from_date: 2090-01-01": "a closed lane that concerns no pod or rack",
    "change: lane-open, vendor: Huawei, from_date: 2001-01-01": "an open lane that concerns no pod or rack",
    "change: lane-open, vendor: Huawei, from_date: 2028-01-01, until: 2028-01-01": "expected a later day",
    "change: lane-open, vendor: Huawei, from_date: 2028-01-01, weeks: 3": "found weeks in a change of kind lane-open",
    "change: cut-off, rule: case-by-case-2026, from_date: 2026-01-01": "found rule in a change of kind cut-off",
}


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_lane_is_refused_at_its_line(tmp_path: Path, change: str) -> None:
    plan, file = tmp_path / "plan.yaml", tmp_path / "what.yaml"
    plan.write_text(write_yaml(two_phases()), encoding="utf-8")
    head = "scenarios:\n- name: what\n  statement: a test\n  source: a test\n  changes:\n"
    file.write_text(f"{head}  - {{{change}}}\n", encoding="utf-8")
    said = petaplan("scenarios", str(plan), str(file))
    assert (said.code, said.out) == (2, "")
    assert "what.yaml:6: scenarios[0].changes[0]" in said.err
    assert WRONG[change] in " ".join(said.err.split())


def test_a_rule_that_cannot_be_told_of_a_model_is_refused(tmp_path: Path) -> None:
    """No die area of the GB200 is published, so its density stands against no bound."""
    american = pod("pod-3", "nvidia-gb200-nvl72-rack", 1)
    plan = two_phases(pods=(pod("pod-1"), american))
    (tmp_path / "plan.yaml").write_text(write_yaml(plan), encoding="utf-8")
    change = "{change: lane-closed, rule: 3A090.b, from_date: 2026-01-01}"
    file = f"scenarios: [{{name: what, statement: a test, source: a test, changes: [{change}]}}]\n"
    (tmp_path / "what.yaml").write_text(file, encoding="utf-8")
    said = petaplan("scenarios", "plan.yaml", "what.yaml", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "rule: found 3A090.b, which cannot be told of nvidia-gb200; expected figures" in " ".join(said.err.split())


def test_a_pod_that_retires_before_its_lane_opens_is_told_as_no_plan(tmp_path: Path) -> None:
    plan = two_phases(pods=(pod("pod-1", retired=BETWEEN), pod("pod-2")))
    (tmp_path / "plan.yaml").write_text(write_yaml(plan), encoding="utf-8")
    change = f"{{change: lane-open, vendor: Huawei, from_date: {SECOND}}}"
    file = f"scenarios: [{{name: what, statement: a test, source: a test, changes: [{change}]}}]\n"
    (tmp_path / "what.yaml").write_text(file, encoding="utf-8")
    said = petaplan("scenarios", "plan.yaml", "what.yaml", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "under scenario what" in said.err
    assert "pod-1" in said.err


def test_a_lane_may_name_a_rule_of_a_layer(tmp_path: Path) -> None:
    """A rule that nobody has published yet can be asked about."""
    rule = (
        "export_rules:\n- id: own-bandwidth\n  form: licence\n  citation: a draft\n  effective: 2030-01-01\n"
        "  condition: {quantity: dram_gb_per_s, at_least: 3000}\n  text: A draft.\n  source: own-draft\n"
        "  as_of: 2026-10-01\n  status: analyst\n"
        "sources:\n- {key: own-draft, document: A draft, read_on: 2026-10-02}\n"
    )
    (tmp_path / "own.yaml").write_text(rule, encoding="utf-8")
    change = "{change: lane-closed, rule: own-bandwidth, from_date: 2028-01-01}"
    file = f"scenarios: [{{name: what, statement: a test, source: a test, changes: [{change}]}}]\n"
    (tmp_path / "what.yaml").write_text(file, encoding="utf-8")
    asked = ("scenarios", "infra.hong_kong:with_h100", str(tmp_path / "what.yaml"), "--format", "csv")
    assert petaplan(*asked).code == 2
    said = petaplan(*asked, "--catalogue", str(tmp_path / "own.yaml"))
    assert said.code == 0, said.err
    assert "10886" in said.out
