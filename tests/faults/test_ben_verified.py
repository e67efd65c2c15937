"""BEN-03: what the row says of checked products is so, and checking takes its share of the time."""

import pytest

from petaplan.bench.devices.common.buffers import HostSets
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice, SimulatedWorkload
from petaplan.bench.method.measure import measure
from petaplan.bench.method.row import row_of
from petaplan.bench.method.verify import Checker
from petaplan.bench.precision import Precision
from tests.faults.test_ben import Garbled, settings


@pytest.mark.parametrize("sets", [2, 3, 7])
@pytest.mark.parametrize("place", [0, 13, 29])
def test_ben_03_a_place_that_is_always_garbage_is_found_where_time_allows_one_check_in_many(
    sets: int, place: int
) -> None:
    workload = Garbled(sets, lambda call, calls: calls == 30 and call == place)
    checker = Checker(workload, Precision.FP32, 1)  # type: ignore[arg-type]
    first = checker.arm(sets)
    workload.time_batch(sets)
    checker.compare(first, "first products")
    workload.reserve(30)
    checker.keep_pace(1.0, 0.2)
    for batch in range(12):
        armed = checker.arm(30)
        workload.time_batch(30)
        checker.compare(armed, f"batch {batch}")
    verdict = checker.conclude()
    assert not verdict.passed
    assert verdict.one_in == 4


@pytest.mark.parametrize("seconds", [0.0, 5e-5, 1e-3])
def test_ben_03_verification_takes_five_in_a_hundred_of_the_time_and_the_row_says_one_in_how_many(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = SimulatedDevice(Behaviour())
    plain, spent = SimulatedWorkload.result_hash, [0.0]

    def slow(self: SimulatedWorkload, index: int) -> str:
        device._state.now += seconds
        spent[0] += seconds
        return plain(self, index)

    monkeypatch.setattr(SimulatedWorkload, "result_hash", slow)
    monkeypatch.setattr(SimulatedWorkload, "reserve", HostSets.reserve)
    part = measure(device, Precision.FP32, settings(), lambda progress: None)
    assert part.verification.one_in is not None
    assert spent[0] <= 0.055 * sum(part.batches.seconds)
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert any("products was checked" in text for text in row.warnings) is (part.verification.one_in > 1)
    assert (part.verification.one_in > 1) is (seconds > 1e-4)
