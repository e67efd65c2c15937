"""Faults of the benchmark in clocks, killed processes, environments and sheets, by their ids."""

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from petaplan.bench.devices.common.device import Batch
from petaplan.bench.devices.gpu import sheet
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice, SimulatedWorkload
from petaplan.bench.errors import NotMeasuredError
from petaplan.bench.method import children
from petaplan.bench.method.child import Job
from petaplan.bench.method.measure import measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision
from tests.faults.test_ben import measured_by_simulation, settings


@pytest.mark.parametrize("kind", ["back", "still", "between"])
@pytest.mark.parametrize("turn", [1, 5, 14, 40])
def test_ben_13_a_clock_that_goes_back_or_stands_still_ends_in_one_line(
    kind: str, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, seen = SimulatedWorkload.time_batch, [0]

    def timed(self: SimulatedWorkload, calls: int) -> Batch:
        batch = original(self, calls)
        seen[0] += 1
        if seen[0] <= turn:
            return batch
        if kind == "between":
            return replace(batch, start_seconds=batch.start_seconds - (0.5 if seen[0] > 40 else 0.0))
        return replace(batch, seconds=0.0 if kind == "still" else batch.seconds - 0.5)

    monkeypatch.setattr(SimulatedWorkload, "time_batch", timed)
    with pytest.raises(NotMeasuredError, match="the clock went back") as told:
        measured_by_simulation()
    assert "\n" not in str(told.value)


def test_ben_19_a_process_that_was_killed_is_asked_about_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen
    killer = ["/bin/sh", "-c", "kill -9 $$"]
    monkeypatch.setattr(subprocess, "Popen", lambda _, **given: real(killer, **given))
    outcome = children.Children().run(Job(do="list"), 20.0, lambda progress: None)
    assert outcome.text == "the measuring process was killed: out of memory?"


def test_ben_12_a_row_names_what_of_the_environment_changes_its_figure() -> None:
    part = measured_by_simulation()
    software = replace(part.device.software, environment={"OPENBLAS_CORETYPE": "Prescott"})
    row = row_of(
        (replace(part, device=replace(part.device, software=software)),), data="random", soak_seconds=0.0, partial=False
    )  # fmt: skip
    assert [text for text in row.warnings if text.startswith("OPENBLAS_CORETYPE=Prescott")]


@pytest.mark.parametrize(
    ("name", "units"), [("NVIDIA A100-PCIE-40GB", 108), ("NVIDIA A100 80GB PCIe", 108), ("AMD Instinct MI325X", 304)]
)
def test_ben_16_names_that_drivers_give_find_their_sheet(name: str, units: int) -> None:
    assert sheet.peak(name, units, Precision.BF16)


@pytest.mark.parametrize(("name", "units"), [("NVIDIA B200", 148), ("NVIDIA GB200", 148), ("AMD Instinct MI355X", 256)])
def test_ben_16_fp64_is_matrix_where_the_chip_has_it(name: str, units: int) -> None:
    assert sheet.engine(Precision.FP64, sheet.sheet_for(name, units)) == "matrix"


class Ticking(SimulatedDevice):
    """A device whose clock goes wrong after some readings, while its second clock and its batches do not."""

    def __init__(self, wrong: Callable[[float], float]) -> None:
        super().__init__(Behaviour())
        self.wrong, self.readings, self.right = wrong, 0, 0.0

    def seconds(self) -> float:
        self.readings += 1
        if self.readings < 40:
            self.right = super().seconds()
            return self.right
        return self.right + self.wrong(super().seconds() - self.right)


@pytest.mark.parametrize(
    "wrong",
    [lambda more: 0.0, lambda more: more + 3600.0, lambda more: 0.5 * more, lambda more: 2.0 * more],
    ids=["still", "jumps", "slow", "fast"],
)
def test_ben_13_a_clock_that_contradicts_another_ends_the_load_in_one_line(wrong: Callable[[float], float]) -> None:
    device = Ticking(wrong)
    with pytest.raises(NotMeasuredError, match="stood still, jumped or runs at a wrong speed") as told:
        measure(device, Precision.FP32, settings(), lambda progress: None)
    assert "\n" not in str(told.value)
    assert device._state.now < 30.0


@pytest.mark.parametrize("where", ["between two batches", "within a batch"])
def test_ben_13_a_pause_or_a_jump_is_named(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original, seen = SimulatedWorkload.time_batch, [0]

    def timed(self: SimulatedWorkload, calls: int) -> Batch:
        batch = original(self, calls)
        seen[0] += 1
        late = 40.0 if seen[0] >= 40 else 0.0
        if where == "between two batches":
            return replace(batch, start_seconds=batch.start_seconds + late)
        return replace(batch, seconds=batch.seconds + (late if seen[0] == 40 else 0.0))

    monkeypatch.setattr(SimulatedWorkload, "time_batch", timed)
    with pytest.raises(NotMeasuredError, match=f"jumped by [34].* s {where}"):
        measured_by_simulation()
