"""BEN-08: a processor that others use has a figure that holds the quiet rate, or none; stolen time is no kernel."""

from dataclasses import replace

import numpy as np
import pytest

from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.errors import Exit
from petaplan.bench.evidence.calibrate import pooled, usable
from petaplan.bench.evidence.compare import compare
from petaplan.bench.evidence.record import Factor, Row, Telemetry
from petaplan.bench.method.foreign_load import HEAVY_LOAD
from petaplan.bench.method.measure import ProcessResult, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.method.run import exit_code
from petaplan.bench.precision import Precision
from tests.bench import drift, records
from tests.faults.test_ben import settings

QUIET = Behaviour(boost_mhz=1440.0, settled_mhz=1440.0)


def measured(share: float, seed: int = 1) -> tuple[ProcessResult, Row]:
    device = SimulatedDevice(replace(QUIET, foreign_share=share, seed=seed))
    part = measure(device, Precision.FP32, replace(settings(), shape=drift._SHAPE), lambda told: None)
    return part, row_of((part,), data="random", soak_seconds=0.0, partial=False)


@pytest.mark.sample(2)
@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.6, 0.9, 0.99])
def test_ben_08_a_row_beside_others_holds_the_quiet_rate_or_has_none(share: float) -> None:
    for seed in range(3):
        part, row = measured(share, seed)
        load = part.telemetry.foreign_load_fraction
        assert load is not None
        assert (row.sustained is None) is (load > HEAVY_LOAD)
        if row.sustained is None:
            assert row.status == "not-measured"
            assert "took" in (row.reason or "")
            assert exit_code(records.evidence(row)) is Exit.NOT_MEASURED
        else:
            assert row.sustained.low <= drift.truth(QUIET) <= row.sustained.high
            assert row.sustained.median == pytest.approx(drift.truth(QUIET), rel=0.01)
            assert any("batches had less than their cores" in text for text in row.warnings)


def test_ben_08_time_that_others_took_is_a_factor_of_its_own() -> None:
    part, row = measured(0.1)
    steps = {factor.name: factor.value for factor in row.waterfall}
    assert steps["stolen"] == pytest.approx(1.0)
    held_back = tuple(0.9 * (seconds or 0.0) for seconds in part.batches.processor_seconds)
    slower = tuple(seconds / 0.9 for seconds in part.batches.seconds)
    batches = replace(part.batches, seconds=slower, processor_seconds=held_back)
    later = tuple(start / 0.9 for start in batches.start_seconds)
    stolen = row_of(
        (replace(part, batches=replace(batches, start_seconds=later)),), data="random", soak_seconds=0.0, partial=False
    )
    after = {factor.name: factor.value for factor in stolen.waterfall}
    assert after["stolen"] == pytest.approx(0.81, abs=0.01)
    product = after["sheet"] * after["clock-convention"] * after["clock"] * after["stolen"] * after["kernel"]
    assert product == pytest.approx(after["delivered"])


def beside(median: float, *, stolen: float, load: float) -> Row:
    row = records.row(median)
    steps = (row.waterfall[0], Factor(name="stolen", value=stolen, how="x"), *row.waterfall[1:])
    return replace(row, waterfall=steps, telemetry=Telemetry(foreign_load_fraction=load))


@pytest.mark.parametrize(("load", "words"), [(0.02, "by the time that others took"), (0.2, "beside others")])
def test_ben_08_no_comparison_calls_stolen_time_a_kernel(load: float, words: str) -> None:
    before = records.evidence(beside(800.0, stolen=0.99, load=0.01))
    after = records.evidence(beside(640.0, stolen=0.8, load=load))
    (found,) = compare(before, after)
    assert words in found.verdict
    assert "kernel" not in found.verdict


def test_ben_08_crowded_rows_do_not_calibrate_and_errors_of_rows_widen_the_mean() -> None:
    made = records.evidence()
    row = replace(made.rows[0], telemetry=Telemetry(foreign_load_fraction=0.06))
    assert "of the cores" in (usable(made, row, lambda name: None) or "")
    values, hosts = np.full(16, 100.0), [str(place) for place in range(16)]
    widths = [pooled(values, hosts, np.full(16, error))[2] for error in (0.0, 0.01, 0.05)]
    assert widths == sorted(widths)
    assert widths[2] > 1.96 * 100.0 * 0.05 / 4.0
