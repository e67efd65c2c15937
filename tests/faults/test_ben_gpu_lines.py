"""BEN-17: lines of the GPU code that were under suspicion, as far as they can be tried without a GPU."""

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pytest

from petaplan.bench.__main__ import program
from petaplan.bench.command_line.running import run as run_command
from petaplan.bench.devices.common.device import Batch
from petaplan.bench.devices.gpu import nvml, workload
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.timing import EventTimer
from petaplan.bench.devices.simulated.device import SimulatedDevice, SimulatedWorkload
from petaplan.bench.evidence import evidence_file, host
from petaplan.bench.evidence.record import Shape, Telemetry
from petaplan.bench.fleet import ray_fleet, worker
from petaplan.bench.method.measure import measure
from petaplan.bench.method.verify import Checker
from petaplan.bench.precision import Precision
from tests.bench import records
from tests.faults.test_ben import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = "nvidia-cuda-mps-server"


@pytest.mark.parametrize(
    ("listed", "foreign"),
    [
        ({7: "python"}, ()),
        ({7: "python", 8: "job"}, ("7 python",)),
        ({5: SERVER}, (f"5 {SERVER}",)),
        ({5: SERVER, 8: "job"}, ("8 job", f"5 {SERVER}")),
    ],
)
def test_ben_17_a_server_of_mps_never_hides_a_foreign_process(listed: dict[int, str], foreign: tuple[str, ...]) -> None:
    driver = SimpleNamespace(
        NVMLError=RuntimeError,
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [SimpleNamespace(pid=pid) for pid in listed],
        nvmlSystemGetProcessName=lambda pid: listed[pid],
    )
    assert nvml.Gpu(driver, None).foreign_processes() == foreign


@pytest.mark.parametrize(
    "name",
    ["CUDA_LAUNCH_BLOCKING", "HIP_LAUNCH_BLOCKING", "CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"],
)
def test_ben_17_the_record_names_mps_and_blocking_launches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert host.arithmetic_environment()[name] == "1"


def test_ben_17_lists_are_built_before_the_first_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of the calls alone: pointers are read, then the event is recorded, then the products are enqueued."""
    said: list[str] = []

    class Buffer:
        @property
        def data(self) -> Any:
            said.append("pointer")
            return SimpleNamespace(ptr=1)

    class Event:
        def record(self, stream: object) -> None:
            said.append("event")

        def synchronize(self) -> None:
            """Nothing runs."""

    class Stream(SimpleNamespace):
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing is held."""

    stream = Stream(ptr=1, synchronize=lambda: None)
    cuda = SimpleNamespace(
        Event=Event, get_elapsed_time=lambda a, b: 1.0, device=SimpleNamespace(get_cublas_handle=lambda: 0)
    )
    made = object.__new__(workload.CupyWorkload)
    made._cp = SimpleNamespace(cuda=cuda, zeros=np.zeros)
    device: Any = SimpleNamespace(
        stream=stream, probe=None, is_hip=False, temperature_c=lambda: None, calling=SimpleNamespace(graph=False),
        cp=made._cp,
    )  # fmt: skip
    made._device, made._timer = device, EventTimer(device)
    made._form, made.shape = FORMATS[Precision.FP32], Shape(m=32, n=32, k=32)
    made._sets = [(Buffer(), Buffer(), Buffer())] * 2
    made.set_count, made._cursor, made._lt = 2, 0, None
    made._scalars = np.ones(1), np.zeros(1)
    entry = SimpleNamespace(setStream=lambda *_: None, gemmEx=lambda *_: said.append("product"))
    monkeypatch.setattr(workload, "cublas", lambda: entry)
    made.time_batch(3)
    assert said == ["pointer"] * 6 + ["event"] + ["product"] * 3 + ["event"]


def test_ben_17_energy_and_load_are_those_of_burst_and_load_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    device, said = SimulatedDevice(), []
    plain_watch, plain_batch, plain_end = SimulatedDevice.watch, SimulatedWorkload.time_batch, Checker.conclude

    @contextmanager
    def watched(self: SimulatedDevice) -> "Iterator[Any]":
        said.append("watch")
        with plain_watch(self) as watch:
            yield watch
        said.append("read")

    def timed(self: SimulatedWorkload, calls: int) -> Batch:
        said.append("batch")
        return plain_batch(self, calls)

    monkeypatch.setattr(SimulatedDevice, "watch", watched)
    monkeypatch.setattr(SimulatedWorkload, "time_batch", timed)

    def concluded(self: Checker) -> Any:
        said.append("verify")
        return plain_end(self)

    monkeypatch.setattr(Checker, "conclude", concluded)
    part = measure(device, Precision.FP32, settings(), lambda told: None)
    choosing = said.index("watch")
    assert choosing >= 3 * len(part.candidates)
    assert said[-2:] == ["read", "verify"]


def test_ben_17_results_have_the_work_of_a_joule(tmp_path: "Path", capsys: pytest.CaptureFixture[str]) -> None:
    row = replace(records.row(800.0), telemetry=Telemetry(power_w=640.0))
    evidence_file.write(tmp_path / "x.json", records.evidence(row))
    assert run_command(program(), ["show", str(tmp_path / "x.json"), "--format", "csv"]) == 0
    assert "1250" in capsys.readouterr().out


def test_ben_17_fleet_ray_keeps_an_earlier_file(tmp_path: "Path") -> None:
    raw = evidence_file.render(records.evidence())
    path = tmp_path / worker.file_name("r", "node")
    path.write_bytes(b"earlier")
    ray = SimpleNamespace(get=lambda task: raw, exceptions=SimpleNamespace(RayError=RuntimeError))
    assert ray_fleet._result(ray, None, "node", tmp_path, "r").path == path
    assert path.read_bytes() == raw
    assert path.with_name(f"{path.name}.earlier-1").read_bytes() == b"earlier"
