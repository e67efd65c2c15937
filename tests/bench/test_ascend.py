"""The Ascend backend: its calls bind to torch_npu's signatures, and the class runs on PyTorch's CPU kernels."""

import json
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from petaplan.bench.devices.torch.ascend import FRACTAL_NZ, AscendBackend
from petaplan.bench.devices.torch.device import TorchDevice
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.measure import MeasurementSettings, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision
from tests.bench.npu_signatures import RECORD, signature
from tests.bench.test_npu_smi import COMMON_OF_ONE, ONE_DIE, PROCESSES, TWO_DIES

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed: see make test-torch"),
]
SMALL = Shape(m=128, n=128, k=128)
SIGNATURES: dict[str, str] = json.loads(RECORD.read_text(encoding="utf-8"))["signatures"]


class Switch:
    """A group of switches of torch_npu: it takes those that the wheel has, of their type."""

    _name: str
    set_to: dict[str, object]

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "set_to", {})

    def __setattr__(self, name: str, value: object) -> None:
        assert type(value).__name__ == SIGNATURES[f"{self._name}.{name}"]
        self.set_to[name] = value


class HostEvent:
    """An event on the host's clock, with the parameters of torch_npu's."""

    def __init__(self, *given: object, **named: object) -> None:
        signature(SIGNATURES["npu.Event"]).bind(*given, **named)
        self.seconds = 0.0

    def record(self, *given: object, **named: object) -> None:
        signature(SIGNATURES["npu.Event.record"]).bind(*given, **named)
        self.seconds = time.perf_counter()

    def elapsed_time(self, *given: Any, **named: Any) -> float:
        end = signature(SIGNATURES["npu.Event.elapsed_time"]).bind(*given, **named).arguments["end_event"]
        return float(1e3 * (end.seconds - self.seconds))


class HostNpu:
    """The module torch.npu with the host behind it: a call that the wheel does not have fails."""

    Event = HostEvent

    def __init__(self) -> None:
        self.matmul, self.config = Switch("npu.matmul"), Switch("npu.config")
        self.casts: list[int] = []
        self.answers = {
            "device_count": 4,
            "is_available": True,
            "get_device_name": "Ascend910B3",
            "mem_get_info": (4 << 30, 8 << 30),
            "get_device_properties": SimpleNamespace(total_memory=8 << 30),
            "synchronize": None,
            "current_stream": None,
            "empty_cache": None,
        }

    def __getattr__(self, name: str) -> Any:
        bound, answer = signature(SIGNATURES[f"npu.{name}"]), self.answers[name]

        def call(*given: object, **named: object) -> Any:
            bound.bind(*given, **named)
            return answer

        return call

    def npu_format_cast(self, *given: Any, **named: Any) -> Any:
        arguments = signature(SIGNATURES["npu_format_cast"]).bind(*given, **named).arguments
        self.casts.append(arguments["acl_format"])
        return arguments["self"].clone()


class OnTheHost(AscendBackend):
    """The class under test with the device's name swapped."""

    device_type = "cpu"
    plug_in = None

    @classmethod
    def module_of(cls, torch: Any) -> Any:
        return torch.swapped

    def cache_bytes(self) -> int:
        """Small, for few operands."""
        return 1 << 20


@pytest.fixture
def npu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostNpu]:
    torch, found = import_module("torch"), HostNpu()
    monkeypatch.setattr(torch, "swapped", found, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    yield found
    torch.use_deterministic_algorithms(mode=False)


def npu_smi(tmp_path: Path, mapping: str) -> None:
    """A program of that name that prints what was asked for."""
    for name, text in (("map", mapping), ("common", COMMON_OF_ONE), ("table", PROCESSES)):
        (tmp_path / name).write_text(text)
    program = tmp_path / "npu-smi"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in "info -m") cat {tmp_path}/map;; "info -t common"*) cat {tmp_path}/common;; '
        f"info) cat {tmp_path}/table;; *) exit 1;; esac\n"
    )
    program.chmod(0o755)


def opened(npu: HostNpu, index: int = 0) -> TorchDevice:
    torch = import_module("torch")
    backend = OnTheHost(torch, "torch-npu", index, OnTheHost.packages(torch)[index])
    backend.plugged = SimpleNamespace(npu_format_cast=npu.npu_format_cast, __version__="2.14.0")
    return TorchDevice(backend)


def test_a_package_of_two_dies_is_one_device_and_both_dies_multiply(npu: HostNpu, tmp_path: Path) -> None:
    npu_smi(tmp_path, TWO_DIES)
    torch = import_module("torch")
    assert OnTheHost.packages(torch) == ((0, 1), (2, 3))
    device = opened(npu, 1)
    assert (device.record.key, device.record.facts["dies"]) == ("torch-npu:1", "2")
    settings = MeasurementSettings(
        seconds=1.0, choosing_seconds=0.0, half_width=0.5, data="random", seed=1, soak_seconds=0.0, shape=None
    )
    device.backend.candidates = lambda precision: (SMALL,)  # type: ignore[method-assign]
    part = measure(device, Precision.BF16, settings, lambda progress: None)
    row = row_of((part,), data="random", soak_seconds=0.0, partial=False)
    assert row.verified, row.reason
    assert part.verification.vectors_checked >= 4
    assert {candidate.algorithm for candidate in part.candidates} <= {"ND", "NZ"}
    device.close()


def test_a_single_die_of_two_never_stands_for_its_package(npu: HostNpu, tmp_path: Path) -> None:
    npu.answers["get_device_name"] = "Ascend910_9391"
    assert opened(npu).record.partition == "one die of a package of two"
    npu_smi(tmp_path, TWO_DIES)
    assert opened(npu).record.partition is None
    npu.answers["get_device_name"] = "Ascend910B3"
    npu_smi(tmp_path, ONE_DIE)
    assert opened(npu).record.partition is None


def test_nd_and_nz_are_labelled_and_hf32_is_off(npu: HostNpu, tmp_path: Path) -> None:
    npu_smi(tmp_path, ONE_DIE)
    device = opened(npu)
    assert device.algorithm_count(Precision.FP16, SMALL) == 2
    for algorithm, label in enumerate(("ND", "NZ")):
        workload = device.prepare(Precision.FP32, SMALL, "random", 1, algorithm)
        assert workload.compute.algorithm == label
        workload.close()
    assert set(npu.casts) == {FRACTAL_NZ}
    assert (npu.matmul.set_to, npu.config.set_to) == ({"allow_hf32": False}, {"allow_internal_format": True})
    assert import_module("torch").are_deterministic_algorithms_enabled()


def test_there_is_no_peak_until_cores_and_clock_are_read(npu: HostNpu, tmp_path: Path) -> None:
    device = opened(npu)
    assert device.peak(Precision.BF16) is None
    assert device.record.units == 0
    npu_smi(tmp_path, ONE_DIE)
    device = opened(npu)
    peak = device.peak(Precision.BF16)
    assert peak is not None
    assert peak.tera_per_second == pytest.approx(20 * 8192 * 1800e6 / 1e12)
    assert device.peak(Precision.FP32) is None
    npu.answers["get_device_name"] = "Ascend310P3"
    assert opened(npu).peak(Precision.BF16) is None


def test_telemetry_and_other_processes_come_from_the_text_of_npu_smi(npu: HostNpu, tmp_path: Path) -> None:
    npu_smi(tmp_path, ONE_DIE.replace("\t3 ", "\t0 ").replace("\t4 ", "\t1 "))
    device = opened(npu)
    with device.watch() as watch:
        time.sleep(0.5)
        found = watch.reading()
    assert (found.power_w, found.sm_clock_mhz, found.temperature_c) == (130.4, 800.0, 46.0)
    assert device.foreign_processes() == ("python3 (4711)",)
