"""The reference hub: what the announcement asks for, and that each variant fails for its own reason alone."""

from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import Pod, StandAloneRackGroup
from petaplan.capacity.document import plan
from petaplan.capacity.document.marked import read_text
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Accelerator, Cpu
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.slice import up_to
from petaplan.infra.hong_kong import hub, short, with_h100
from petaplan.infra.hong_kong_work import hub as with_work


@pytest.fixture(scope="module")
def whole() -> Hub:
    return hub()


def test_the_hub_passes_every_rule_in_every_phase_and_knows_what_it_needs(whole: Hub) -> None:
    report = check(whole)

    assert [(f.rule, f.subject, f.hint) for f in report.of(Verdict.SHORTFALL, Verdict.UNKNOWN)] == []
    assert [phase.verdict for phase in report.phases] == [Verdict.PASS] * 3


def test_it_reaches_40_000_pflops_by_2030_in_three_phases(whole: Hub) -> None:
    report = check(whole)
    last = report.phases[-1]

    assert [phase.in_service.year for phase in report.phases] == [2026, 2028, 2030]
    assert dict(last.pflops)["bf16"] >= 40_000  # type: ignore[index]
    assert last.in_service <= date(2030, 12, 31)


def test_its_hardware_is_diverse_and_domestic(whole: Hub) -> None:
    design = resolve(whole, load())
    models = {model for placement in design.placements for model in design.pod(placement).accelerators}
    makers = {(device.vendor, device.country) for model in models if (device := load().find(Accelerator, model))}

    assert {"huawei-ascend-910c", "huawei-ascend-910b2", "huawei-ascend-950dt", "baidu-kunlun-p800"} == models
    assert {country for _, country in makers} == {"CN"}
    assert len({vendor for vendor, _ in makers}) >= 2


def test_yitian_processors_stand_in_racks_and_count_as_no_accelerator(whole: Hub) -> None:
    design = resolve(whole, load())
    rack = next(rack for rack in whole.racks if rack.model == "alibaba-yitian-rack")

    assert load().find(Cpu, "alibaba-yitian-710") is not None
    assert design.pod(rack).cpus == {"alibaba-yitian-710": 8 * 16 * 2}
    assert design.pod(rack).accelerators == {}


def test_every_rack_has_a_feed_on_each_side(whole: Hub) -> None:
    sides = {feed.name: feed.side for feed in whole.feeds}

    placed_rows: tuple[Pod | StandAloneRackGroup, ...] = (*whole.pods, *whole.racks)
    for placement in placed_rows:
        assert sorted(str(sides[name]) for name in placement.feeds or ()) == ["A", "B"]


def test_every_figure_that_nobody_published_is_an_assumption_with_a_reason(whole: Hub) -> None:
    for assumption in whole.assumptions:
        assert len(assumption.reason) > 20, assumption.name


def test_a_pod_short_misses_2028_by_198_pflops_and_nothing_else() -> None:
    report = check(short())

    (shortfall,) = report.of(Verdict.SHORTFALL)
    assert (shortfall.rule, shortfall.subject, shortfall.phase) == ("PF-001", "end-2028", "phase-2")
    assert shortfall.hint.startswith("Short by 198.1 PFLOP/s (BF16) on 2028-12-31")
    assert report.of(Verdict.UNKNOWN) == ()


def test_the_variant_on_h100_meets_its_targets() -> None:
    report = check(with_h100())

    assert report.of(Verdict.SHORTFALL, Verdict.UNKNOWN) == ()


def test_phase_1_carries_the_runs_of_the_variant_with_work_and_nothing_else_changes() -> None:
    def said(plan: Hub) -> set[tuple[str, str, str, str, float | None]]:
        return {(f.rule, f.subject, f.phase, str(f.verdict), f.capacity) for f in check(plan).findings}

    added = said(with_work()) - said(hub())

    assert {(rule, verdict) for rule, _, _, verdict, _ in added} == {("WRK-001", "pass"), ("WRK-002", "pass")}
    assert said(hub()) <= said(with_work())


@pytest.mark.parametrize("variant", [hub, short, with_h100, with_work])
def test_every_variant_survives_a_document(variant: type[Hub]) -> None:
    made = variant()  # type: ignore[call-arg]

    assert plan.hub_from(read_text(plan.write_yaml(made), "hub.yaml")) == made
    assert plan.hub_from(read_text(plan.write_json(made), "hub.json")) == made


@pytest.mark.parametrize("last", ["phase-1", "phase-2", "phase-3"])
def test_the_hub_up_to_any_phase_stands_by_itself(last: str, whole: Hub) -> None:
    part = plan.verify(up_to(whole, last))

    assert check(part).verdict is Verdict.PASS
    assert {pod.phase for pod in part.pods} <= {"phase-1", "phase-2", "phase-3"}


def test_the_objects_say_where_the_plan_declared_them(whole: Hub) -> None:
    assert {str(hall.declared_at).rpartition(":")[0] for hall in whole.halls} == {"infra/hong_kong.py"}
    assert {str(pod.declared_at).rpartition(":")[0] for pod in whole.pods} == {"infra/hong_kong.py"}
