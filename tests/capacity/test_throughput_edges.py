"""Edges of evidence, beliefs and losses that no whole plan shows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.resolving import resolve
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.calibration import FOREIGN_WEIGHT
from petaplan.capacity.throughput.counted import _most_at
from petaplan.capacity.throughput.delivered import best_waterfall
from petaplan.capacity.throughput.draws import normals, ranks
from petaplan.capacity.throughput.evidence import _above_peak, _read, read_evidence
from petaplan.capacity.throughput.evidence_form import EvidenceFile
from petaplan.capacity.throughput.factors import plan_waterfalls
from petaplan.capacity.throughput.in_step import delivered_in_step
from petaplan.capacity.throughput.losses import drawn, goodput, networked
from petaplan.capacity.throughput.posterior import Belief, Prior, Reading, _belief, expit, posterior
from petaplan.capacity.throughput.sealed_file import VERSION, _newer
from petaplan.capacity.throughput.spares import SPREADS, _likely, mean_up, short_fraction, spares_needed
from petaplan.capacity.throughput.training import MFU, mfu
from petaplan.capacity.throughput.trusted_keys import signature_file
from petaplan.capacity.workloads import TrainingRun
from tests.evidence_files import device, row, write
from tests.hubs import hub, phase, target
from tests.workloads import run


@pytest.mark.parametrize(
    ("version", "newer"), [(VERSION, False), (VERSION - 1, False), (VERSION + 1, True), ("2", False)]
)
def test_only_a_later_version_asks_for_an_upgrade(version: object, newer: bool) -> None:
    assert _newer(version) is newer


def test_a_rate_at_the_peak_is_held_against_the_peak_of_the_benchmark(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0)])
    read = _read(path, path.read_bytes())
    assert isinstance(read, EvidenceFile)
    above = replace(read.rows[0], share_of_peak=1.25)
    told = [_above_peak("x", above, "huawei-ascend-910c", peak, read.devices[0]).found for peak in (600.0, 599.0)]
    assert told[0].endswith("1.25 of the benchmark's own peak")
    assert told[1].endswith("of the 599 of huawei-ascend-910c")


def test_devices_of_two_kinds_may_stand_in_one_file(tmp_path: Path) -> None:
    both = write(tmp_path, [row(600.0), row(600.0, 1)], [device(kind="gpu"), device(1, kind="npu")])
    assert not [one for one in read_evidence([both], load()).refusals if "simulated" in one.reason]


def test_a_factor_that_can_only_be_lower_is_drawn() -> None:
    given = Expectation(low=0.90, mid=0.95, high=0.95, source="a test", as_of=date(2026, 1, 1))
    draws = np.asarray(drawn(given, "networked", 1))
    assert draws.max() == pytest.approx(0.95) and np.quantile(draws, 0.05) == pytest.approx(0.90, abs=0.005)


def test_a_better_draw_of_interruptions_keeps_more_of_the_time() -> None:
    kept, _ = goodput(Delivery(), 4_096, 1)
    order = np.argsort(normals("goodput", 1))
    assert np.all(np.diff(np.asarray(kept)[order]) >= 0)


def test_odds_beyond_what_a_float_holds_are_no_share() -> None:
    assert (expit(-700.0), expit(-699.0) > 0.0, expit(0.0)) == (0.0, True, 0.5)


def test_a_part_of_a_billionth_is_left_out_of_a_belief() -> None:
    made = _belief([(1e-9, 5.0, 1.0), (2e-9, 4.0, 1.0), (1.0, 0.0, 1.0)])
    assert made.means == (4.0, 0.0)
    assert sum(made.weights) == pytest.approx(1.0)


def test_a_rate_that_is_exactly_the_peak_is_no_fault(tmp_path: Path) -> None:
    peak = load().require(Accelerator, "huawei-ascend-910c").peak(Precision.BF16)
    assert peak is not None
    sound = row(peak.value)
    (measured,) = read_evidence([write(tmp_path, [sound])], load()).measurements
    assert measured.share == 1.0


def test_a_plan_without_targets_is_told_at_bf16_and_one_with_several_precisions_where_it_has_them() -> None:
    without = plan_waterfalls(resolve(hub(targets=()), load()))
    assert {chain.precision for chain in without} == {Precision.BF16} and len(without) == 1
    goals = (target(1.0), target(1.0, name="other", precisions=(Precision.FP8,), phase="second", by=date(2029, 6, 30)))
    phases = (phase(), phase("second", in_service=date(2029, 6, 30)))
    told = [
        (chain.label, chain.precision) for chain in plan_waterfalls(resolve(hub(targets=goals, phases=phases), load()))
    ]
    assert ("first", Precision.FP8) not in told
    assert {("first", Precision.BF16), ("second", Precision.BF16), ("second", Precision.FP8)} <= set(told)


def test_spares_for_all_the_time_are_one_for_each_node_that_can_fail() -> None:
    assert [spares_needed(48, up, 1.0) for up in (0.995, 1.0)] == [48, 0]
    assert short_fraction(2, 0.5, 2) == 0.0
    assert short_fraction(2, 0.5, 1) == pytest.approx(0.25)
    assert mean_up(3, 0.5, 1) == pytest.approx(0.875)


def test_one_device_waits_for_no_other() -> None:
    design = resolve(hub(), load())
    chain = best_waterfall(design, target(1.0, measure=Measure.DELIVERED))
    _, alone = delivered_in_step(chain, 1)
    _, many = delivered_in_step(chain, 4_096)
    assert alone == (1.0, 1.0, 1.0)
    assert max(many) < 1.0
    assert networked(Delivery(), 1, 1)[0] == 1.0


def test_a_signature_stands_beside_its_file() -> None:
    assert signature_file(Path("runs/run.json")) == Path("runs/run.json.minisig")


def test_a_reported_source_weighs_what_the_two_spreads_leave_it() -> None:
    assert pytest.approx(0.30**2 / (0.30**2 + 0.20**2)) == FOREIGN_WEIGHT
    assert 0.69 < FOREIGN_WEIGHT < 0.70


def test_a_precision_that_is_not_there_has_less_than_any_that_is() -> None:
    goal = target(1.0, precisions=(Precision.FP8, Precision.BF16))
    assert _most_at(goal, {Precision.BF16: 0.5}) is Precision.BF16
    assert _most_at(goal, {}) is Precision.FP8


def test_equal_values_keep_their_order() -> None:
    values = np.arange(10_000.0) % 2
    evens, odds = np.arange(0, 10_000, 2), np.arange(1, 10_000, 2)
    assert ranks(values)[evens].tolist() == list(range(5_000))
    assert ranks(values)[odds].tolist() == list(range(5_000, 10_000))


@pytest.mark.parametrize("nodes", [1, 3, 48, 512, 8_832])
@pytest.mark.parametrize("availability", [0.5, 0.957, 0.995])
@pytest.mark.parametrize("share", [0.3, 0.955, 0.97, 1.0])
def test_the_mean_of_working_nodes_is_that_of_a_binomial_with_so_many_places(
    nodes: int, availability: float, share: float
) -> None:
    places, up = share * nodes, np.arange(nodes + 1)
    expected = float(np.sum(binom.pmf(up, nodes, availability) * np.minimum(up, places)))
    assert mean_up(nodes, availability, places) == pytest.approx(expected, rel=1e-6)


def test_numbers_of_nodes_far_from_the_mean_have_no_weight() -> None:
    assert _likely(10_000, 0.9) == range(9_000 - 30 * SPREADS, 9_000 + 30 * SPREADS + SPREADS + 1)
    assert _likely(10, 0.5) == range(11)


def test_a_fleet_of_one_host_and_one_device_is_the_least_certain() -> None:
    readings = [Reading.of(share=s, low=s - 0.01, high=s + 0.01, host=h, years=0.0) for s, h in FLEET]
    believed = posterior(Prior(0.7, 0.42), readings)
    one, hosts, devices = (believed.fleet(*counts) for counts in ((1, 1), (2, 1), (1, 2)))
    widths = [belief.quantile(0.95) - belief.quantile(0.05) for belief in (one, hosts, devices)]
    assert widths[0] > max(widths[1:])


FLEET = ((0.60, "a"), (0.70, "a"), (0.75, "b"), (0.85, "b"))


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_a_quantile_is_found_in_few_steps(probability: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton's method: halving an interval takes 30 steps and more to the tenth digit."""
    belief, below, looks = _belief([(0.7, 0.5, 0.04), (0.3, 1.5, 0.5)]), Belief.below_odds, list[float]()

    def counted(self: Belief, odds: float) -> float:
        looks.append(odds)
        return below(self, odds)

    monkeypatch.setattr(Belief, "below_odds", counted)
    found = belief.odds_at(probability)
    assert below(belief, found) == pytest.approx(probability, abs=1e-9)
    assert len(looks) < 20


def test_nodes_that_are_all_up_or_all_down_leave_no_chance() -> None:
    assert [short_fraction(8, 1.0, spares) for spares in (0, 8)] == [0.0, 0.0]
    assert [short_fraction(8, 0.0, spares) for spares in (0, 7, 8)] == [1.0, 1.0, 0.0]


def test_declared_runs_give_their_mfu_and_their_spread() -> None:
    def runs(*shares: float) -> list[TrainingRun]:
        return [run(name=f"run-{at}", mfu_fraction=share) for at, share in enumerate(shares)]

    assert mfu(runs(0.4), 1)[0] == 0.4
    assert mfu(runs(0.4, 0.4), 1)[0] == 0.4
    assert [mfu(runs(0.5, *more, 1.0), 1)[0] for more in ((), (0.6,))] == [0.75, 0.6]
    spread, told = mfu(runs(0.5, 0.3, 0.4), 1)
    assert np.quantile(np.asarray(spread), (0.05, 0.5, 0.95)) == pytest.approx((0.3, 0.4, 0.5), abs=0.003)
    assert told.startswith("declared runs: run-1 0.30 (")
    assert told.count("; ") == 2
    assert mfu([], 1)[1] == MFU.source
