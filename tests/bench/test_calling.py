"""How the library is called: CUDA graphs and fp8 without fast accumulation, as far as they go without a GPU."""

from typing import Any, Self

import numpy as np
import pytest

from petaplan.bench.devices.common.device import USUAL, Calling
from petaplan.bench.devices.gpu.formats import FORMATS
from petaplan.bench.devices.gpu.lt_gemm import LtGemm
from petaplan.bench.devices.gpu.timing import EventTimer
from petaplan.bench.devices.gpu.workload import CupyWorkload
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from tests.bench.test_command import simulated
from tests.bench.test_gpu_calls import SignatureCheckedLt, installed
from tests.commands import petaplan_bench

SHAPE = Shape(m=64, n=64, k=64)


@pytest.mark.parametrize(
    ("precision", "asked", "set_to"),
    [(Precision.FP8, True, 1), (Precision.FP8, False, 0), (Precision.INT8, False, None), (Precision.FP4, False, None)],
)
def test_fast_accumulation_is_set_as_asked_for_fp8_alone(precision: Precision, asked: bool, set_to: int | None) -> None:
    lt = SignatureCheckedLt(installed("nvmath.bindings.cublasLt"))
    given: dict[Any, int] = {}

    class Noting(LtGemm):
        def _set(self, attribute: Any, value: int) -> None:
            given[attribute] = value
            super()._set(attribute, value)

    scales = (4096, 8192) if precision is Precision.FP4 else None
    gemm = Noting(lt, FORMATS[precision], SHAPE, most=4, scales=scales, fast_accumulation=asked)
    assert given.get(lt.MatmulDescAttribute.FAST_ACCUM) == set_to
    assert gemm.fast_accumulation == (None if set_to is None else asked)


def test_the_installed_cupy_has_what_a_graph_needs() -> None:
    cupy = installed("cupy")
    for name in ("begin_capture", "end_capture"):
        assert callable(getattr(cupy.cuda.Stream, name))
    for name in ("launch", "upload"):
        assert callable(getattr(cupy.cuda.Graph, name))


class Recorder:
    """What happens on a stream, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.cp = self.cuda = self
        self.calling = Calling(graph=True)
        self.stream = self
        self.probe = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        def call(*_: object) -> "Recorder":
            self.told.append(name)
            return self

        return call

    def Event(self) -> "Recorder":  # noqa: N802 - as CuPy names it
        return self

    def zeros(self, count: int, **_: object) -> Any:
        return np.zeros(count)

    def get_elapsed_time(self, *_: object) -> float:
        return 5.0

    def temperature_c(self) -> float | None:
        return None


def workload(told: Recorder) -> Any:
    made: Any = object.__new__(CupyWorkload)
    made._cp = made._device = told
    made._timer, made._graphs, made._cursor, made.set_count = EventTimer(told), {}, 0, 3
    told.told.clear()
    made._calls = lambda calls: lambda: told.told.append(f"enqueue {calls}")
    return made


def test_a_graph_is_recorded_before_the_timed_window_and_once_for_each_place() -> None:
    told = Recorder()
    made = workload(told)
    made.time_batch(4)
    first = [word for word in told.told if word not in ("synchronize", "upload")]
    assert first == ["begin_capture", "enqueue 4", "end_capture", "record", "launch", "record"]
    for _ in range(2):
        made.time_batch(4)  # the other two places of the rotation
    told.told.clear()
    made.time_batch(4)
    assert "begin_capture" not in told.told and told.told.count("launch") == 1


def test_without_a_graph_the_calls_are_queued_in_the_window() -> None:
    told = Recorder()
    told.calling = USUAL
    workload(told).time_batch(4)
    assert [word for word in told.told if word != "synchronize"] == ["record", "enqueue 4", "record"]


def test_a_device_without_a_choice_says_so_and_ends_with_4() -> None:
    for option in ("--cuda-graph", "--no-fast-accumulation"):
        done = petaplan_bench("run", "--device", "sim", "--seconds", "2", option, **simulated())
        assert done.code == 4
        assert "have no CUDA graph and no choice of fp8" in done.out
