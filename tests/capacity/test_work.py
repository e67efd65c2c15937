"""Declared work: a published run reproduced with no input fitted, services by hand, and a day that is full."""

import csv
import io
import math
from datetime import date
from typing import Any

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.design import Design
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.capacity.work.runs import days_of_work, run_need, run_needs, service_need
from petaplan.capacity.workloads import ResearchReserve
from tests.commands import petaplan
from tests.hubs import FIRST, hub, phase, pod
from tests.workloads import ASCEND, START, run, service

H100 = "nvidia-h100-sxm"


def design(**of_phase: Any) -> Design:
    plan: Hub = hub(phases=(phase(**of_phase),))
    return resolve(plan, load())


LLAMA_3 = run(
    name="llama-3-405b",
    active_parameters=405e9,
    tokens=15.6e12,
    model=H100,
    accelerators_in_step=16_384,
    mfu_fraction=0.41,
    done_by=date(2028, 7, 1),
)


def test_the_published_hours_of_llama_3_405b_follow_with_no_input_fitted() -> None:
    """30.84 million GPU-hours are published; MFU 41 %, and 90 % of the time effective."""
    need = run_need(design(), "first", LLAMA_3)
    assert need.flop == pytest.approx(3.79e25, rel=0.002)
    assert need.peak_tflops == pytest.approx(989, abs=1)
    by_hand = 6 * 405e9 * 15.6e12 / (16_384 * 989e12 * 0.41 * 0.90) / 3_600 * 16_384
    assert by_hand == pytest.approx(30.84e6, rel=0.10)
    assert need.device_hours is not None
    assert need.device_hours == pytest.approx(30.84e6, rel=0.10), "with the goodput that failure rates give"
    assert need.goodput == pytest.approx(0.85, abs=0.01)


def test_the_days_of_a_run_are_operations_over_rate() -> None:
    (need,) = run_needs(design(training_runs=(run(),)))
    assert need.peak_tflops is not None and need.days is not None
    rate = 128 * need.peak_tflops * 1e12 * 0.4 * need.goodput
    assert need.days == pytest.approx(6 * 7e9 * 1e12 / rate / 86_400)
    assert need.device_hours == pytest.approx(need.days * 24 * 128)
    assert need.available == sum(resolve(hub(), load()).pod(pod()).accelerators.values())


def test_a_service_takes_the_larger_of_rate_and_memory() -> None:
    plan = design()
    peak = plan.accelerator(ASCEND).peak(Precision.BF16)
    memory = plan.accelerator(ASCEND).memory_gb
    assert peak is not None and memory is not None
    need = service_need(plan, "first", service())
    assert need.by_rate == math.ceil(2 * 7e10 * 1e5 / (peak.value * 1e12 * 0.1))
    assert need.by_memory == math.ceil(500 / memory.value)
    assert need.accelerators == max(need.by_rate, need.by_memory)
    assert service_need(plan, "first", service(memory_gb=1e6)).accelerators == math.ceil(1e6 / memory.value)


def test_a_day_counts_what_runs_serves_and_is_reserved() -> None:
    reserve = ResearchReserve(model=ASCEND, reserved_fraction=0.25, source="a test")
    plan = design(training_runs=(run(),), inference_services=(service(),), research_reserves=(reserve,))
    found = {one.day: dict(one.asked) for one in days_of_work(plan)}
    whole = sum(plan.pod(plan.hub.pods[0]).accelerators.values())
    assert found[FIRST] == {"first/research": math.ceil(0.25 * whole)}
    assert set(found[START]) == {"first/run", "first/chat", "first/research"}
    assert found[START]["first/run"] == 128


def said(**of_phase: Any) -> dict[str, str]:
    report = check(hub(phases=(phase(**of_phase),)))
    return {one.rule: str(one.verdict) for one in report.findings if one.rule.startswith("WRK")}


def test_work_that_fits_passes_and_work_that_does_not_falls_short() -> None:
    assert said(training_runs=(run(),)) == {"WRK-001": "pass", "WRK-002": "pass"}
    assert said(training_runs=(run(tokens=1e15),))["WRK-001"] == "shortfall"
    assert said(training_runs=(run(accelerators_in_step=100_000),))["WRK-002"] == "shortfall"
    assert said(inference_services=(service(tokens_per_s=1e9),)) == {"WRK-002": "shortfall"}


def test_a_precision_without_a_peak_is_unknown_and_never_guessed() -> None:
    assert said(training_runs=(run(precision=Precision.FP4),))["WRK-001"] == "unknown"
    assert said(inference_services=(service(precision=Precision.FP4),)) == {"WRK-002": "unknown"}


def test_work_on_a_model_that_is_not_there_falls_short() -> None:
    assert said(training_runs=(run(model=H100),))["WRK-002"] == "shortfall"


BAD = {
    "training_runs: [{name: r, active_parameters: 1, tokens: 1, model: huawei-ascend-910c, accelerators_in_step: 1, "
    "mfu_fraction: 0.4, mfu_source: s, starts: 2027-01-01, done_by: 2028-01-01, source: s}]": "precision",
    "training_runs: [{name: r, active_parameters: 1, tokens: 1, model: huawei-ascend-910x, accelerators_in_step: 1, "
    "precision: bf16, mfu_fraction: 0.4, mfu_source: s, starts: 2027-01-01, done_by: 2028-01-01, source: s}]": "910c",
    "training_runs: [{name: r, active_parameters: 1, tokens: 1, model: huawei-ascend-910c, accelerators_in_step: 1, "
    "precision: bf16, mfu_fraction: 1.4, mfu_source: s, starts: 2027-01-01, done_by: 2026-01-01, source: s}]": "mfu",
    "training_runs: [{name: r, active_parameters: 1, tokens: 1, model: huawei-ascend-910c, accelerators_in_step: 1, "
    "precision: bf16, mfu_fraction: 0.4, mfu_source: s, starts: 2027-01-01, done_by: 2026-01-01, source: s}]": "later",
}


@pytest.mark.parametrize("fields", BAD)
def test_wrong_work_is_refused_with_its_line(tmp_path: Any, fields: str) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "petaplan: 1\nname: h\nsites:\n- {name: s, country: HK, jurisdiction: HK}\nphases:\n"
        f"- name: p\n  starts: 2026-01-01\n  in_service: 2027-01-01\n  {fields}\n",
        encoding="utf-8",
    )
    found = petaplan("work", str(plan))
    assert (found.code, found.out) == (2, "")
    assert BAD[fields] in found.err


def test_the_command_shows_days_hours_and_energy_and_ends_with_1_where_work_does_not_fit() -> None:
    plan = hub(phases=(phase(training_runs=(run(tokens=1e15),)),))
    found = petaplan("work", "-", "--format", "csv", stdin=write_yaml(plan).encode())
    assert found.code == 1
    assert "run,first" in found.out.replace('"', "")
    (row,) = csv.DictReader(io.StringIO(found.out))
    assert (row["in_time"], row["mfu_source"]) == ("late", "a test"), "the source of the MFU is that and nothing else"
    nothing = petaplan("work", "infra.hong_kong:short")
    assert nothing.code == 0
