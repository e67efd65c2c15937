"""The whole decision logic, on a device whose heat, noise and faults are known."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice, SimulatedWorkload
from petaplan.bench.evidence.record import Row, Shape
from petaplan.bench.method.measure import MeasurementProgress, MeasurementSettings, ProcessResult, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The simulated device multiplies small matrices: on a busy machine, threads would wait for each other."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


def plan(seconds: float = 40.0, **changed: object) -> MeasurementSettings:
    found = MeasurementSettings(
        seconds=seconds,
        choosing_seconds=5.0,
        half_width=0.003,
        data="random",
        seed=3,
        soak_seconds=0.0,
        shape=None,
    )
    return replace(found, **changed)  # type: ignore[arg-type]


def measured(behaviour: Behaviour, **changed: object) -> ProcessResult:
    return measure(SimulatedDevice(behaviour), Precision.FP32, plan(**changed), lambda progress: None)  # type: ignore[arg-type]


def row(behaviour: Behaviour, **changed: object) -> Row:
    return row_of((measured(behaviour, **changed),), data="random", soak_seconds=0.0, partial=False)


def sustained_rates(part: ProcessResult) -> list[float]:
    found = part.batches
    return [
        part.shape.flop * calls / seconds / 1e12
        for phase, calls, seconds in zip(found.phase, found.calls, found.seconds, strict=True)
        if phase == "sustained"
    ]


def test_burst_and_sustained_are_two_figures() -> None:
    row = row_of((measured(Behaviour(settled_mhz=1400.0)),), data="random", soak_seconds=0.0, partial=False)
    assert row.steady
    assert row.sustained is not None
    assert row.burst is not None
    assert row.burst.median > 1.2 * row.sustained.median
    assert row.sustained.median == pytest.approx(0.001 * 0.9 * 1400 / 1980, rel=0.01)


def test_the_waterfall_multiplies_out_and_names_clock_and_kernel_apart() -> None:
    row = row_of(
        (measured(Behaviour(settled_mhz=1400.0, kernel_efficiency=0.8)),),
        data="random",
        soak_seconds=0.0,
        partial=False,
    )
    steps = {factor.name: factor.value for factor in row.waterfall}
    product = steps["sheet"] * steps["clock-convention"] * steps["clock"] * steps["kernel"]
    assert product == pytest.approx(steps["delivered"], rel=1e-9)
    assert steps["clock"] == pytest.approx(1400 / 1980, rel=0.01)
    assert steps["kernel"] == pytest.approx(0.8, rel=0.01)


def test_a_clock_that_never_settles_is_not_steady() -> None:
    assert not row(Behaviour(drift_per_second=-0.003, noise=0.0002)).steady


def test_throttling_in_the_middle_is_a_datum_and_not_thrown_away() -> None:
    part = measured(Behaviour(throttle_at_seconds=4.0, settling_seconds=0.1, noise=0.002))
    found = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert found.steady
    assert found.seconds_to_steady is not None
    assert 3.0 <= found.seconds_to_steady <= 6.0
    rates = sustained_rates(part)
    assert max(rates) < 0.75 * 0.001
    assert len(part.batches.seconds) > len(rates)


def test_a_row_whose_noise_hides_its_level_says_so() -> None:
    found = row(Behaviour(noise=0.05))
    assert not found.steady
    assert any("not steady" in warning for warning in found.warnings)


def test_the_load_lasts_as_long_as_was_given_however_quiet_the_device() -> None:
    part = measured(Behaviour(settling_seconds=0.2, noise=0.0), seconds=33.0)
    assert 32.0 < part.batches.start_seconds[-1] < 34.0


def test_a_steady_row_with_a_wider_interval_than_asked_says_so() -> None:
    part = measured(Behaviour(noise=0.002))
    rows = [row_of((part,), data="random", soak_seconds=0.0, partial=False, half_width=width) for width in (0.1, 1e-5)]
    assert [any("was asked for" in warning for warning in found.warnings) for found in rows] == [False, True]


def test_a_soak_is_not_cut_short_by_a_narrow_interval() -> None:
    part = measured(Behaviour(settling_seconds=0.2, noise=0.0005), seconds=3.0, soak_seconds=20.0)
    assert part.batches.start_seconds[-1] >= 19.5


def test_the_winner_is_chosen_in_cycles_so_that_a_cooling_clock_does_not_choose() -> None:
    # The clock falls during the trials: in time the first shape looks best, in cycles the middle one is.
    part = measured(Behaviour(settled_mhz=900.0, settling_seconds=0.15, noise=0.0))
    chosen = next(c for c in part.candidates if c.chosen)
    fastest = max(part.candidates, key=lambda c: c.tera_per_second)
    assert part.shape.n == 96 == chosen.shape.n
    assert fastest.shape.n == 64


def test_choosing_and_reporting_share_no_sample() -> None:
    shown: list[MeasurementProgress] = []
    device = SimulatedDevice(Behaviour())
    part = measure(device, Precision.FP32, plan(), shown.append)
    assert [p.phase for p in shown][:2] == ["choosing", "burst"]
    assert len(part.candidates) == 3
    assert all(c.shape == part.shape for c in part.candidates if c.chosen)
    again = measure(device, Precision.FP32, plan(shape=part.shape), lambda progress: None)
    assert again.candidates == ()


def test_without_a_clock_the_figure_stands_and_the_waterfall_says_what_is_joined() -> None:
    row = row_of((measured(Behaviour(probe_works=False)),), data="random", soak_seconds=0.0, partial=False)
    assert row.sustained is not None
    assert row.clock is not None
    assert row.clock.measured_mhz is None
    kernel = next(factor for factor in row.waterfall if factor.name == "kernel")
    assert "no clock was measured" in kernel.how


def test_a_foreign_process_is_named_and_does_not_calibrate() -> None:
    part = measured(Behaviour(foreign_processes=("4711 python",)))
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert any("4711 python" in warning for warning in row.warnings)


def test_more_than_the_peak_is_called_impossible_with_its_likely_cause() -> None:
    row = row_of((measured(Behaviour(kernel_efficiency=1.9)),), data="random", soak_seconds=0.0, partial=False)
    assert row.share_of_peak is not None
    assert row.share_of_peak > 1.0
    assert any("impossible" in warning for warning in row.warnings)


def test_twice_the_clock_is_twice_the_figure() -> None:
    slow = Behaviour(boost_mhz=1980.0, settled_mhz=700.0, noise=0.0005)
    fast = replace(slow, settled_mhz=1400.0)
    rows = [row_of((measured(b),), data="random", soak_seconds=0.0, partial=False).sustained for b in (slow, fast)]
    assert rows[0] is not None
    assert rows[1] is not None
    assert rows[1].median / rows[0].median == pytest.approx(2.0, rel=0.01)


def test_one_wrong_process_of_three_takes_the_figure_away() -> None:
    good, bad = measured(Behaviour()), measured(Behaviour())
    bad = replace(bad, verification=replace(bad.verification, passed=False, faults=("batch 3: wrong",)))
    row = row_of((good, bad, good), data="random", soak_seconds=0.0, partial=False)
    assert row.status == "wrong-result"
    assert row.sustained is None
    assert row.burst is None
    assert "process 1: batch 3: wrong" in (row.reason or "")


def test_a_cap_that_passes_at_once_still_leaves_batches_enough_for_an_interval() -> None:
    row = row_of((measured(Behaviour(), seconds=0.01),), data="random", soak_seconds=0.0, partial=False)
    assert row.sustained is not None
    assert row.sustained.samples >= 6
    assert row.sustained.high > row.sustained.low
    assert not row.steady


def test_fewer_than_six_batches_have_no_interval_and_so_no_figure() -> None:
    part = measured(Behaviour())
    few = {
        name: getattr(part.batches, name)[8:12]
        for name in ("process", "start_seconds", "seconds", "calls", "clock_mhz")
    }
    part = replace(part, batches=replace(part.batches, phase=("sustained",) * 4, **few))
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert row.sustained is None
    assert row.status == "not-measured"
    assert "fewer than 6" in (row.reason or "")


@pytest.mark.parametrize("moment", ["poison", "time_batch", "result_hash"])
@pytest.mark.parametrize("turn", [1, 4, 25])
def test_an_interruption_at_any_moment_is_partial_and_never_a_fault(
    moment: str, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = 0
    original = getattr(SimulatedWorkload, moment)

    def interrupted(self: SimulatedWorkload, *given: int) -> object:
        nonlocal seen
        seen += 1
        if seen == turn + 12:  # the trials before use no poison and no hash, but time their batches
            raise KeyboardInterrupt
        return original(self, *given)

    monkeypatch.setattr(SimulatedWorkload, moment, interrupted)
    part = measured(Behaviour())
    assert part.interrupted
    assert part.verification.passed, part.verification.faults


@pytest.mark.sample(1)
@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_the_stated_interval_holds_the_truth_in_nine_runs_of_ten(correlation: float) -> None:
    """Rows of three processes that differ by 0.2 %, noisy and correlated batches, against what was put in."""
    rng = np.random.default_rng(8)
    held = []
    for turn in range(60):
        parts = []
        for process in range(3):
            behaviour = Behaviour(
                settled_mhz=1980.0,
                noise=0.004,
                noise_correlation=correlation,
                kernel_efficiency=0.9 * (1.0 + float(rng.normal(0.0, 0.002))),
                seed=100 * turn + process,
            )
            parts.append(measured(behaviour, seconds=6.0, shape=Shape(m=96, n=96, k=96)))
        sustained = row_of(tuple(parts), data="random", soak_seconds=0.0, partial=False).sustained
        assert sustained is not None
        held.append(sustained.low <= 0.001 * 0.9 <= sustained.high)
    assert sum(held) >= 54
