"""A plain loop, the BLAS library itself and petaplan-bench, measured in turn on the same cores.

``python -m tools.blas_comparison loop`` and ``… repeat``; the tables in docs/bench.md are theirs.
"""

import ctypes
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psutil
import typer

from petaplan.bench.errors import NotMeasuredError
from petaplan.bench.evidence.evidence_file import write
from petaplan.bench.evidence.record import Row, RunRecord, Shape
from petaplan.bench.method.run import RunProgress, RunRequest, run
from petaplan.bench.precision import Precision

app = typer.Typer(add_completion=False, help="Comparisons behind docs/bench.md.")

_ROW_MAJOR, _NO_TRANSPOSE = 101, 111
_DTYPES = {Precision.FP32: np.float32, Precision.FP64: np.float64}


def _operands(shape: Shape, precision: Precision) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    a, b = (rng.standard_normal(size).astype(_DTYPES[precision]) for size in ((shape.m, shape.k), (shape.k, shape.n)))
    return a, b, np.empty((shape.m, shape.n), dtype=_DTYPES[precision])


def _timed(call: Callable[[], object], shape: Shape, repeats: int) -> list[float]:
    call()
    rates = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        rates.append(shape.flop / (time.perf_counter() - started) / 1e12)
    return rates


def plain_loop(shape: Shape, precision: Precision, repeats: int) -> list[float]:
    """What most people write: one pair of matrices, one warm-up, a loop round ``numpy.matmul``."""
    _wait_for_quiet()
    a, b, c = _operands(shape, precision)
    return _timed(lambda: np.matmul(a, b, out=c), shape, repeats)


def blas_itself(shape: Shape, precision: Precision, repeats: int) -> list[float]:
    """NumPy's own OpenBLAS, entered at cblas_sgemm or cblas_dgemm without NumPy between."""
    function, real = _cblas(precision)
    _wait_for_quiet()
    a, b, c = _operands(shape, precision)
    size, long = (shape.m, shape.n, shape.k), ctypes.c_int64
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (a, b, c)]

    def call() -> None:
        function(
            ctypes.c_int(_ROW_MAJOR), ctypes.c_int(_NO_TRANSPOSE), ctypes.c_int(_NO_TRANSPOSE), *map(long, size),
            real(1.0), pointers[0], long(shape.k), pointers[1], long(shape.n), real(0.0), pointers[2], long(shape.n),
        )  # fmt: skip

    return _timed(call, shape, repeats)


def _cblas(precision: Precision) -> tuple[Callable[..., None], type[ctypes.c_float] | type[ctypes.c_double]]:
    letter, real = ("s", ctypes.c_float) if precision is Precision.FP32 else ("d", ctypes.c_double)
    folder = Path(np.__file__).parent.parent / "numpy.libs"
    for path in sorted(folder.glob("*openblas*")):
        library = ctypes.CDLL(str(path))
        name = f"scipy_cblas_{letter}gemm64_"
        if hasattr(library, name):
            function: Callable[..., None] = getattr(library, name)
            return function, real
    raise NotMeasuredError(f"{folder}: no OpenBLAS with cblas_{letter}gemm; this NumPy was built on another BLAS")


def torch_timer(shape: Shape, precision: Precision, repeats: int) -> list[float] | None:
    """The benchmark Timer of torch on ``torch.mm``, where torch is installed."""
    if find_spec("torch") is None:
        return None
    import importlib

    torch, benchmark = importlib.import_module("torch"), importlib.import_module("torch.utils.benchmark")
    a, b, c = (torch.from_numpy(array) for array in _operands(shape, precision))
    timer = benchmark.Timer("torch.mm(a, b, out=c)", globals={"torch": torch, "a": a, "b": b, "c": c})
    return [shape.flop / seconds / 1e12 for seconds in timer.repeat(repeat=repeats, number=1)]


def _ours(precision: Precision, seconds: float) -> tuple[Row, RunRecord]:
    found = run(RunRequest(devices=("cpu",), precisions=(precision,), seconds=seconds), _quiet)
    return found.rows[0], found


def _quiet(step: RunProgress) -> None:
    """A comparison prints its table and nothing else."""


def _columns(rates: list[float]) -> str:
    ordered = np.sort(rates)
    low, high = np.quantile(ordered, [0.05, 0.95])
    return f"median {np.median(ordered):.4f}  best {ordered[-1]:.4f}  p05..p95 {low:.4f}..{high:.4f}"


@app.command()
def loop(seconds: float = 15.0, repeats: int = 30) -> None:
    """A plain loop and the BLAS library itself, against the benchmark, TFLOP/s."""
    for precision in _DTYPES:
        _wait_for_quiet()
        row, _ = _ours(precision, seconds)
        shape = row.shape or Shape(m=1024, n=1024, k=1024)
        for name, rates in _others(shape, precision, repeats):
            print(f"{precision}  {name:34}  {_columns(rates)}", flush=True)
        rate = row.sustained
        if rate:
            interval = f"{rate.low:.4f}..{rate.high:.4f}"
            print(f"{precision}  petaplan-bench {shape!s:19}  median {rate.median:.4f}  95 % interval {interval}")
        print(f"{precision}  others' load meanwhile: {row.telemetry.foreign_load_fraction or 0.0:.0%}", flush=True)


def _others(shape: Shape, precision: Precision, repeats: int) -> Iterator[tuple[str, list[float]]]:
    for side in (512, 1024, 2048, 4096):
        square = Shape(m=side, n=side, k=side)
        yield f"numpy.matmul loop {side}", plain_loop(square, precision, repeats if side < 4096 else 8)
    yield f"numpy.matmul loop {shape}", plain_loop(shape, precision, repeats)
    yield f"cblas itself {shape}", blas_itself(shape, precision, repeats)
    torch = torch_timer(shape, precision, repeats)
    if torch:
        yield f"torch Timer {shape}", torch


@app.command()
def repeat(
    *,
    times: int = 20,
    seconds: float = 15.0,
    crowded: float = 0.05,
    patience: int = 200,
    keep: Path | None = None,
    dtype: list[Precision] | None = None,
) -> None:
    """The benchmark that many times in fresh processes: how often its interval holds the grand median.

    A turn during which others took more than ``crowded`` of the cores is shown, counted and made again. Evidence
    files of the turns that count go to the folder ``keep``, where one is named.
    """
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    for precision in dtype or tuple(_DTYPES):
        rows: list[Row] = []
        left_out = 0
        while len(rows) < times and left_out < patience:
            row, evidence, is_quiet = _turn(precision, seconds, crowded, len(rows) + 1)
            rows, left_out = ([*rows, row], left_out) if is_quiet else (rows, left_out + 1)
            if keep and is_quiet:
                write(keep / f"{precision}-{len(rows):03}.json", evidence)
        if rows:
            print(f"{precision}: {_held(rows)}; {left_out} crowded turns left out", flush=True)


def _turn(precision: Precision, seconds: float, crowded: float, number: int) -> tuple[Row, RunRecord, bool]:
    """One run, and whether it counts."""
    _wait_for_quiet()
    row, evidence = _ours(precision, seconds)
    load = row.telemetry.foreign_load_fraction or 0.0
    is_quiet = load <= crowded and row.sustained is not None
    half = f"{row.sustained.median:.4f} ±{row.sustained.half_width_fraction:.2%}" if row.sustained else "none"
    print(f"{number:2} {precision} {half} load {load:.0%}{'' if is_quiet else ' left out'}", flush=True)
    return row, evidence, is_quiet


def _wait_for_quiet(longest_seconds: float = 1800.0) -> None:
    """Begin when the cores are idle, rather than spoil a neighbour's work and our figure both."""
    deadline = time.monotonic() + longest_seconds
    while psutil.cpu_percent(interval=2.0) > 5.0 and time.monotonic() < deadline:
        time.sleep(2.0)


def _held(rows: list[Row]) -> str:
    rates = [row.sustained for row in rows if row.sustained]
    grand = float(np.median([rate.median for rate in rates]))
    held = sum(rate.low <= grand <= rate.high for rate in rates)
    widths = [rate.half_width_fraction for rate in rates]
    spread = np.std([rate.median for rate in rates], ddof=1) / grand if len(rates) > 1 else float("nan")
    return (
        f"{held} of {len(rates)} intervals hold the grand median {grand:.4f} TFLOP/s; half-width median "
        f"±{np.median(widths):.2%}, narrowest ±{min(widths):.2%}; spread of the medians {spread:.2%}; "
        f"{sum(row.steady for row in rows)} steady"
    )


if __name__ == "__main__":
    sys.exit(app())
