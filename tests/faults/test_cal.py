"""Faults of calibration and evidence (CAL-01 to CAL-12), each by its whole kind."""

import copy
import hashlib
import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.bench.evidence.evidence_file import render
from petaplan.bench.evidence.record import DeviceRecord
from petaplan.capacity.check import check
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.measurement import Evidence, Measurement
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.calibration import (
    Grade,
    calibrate,
    expected_minimum,
    expected_minimum_share,
    prior,
)
from petaplan.capacity.throughput.draws import quantiles
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.throughput.factors import phase_waterfalls, reading_day, waterfall
from petaplan.capacity.throughput.losses import goodput_fraction, networked
from petaplan.capacity.throughput.posterior import Prior, Reading, expit, logit, posterior
from petaplan.capacity.throughput.spares import mean_up
from petaplan.infra.hong_kong import hub as hong_kong
from tests import commands, evidence_files
from tests.bench import records
from tests.hubs import FIRST, hub, pod, target

TODAY = date(2026, 11, 22)
BF16 = Precision.BF16
H20, H100, MI300X, ASCEND = "nvidia-h20", "nvidia-h100-sxm", "amd-mi300x", "huawei-ascend-910c"
ENDS = (0.05, 0.5, 0.95)


def measured(share: float, place: str, *, model: str = H100, years: float = 0.0, width: float = 0.001) -> Measurement:
    """A device; its place is ``host/device``."""
    return Measurement(
        model=model,
        precision=BF16,
        share=share,
        low=share - width,
        high=share + width,
        uuid=place,
        host=place.split("/", maxsplit=1)[0],
        as_of=TODAY - timedelta(days=round(365.25 * years)),
        software="x",
        steady=True,
        soak=True,
        source="example",
    )


def fleet(
    centre: float, *, hosts: int, devices: int, between: float, within: float, seed: int, model: str = H100
) -> list[Measurement]:
    """Devices around a share; spreads are of the log odds."""
    draw = Random(seed)  # noqa: S311 - a fleet, no secret
    made = []
    for host in range(hosts):
        common = logit(centre) + draw.gauss(0, between)
        shares = [expit(common + draw.gauss(0, within)) for _ in range(devices)]
        made += [measured(share, f"{host}/{place}", model=model) for place, share in enumerate(shares)]
    return made


def interval(rows: list[Measurement], model: str = H100, **options: Any) -> tuple[float, float, float]:
    found = calibrate(model, BF16, rows, TODAY, **options)
    return found.low, found.mid, found.high


# --- CAL-01: measuring less never expects more ------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "likely"), [(0.9, 0.02), (0.8, 0.004), (0.5, 0.001), (0.4, 0.001)])
def test_cal_01_eight_devices_are_believed_however_far_they_are_from_the_prior(share: float, likely: float) -> None:
    rows = [
        measured(share * (1 + 0.002 * ((n * 7) % 5 - 2)), f"{n // 4}/{n}", model=H20, width=share * 0.001)
        for n in range(8)
    ]
    found = calibrate(H20, BF16, rows, TODAY, 148)
    assert found.mid == pytest.approx(share, abs=0.005)
    assert found.conflict < likely
    assert any(f"measured {share:.1f}" in words and "expected 0.96" in words for words in found.reservations)
    assert (found.grade is Grade.C) if found.in_conflict else (found.grade is not Grade.A)


MODELS = sorted(accelerator.model for accelerator in load().table(Accelerator) if accelerator.peak(BF16))


@pytest.mark.parametrize("model", MODELS)
def test_cal_01_no_quantile_rises_when_every_device_is_measured_lower(model: str) -> None:
    """All models, several fleets of hosts and devices, shares from 0.97 down to 0.1."""
    for hosts, devices in ((1, 1), (1, 8), (2, 4), (4, 8), (16, 2)):
        shape = fleet(0.5, hosts=hosts, devices=devices, between=0.08, within=0.05, seed=hosts, model=model)
        before = (1.0, 1.0, 1.0)
        for centre in np.arange(3.4, -2.2, -0.4):
            rows = [
                replace(one, share=(s := expit(logit(one.share) + centre)), low=s - 0.001, high=s + 0.001)
                for one in shape
            ]
            after = interval(rows, model)
            assert all(now <= was + 1e-9 for now, was in zip(after, before, strict=True)), (
                model,
                hosts,
                devices,
                centre,
            )
            before = after


shares = st.floats(0.15, 0.97)
lowered = st.floats(0.0, 0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(shares, st.integers(0, 4), st.sampled_from((0.0, 1.0, 3.0))), min_size=1, max_size=12), lowered
)
def test_cal_01_a_shift_of_all_log_odds_moves_every_quantile_the_same_way(
    rows: list[tuple[float, int, float]], by: float
) -> None:
    """Unbalanced hosts, several ages, any prior: the proof of docs/adr/0038 as a property."""
    readings = [Reading(logit(share), 1e-5, str(host), years) for share, host, years in rows]
    lower = [replace(one, odds=one.odds - by) for one in readings]
    for before in (Prior(0.7, 0.42), Prior(3.1, 0.30), Prior(-1.0, 0.1)):
        high, low = posterior(before, readings).population(), posterior(before, lower).population()
        assert all(low.quantile(p) <= high.quantile(p) + 1e-9 for p in ENDS)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000), st.floats(0.0, 2.0))
def test_cal_01_one_device_measured_lower_does_not_raise_the_median(
    hosts: int, devices: int, seed: int, by: float
) -> None:
    rows = fleet(0.75, hosts=hosts, devices=devices, between=0.1, within=0.1, seed=seed)
    share = expit(logit(rows[0].share) - by)
    lower = [replace(rows[0], share=share, low=share - 0.001, high=share + 0.001), *rows[1:]]
    assert interval(lower)[1] <= interval(rows)[1] + 0.003


def test_cal_01_the_conflict_is_a_review_of_the_plan() -> None:
    rows = [measured(0.10, f"{n // 4}/{n}", model=ASCEND) for n in range(16)]
    findings = check(hub(targets=(target(1),)), evidence=Evidence(tuple(rows))).findings
    (told,) = (one for one in findings if one.rule == "DATA-003")
    assert (str(told.verdict), told.subject) == ("review", f"goal/{ASCEND}")
    assert "0.100 of its peak, where 0.683 was expected" in told.hint


# --- CAL-02: a slice of a device is no device -------------------------------------------------------------------------


def device(kind_of: str, /, **changes: Any) -> DeviceRecord:
    aliases = {MI300X: ("mi300x",), H100: ("h100-sxm",), ASCEND: ("ascend910-9392",)}[kind_of]
    made = records.device("cuda:0", model="whatever the driver says", uuid="GPU-7")
    environment = changes.pop("environment", {})
    made = replace(made, software=replace(made.software, environment=environment))
    return replace(made, **{"aliases": aliases, "units": 304, **changes})


SLICES: dict[str, DeviceRecord] = {
    "CPX by units": device(MI300X, kind="rocm", units=38),
    "MIG by units": device(H100, units=16),
    "one unit too few": device(H100, units=131),
    "MIG by the name": device(H100, model="NVIDIA H100 80GB HBM3 MIG 1g.10gb"),
    "MIG by an alias": device(H100, aliases=("h100-sxm", "1g.10gb")),
    "MIG by the uuid": device(H100, uuid="MIG-GPU-1/7/0"),
    "MIG by what is visible": device(H100, environment={"CUDA_VISIBLE_DEVICES": "MIG-41b3"}),
    "CPX by the name": device(MI300X, model="AMD Instinct MI300X (CPX)"),
    "QPX by the name": device(MI300X, model="AMD Instinct MI300X QPX"),
    "vGPU by the name": device(H100, model="GRID H100-20C"),
    "vNPU by the name": device(ASCEND, model="Ascend910 vir08"),
    "partition by the name": device(ASCEND, model="Ascend910_9392 partition 2"),
    "a share under MPS": device(H100, environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "50"}),
    "a share of cores": device(ASCEND, environment={"GPU_CORE_UTILIZATION_LIMIT": "30"}),
    "a mask of units": device(MI300X, environment={"HSA_CU_MASK": "0:0-37"}),
    "by its own word": device(H100, partition="1g.10gb"),
}


def left_out(folder: Path, one: DeviceRecord) -> str:
    row = replace(records.row(200.0), peak=None, share_of_peak=None)
    path = folder / "run.json"
    path.write_bytes(render(records.evidence(row, devices=(one,))))
    with pytest.raises(EvidenceError) as refused:
        read_evidence([path], load())
    return str(refused.value.problems[0])


@pytest.mark.parametrize("how", SLICES)
def test_cal_02_a_slice_is_left_out_and_named(tmp_path: Path, how: str) -> None:
    assert "a slice of a device" in left_out(tmp_path, SLICES[how])


@pytest.mark.parametrize(
    "whole",
    [
        device(MI300X, kind="rocm", units=304),
        device(H100, units=132, model="NVIDIA H100 80GB HBM3"),
        device(H100, environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "100"}),
        device(ASCEND, units=10, model="Ascend910_9392"),
    ],
)
def test_cal_02_a_whole_device_counts(tmp_path: Path, whole: DeviceRecord) -> None:
    row = replace(records.row(200.0), peak=None, share_of_peak=None)
    (tmp_path / "run.json").write_bytes(render(records.evidence(row, devices=(whole,))))
    assert len(read_evidence([tmp_path / "run.json"], load()).measurements) == 1


# --- CAL-03: contradictions inside a file -----------------------------------------------------------------------------


def spelt(folder: Path, *, devices: int = 2) -> dict[str, Any]:
    path = evidence_files.leave_made_up(folder, hosts=1, devices_each=devices)[0]
    found: dict[str, Any] = json.loads(path.read_bytes())
    path.unlink()
    return found


def sealed(folder: Path, values: dict[str, Any]) -> Path:
    values.pop("digest", None)
    body = (json.dumps(values)[:-1] + ", ").encode()
    path = folder / "sealed.json"
    path.write_bytes(body + b'"digest": "sha256:' + hashlib.sha256(body).hexdigest().encode() + b'"}')
    return path


def with_peak(row: dict[str, Any], tera: float, share: float) -> None:
    row["peak"] = {
        "tera_per_second": tera, "units": 1, "flop_per_clock_per_unit": 1.0, "clock_mhz": 1.0,
        "clock_known_by": "x", "how": "x",
    }  # fmt: skip
    row["share_of_peak"] = share


Values = dict[str, Any]
Change = Callable[[Values], object]


def in_row(**members: Any) -> Change:
    return lambda values: values["rows"][0].update(members)


def in_part(part: str, **members: Any) -> Change:
    return lambda values: values["rows"][0][part].update(members)


def in_device(place: int, **members: Any) -> Change:
    return lambda values: values["devices"][place].update(members)


def of_its_peak(own: float, said: float) -> Change:
    return lambda values: with_peak(values["rows"][0], values["rows"][0]["sustained"]["median"] / own, said)


CONTRADICTIONS: dict[str, Change] = {
    "share above 1": in_row(share_of_peak=3.0),
    "share above 1 with its peak": of_its_peak(1.2, 1.2),
    "share and peak": of_its_peak(0.5, 0.9),
    "key twice": lambda values: values["devices"].append(
        {**values["devices"][0], "kind": "simulated", "uuid": "another"}
    ),
    "uuid twice": lambda values: values["devices"][1].update(uuid=values["devices"][0]["uuid"]),
    "simulated beside real": in_device(1, kind="simulated"),
    "row twice": lambda values: values["rows"].append(copy.deepcopy(values["rows"][0])),
    "row of nobody": in_row(device="cuda:99"),
    "passed with faults": in_part("verification", faults=["batch 3: another product"]),
    "passed without a check": in_part("verification", vectors_checked=0, hashes_checked=0),
    "passed beyond tolerance": in_part("verification", worst_over_tolerance=1.5),
    "verified without passing": in_part("verification", passed=False),
    "more effective samples than samples": in_part("sustained", samples=10, effective_samples=40),
    "more processes than samples": in_part("sustained", samples=2, effective_samples=2, processes=3),
    "ended before it began": lambda values: values["run"].update(finished_at="2026-10-31T23:59:59Z"),
    "unit of another precision": in_part("sustained", unit="TOPS"),
}


@pytest.mark.parametrize("how", CONTRADICTIONS)
def test_cal_03_a_file_that_contradicts_itself_is_refused(tmp_path: Path, how: str) -> None:
    values = spelt(tmp_path)
    assert read_evidence([sealed(tmp_path, copy.deepcopy(values))], load()).measurements
    CONTRADICTIONS[how](values)
    path = sealed(tmp_path, values)
    with pytest.raises(EvidenceError):
        read_evidence([path], load())
    (tmp_path / "plan.yaml").write_text(write_yaml(hub()))
    assert commands.petaplan("check", "plan.yaml", "--evidence", path.name, cwd=tmp_path).code == 2


# --- CAL-04: a folder of evidence in every command --------------------------------------------------------------------


@pytest.fixture
def plan_and_runs(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(write_yaml(hub(targets=(target(1),))))
    (tmp_path / "runs").mkdir()
    (tmp_path / "empty").mkdir()
    evidence_files.leave_made_up(tmp_path / "runs")
    return tmp_path


COMMANDS = {
    "check": ("check", "plan.yaml"),
    "waterfall": ("waterfall", "plan.yaml"),
    "gate": ("gate", "plan.yaml"),
    "diff": ("diff", "plan.yaml", "plan.yaml"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_cal_04_a_folder_stands_for_its_files_in_every_command(plan_and_runs: Path, command: str) -> None:
    files = [str(path.relative_to(plan_and_runs)) for path in sorted((plan_and_runs / "runs").glob("*.json"))]
    named = commands.petaplan(*COMMANDS[command], "--evidence", *files, cwd=plan_and_runs)
    folder = commands.petaplan(*COMMANDS[command], "--evidence", "runs", cwd=plan_and_runs)
    assert (folder.code, folder.out, folder.err) == (named.code, named.out, named.err)
    assert folder.code == 0
    empty = commands.petaplan(*COMMANDS[command], "--evidence", "empty", cwd=plan_and_runs)
    assert (empty.code, "no *.json in this folder" in empty.err) == (2, True)


# --- CAL-05, CAL-06: what the documents say ---------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]


def text_of(page: str) -> str:
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("page", ["README.md", "docs/basis/throughput.md"])
def test_cal_05_delivered_is_said_to_be_no_model_utilisation(page: str) -> None:
    assert "not model FLOP utilisation" in text_of(page)


@pytest.mark.parametrize("page", ["docs/bench-evidence.md", "docs/gate.md", "docs/bench.md", "SECURITY.md"])
def test_cal_06_the_digest_is_said_to_be_no_signature(page: str) -> None:
    assert "digest is no signature" in text_of(page)


# --- CAL-07: errors that are shared -----------------------------------------------------------------------------------


def aged(rows: list[Measurement], days: int) -> list[Measurement]:
    return [replace(one, as_of=one.as_of - timedelta(days=days)) for one in rows]


def test_cal_07_older_is_wider_and_the_spread_of_devices_stays() -> None:
    rows = fleet(0.8, hosts=16, devices=16, between=0.02, within=0.09, seed=1)
    found = [calibrate(H100, BF16, aged(rows, round(365.25 * years)), TODAY) for years in (0, 1, 2, 5)]
    widths = [one.high - one.low for one in found]
    assert widths == sorted(widths)
    assert widths[-1] > 4 * widths[0]
    assert [one.device_spread for one in found] == pytest.approx([found[0].device_spread] * 4, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1_500), min_size=2, max_size=10), st.integers(1, 1_000), st.integers(0, 9))
def test_cal_07_older_is_never_narrower_whenever_the_devices_were_measured(
    ages: list[int], days: int, which: int
) -> None:
    """All of them older, and one of them older: also on neighbouring days, which share their drift."""
    rows = [replace(measured(0.8, f"{n}/0"), as_of=TODAY - timedelta(days=age)) for n, age in enumerate(ages)]
    one = which % len(rows)
    for older in (aged(rows, days), [*rows[:one], *aged([rows[one]], days), *rows[one + 1 :]]):
        before, after = calibrate(H100, BF16, rows, TODAY), calibrate(H100, BF16, older, TODAY)
        assert after.high - after.low >= (before.high - before.low) * (1 - 0.01)


def test_cal_07_many_days_do_not_average_the_drift_away() -> None:
    one_day = [measured(0.8, f"{n}/0", years=2) for n in range(16)]
    sixteen = [replace(one, as_of=one.as_of - timedelta(days=at)) for at, one in enumerate(one_day)]
    widths = [high - low for low, _, high in (interval(one_day), interval(sixteen))]
    assert widths[1] == pytest.approx(widths[0], rel=0.03)


def test_cal_07_old_evidence_is_old_in_a_plan_whose_dates_are_old() -> None:
    old = Evidence((measured(0.8, "0/0", model=ASCEND, years=3),))
    plan = hub(assumptions=())
    assert reading_day(resolve(plan, load(), old)) == TODAY


# --- CAL-08: spreads of hosts and devices apart; truths that are not the model's own ----------------------------------


def coverage(
    *, hosts: int, devices: int, between: float, within: float, truth: float = 0.7, seeds: int = 150, tail: bool = False
) -> float:
    """How often a 90 % interval holds a truth that the model does not know."""
    held = 0
    for seed in range(seeds):
        draw = np.random.default_rng([seed, hosts, devices])
        common = between * (draw.standard_t(3, hosts) / math.sqrt(3) if tail else draw.standard_normal(hosts))
        own = within * draw.standard_normal((hosts, devices))
        readings = [
            Reading(truth + common[host] + own[host, place], 1e-5, str(host), 0.0)
            for host in range(hosts)
            for place in range(devices)
        ]
        held += 0.05 <= posterior(Prior(0.7, 0.42), readings).population().below_odds(truth) <= 0.95
    return held / seeds


@pytest.mark.parametrize(
    ("hosts", "devices", "between", "within", "floor"),
    [
        (1, 8, 0.10, 0.10, 0.85), (1, 8, 0.20, 0.05, 0.74), (1, 8, 0.30, 0.30, 0.70),
        (2, 8, 0.20, 0.05, 0.77), (2, 4, 0.05, 0.20, 0.85),
        (4, 8, 0.20, 0.05, 0.83), (4, 8, 0.05, 0.20, 0.88), (4, 8, 0.10, 0.10, 0.85),
        (16, 8, 0.20, 0.05, 0.85), (16, 4, 0.05, 0.20, 0.88), (64, 2, 0.20, 0.05, 0.85),
    ],
)  # fmt: skip
def test_cal_08_intervals_hold_truths_of_unlike_hosts_and_devices(
    hosts: int, devices: int, between: float, within: float, floor: float
) -> None:
    assert coverage(hosts=hosts, devices=devices, between=between, within=within) >= floor


@pytest.mark.parametrize("spreads", [2, 4, 7])
def test_cal_08_intervals_hold_truths_far_from_the_prior(spreads: int) -> None:
    truth = 0.7 - 0.42 * spreads
    assert coverage(hosts=4, devices=8, between=0.10, within=0.10, truth=truth) >= 0.85


def test_cal_08_intervals_hold_truths_of_hosts_with_heavy_tails() -> None:
    assert coverage(hosts=8, devices=4, between=0.15, within=0.05, tail=True) >= 0.85


def test_cal_08_intervals_are_not_met_by_useless_width() -> None:
    """Sharpness: sixteen hosts that differ by 0.1 give a mean within 0.05, and the common error 0.05 beside it."""
    low, _, high = interval(fleet(0.8, hosts=16, devices=8, between=0.1, within=0.05, seed=2))
    assert high - low < 2 * 1.645 * math.hypot(0.05, 0.1 / 4) * 0.16 * 1.4


def test_cal_08_one_broken_device_does_not_hand_the_mean_back_to_the_prior() -> None:
    rows = [measured(0.55, f"{n // 8}/{n}") for n in range(32)]
    broken = [replace(rows[0], share=0.02, low=0.019, high=0.021), *rows[1:]]
    assert interval(broken)[1] < 0.56


# --- CAL-09: slowest of N ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("between", "within"), [(0.10, 0.10), (0.15, 0.05), (0.05, 0.15)])
def test_cal_09_the_slowest_of_many_is_that_of_draws_of_hosts_and_devices(between: float, within: float) -> None:
    found = calibrate(H100, BF16, fleet(0.8, hosts=200, devices=4, between=between, within=within, seed=5), TODAY)
    draw = np.random.default_rng(1)
    common = np.repeat(draw.normal(0, between, (400, 64)), 8, axis=1)
    slowest = 1 / (1 + np.exp(-(logit(0.8) + common + draw.normal(0, within, common.shape)).min(axis=1)))
    assert found.device_spread == pytest.approx(math.hypot(between, within), rel=0.25)
    assert found.slowest_of(512) == pytest.approx(float(slowest.mean()), abs=0.025)


def test_cal_09_a_mixed_job_waits_for_the_slowest_of_all_its_models() -> None:
    even = calibrate(H100, BF16, fleet(0.8, hosts=32, devices=8, between=0.01, within=0.01, seed=1), TODAY)
    uneven = calibrate(H20, BF16, fleet(0.8, hosts=32, devices=8, between=0.2, within=0.2, seed=1, model=H20), TODAY)
    alone = [expected_minimum_share([(1.0, one)], 512) for one in (even, uneven)]
    assert alone == pytest.approx([one.slowest_of(512) / one.mid for one in (even, uneven)], abs=1e-9)
    mixed = expected_minimum_share([(1.0, even), (1.0, uneven)], 512)
    assert alone[1] < mixed < alone[1] + 0.05 < alone[0]


# --- CAL-10: what an interval is of -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hosts", [1, 4, 64])
def test_cal_10_the_interval_of_a_plan_holds_the_mean_of_its_own_devices(hosts: int) -> None:
    held = 0
    for seed in range(120):
        rows = fleet(0.8, hosts=16, devices=8, between=0.15, within=0.05, seed=seed)
        draw = np.random.default_rng([seed, hosts])
        odds = logit(0.8) + draw.normal(0, 0.15, (hosts, 1)) + draw.normal(0, 0.05, (hosts, 8))
        mean = float((1 / (1 + np.exp(-odds))).mean())
        belief = calibrate(H100, BF16, rows, TODAY).posterior.fleet(hosts, 8 * hosts)
        held += 0.05 <= belief.below(mean) <= 0.95
    assert held / 120 >= 0.84


def test_cal_10_the_mean_of_uneven_devices_is_not_the_share_of_the_mean() -> None:
    rows = fleet(0.85, hosts=64, devices=8, between=0.4, within=0.3, seed=3)
    found = calibrate(H100, BF16, rows, TODAY)
    draw = np.random.default_rng(2)
    odds = logit(found.mid) + draw.normal(0, found.device_spread, 400_000)
    assert found.posterior.fleet(5_000, 40_000).quantile(0.5) == pytest.approx(
        float((1 / (1 + np.exp(-odds))).mean()), abs=0.004
    )


# --- CAL-11: grades, shares of devices, ends at one -------------------------------------------------------------------


def test_cal_11_seven_and_one_equal_devices_are_no_grade_a() -> None:
    rows = [*(measured(0.8, f"0/{n}") for n in range(7)), measured(0.8, "1/0")]
    found = calibrate(H100, BF16, rows, TODAY)
    assert found.grade is not Grade.A
    assert found.high - found.low > 0.02


def test_cal_11_one_device_of_many_is_not_its_whole_model() -> None:
    evidence = Evidence((measured(0.8, "0/0", model=ASCEND),))
    (chain,) = phase_waterfalls(resolve(hub(), load(), evidence), BF16)
    assert chain.measured_fraction == pytest.approx(1 / 384)
    everything = Evidence(tuple(measured(0.8, f"{n // 8}/{n}", model=ASCEND) for n in range(500)))
    (chain,) = phase_waterfalls(resolve(hub(), load(), everything), BF16)
    assert chain.measured_fraction == 1.0


def test_cal_11_an_interval_end_that_crosses_one_is_no_jump() -> None:
    mids = []
    for high in (0.985, 0.995, 0.9999, 1.0, 1.0001, 1.005):
        row = replace(measured(0.93, "0/0", model=ASCEND), low=0.92, high=high)
        mids.append(calibrate(ASCEND, BF16, [row], TODAY).mid)
    assert max(abs(a - b) for a, b in pairwise(mids)) < 0.006


def test_cal_11_hosts_are_held_against_the_fleet() -> None:
    rows = fleet(0.8, hosts=8, devices=4, between=0.01, within=0.01, seed=1)
    small, large = (calibrate(H100, BF16, rows, TODAY, fleet_hosts=hosts) for hosts in (48, 8_832))
    assert (small.grade, large.grade) == (Grade.A, Grade.B)
    assert large.reservations == ("8 of 8,832 hosts measured, of 94 that are needed",)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_cal_11_order_and_names_change_nothing(dice: random.Random) -> None:
    rows = fleet(0.8, hosts=4, devices=3, between=0.1, within=0.05, seed=8)
    mixed = [replace(one, host=f"node {one.host * 2}", uuid=f"other {one.uuid}") for one in rows]
    dice.shuffle(mixed)
    assert interval(mixed) == interval(rows)


def test_cal_11_more_equal_hosts_are_never_wider() -> None:
    widths = []
    for hosts in (1, 2, 4, 8, 16, 64):
        low, _, high = interval([measured(0.8, f"{n}/0") for n in range(hosts)])
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


# --- CAL-12: losses of a job, spares, network, draws ------------------------------------------------------------------


@pytest.mark.parametrize(("job", "kept"), [(1, 0.9993), (16_384, 0.852), (70_656, 0.633), (400_000, 0.15)])
def test_cal_12_goodput_is_the_renewal_form_for_every_job(job: int, kept: float) -> None:
    """t / (M e^(R/M) (e^((t + C)/M) - 1)), worked out here once more."""
    mtbf, checkpoint, restart = 50_678 / job, 1 / 60, 10 / 60
    work = math.sqrt(2 * mtbf * checkpoint)
    exact = work / (mtbf * math.exp(restart / mtbf) * math.expm1((work + checkpoint) / mtbf))
    assert goodput_fraction(50_678, job, 1, 10) == pytest.approx(exact, rel=1e-12)
    assert exact == pytest.approx(kept, abs=0.02)


@settings(max_examples=100, deadline=None)
@given(st.floats(1, 1e7), st.integers(1, 1_000_000), st.floats(0, 1e4), st.floats(0, 1e4))
def test_cal_12_goodput_is_a_share_and_falls_with_the_job(hours: float, job: int, stall: float, restart: float) -> None:
    kept = goodput_fraction(hours, job, stall, restart)
    assert 0.0 <= goodput_fraction(hours, job + 1, stall, restart) <= kept + 1e-12 <= 1.0 + 1e-9


def test_cal_12_goodput_of_a_plan_has_no_jump_between_jobs() -> None:
    def kept(job: int) -> tuple[float, float, float]:
        plan = hub(delivery=Delivery(job_accelerators=job))
        design = resolve(plan, load())
        step = waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).step("goodput")
        return step.factor_low, step.factor_mid, step.factor_high

    seen = [kept(job) for job in (10_000, 30_000, 60_000, 61_000, 70_656, 100_000, 200_000)]
    assert all(b <= a for first, second in pairwise(seen) for a, b in zip(first, second, strict=True))
    assert all(low > 0 for low, _, _ in seen)


@pytest.mark.parametrize(
    ("nodes", "availability", "spares"), [(48, 0.957, 3), (512, 0.957, 15), (512, 0.99, 0), (9, 0.5, 4)]
)
def test_cal_12_spares_and_availability_are_one_process(nodes: int, availability: float, spares: int) -> None:
    up = np.random.default_rng(9).binomial(nodes, availability, 400_000)
    expected = float(np.minimum(up, nodes - spares).mean())
    assert mean_up(nodes, availability, nodes - spares) == pytest.approx(expected, rel=2e-3)


def test_cal_12_spares_below_the_nodes_that_are_down_cost_nothing() -> None:
    def delivered(spares: float) -> float:
        up = Expectation(low=0.95, mid=0.95, high=0.95, source="a test", as_of=TODAY)
        design = resolve(
            hub(pods=(pod(count=12),), delivery=Delivery(availability=up, hot_spare_fraction=spares)), load()
        )
        return waterfall(design, design.placements, label="x", day=FIRST, precision=BF16).delivered.mid

    none, few, many = delivered(0.0), delivered(0.02), delivered(0.20)
    assert few == pytest.approx(none, rel=0.02)
    assert many == pytest.approx(none * 0.80 / 0.95, rel=0.01)


def test_cal_12_the_default_of_the_network_falls_with_the_job_and_a_plans_own_does_not() -> None:
    told = [quantiles(networked(Delivery(), job, 1)[0]) for job in (1, 8, 512, 4_096, 100_000)]
    assert told[0] == (1.0, 1.0, 1.0)
    assert told[3] == pytest.approx((0.80, 0.90, 0.96), abs=0.001)
    mids = [mid for _, mid, _ in told]
    assert mids == sorted(mids, reverse=True)
    own = Delivery(network=Expectation(low=0.8, mid=0.85, high=0.9, source="a test", as_of=TODAY))
    assert quantiles(networked(own, 1, 1)[0]) == quantiles(networked(own, 100_000, 1)[0])


def test_cal_12_twenty_other_seeds_move_a_figure_by_less_than_a_tenth_of_its_interval() -> None:
    """And this seed is no lucky one: it is within 0.5 % of their mean in every figure."""
    design = resolve(hong_kong(), load())
    phase = design.phases[-1]
    placements = [one for one in design.placements if design.in_service_on(one, phase.in_service)]

    def steps(seed: int) -> Iterator[float]:
        chain = waterfall(design, placements, label="x", day=phase.in_service, precision=BF16, seed=seed)
        for step in chain.steps:
            yield from (step.low, step.mid, step.high)

    standard = np.array(list(steps(20_301_231)))
    others = np.array([list(steps(seed)) for seed in range(20)])
    half_widths = np.repeat((standard[2::3] - standard[0::3]) / 2, 3)
    assert (others.std(axis=0) <= half_widths / 10 + 1e-6).all()
    assert float(np.abs(others.mean(axis=0) / standard - 1).max()) < 0.005


def test_cal_12_the_expected_minimum_is_its_integral() -> None:
    known = {2: -0.5642, 3: -0.8463, 8: -1.4236, 64: -2.3437, 512: -3.0439, 4_096: -3.6261, 65_536: -4.2911}
    assert {n: round(expected_minimum(n), 4) for n in known} == known


def test_priors_of_every_model_are_intervals() -> None:
    for model in MODELS:
        middle, spread, _, _ = prior(model, BF16, None)
        low, mid, high = interval([], model)
        assert (low, mid, high) == pytest.approx(tuple(expit(middle + z * spread) for z in (-1.6448536, 0, 1.6448536)))
