"""Clean batches of every precision that NumPy can stand in for: none may raise an alarm.

``python -m tests.bench.clean_batches [COUNT]`` runs so many of each precision and prints the false alarms.
"""

import sys
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

from petaplan.bench.devices.common.device import Operands
from petaplan.bench.method.verify import residual
from petaplan.bench.precision import Precision


def _as(kind: Any) -> Callable[[Any], Any]:
    return lambda values: values.astype(np.float32).astype(kind).astype(np.float32)


def _cut(values: Any) -> Any:
    """To tf32 by dropping bits, as tensor cores do."""
    return (values.astype(np.float32).view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32)


_BF16 = _as(ml_dtypes.bfloat16)
FORMS: dict[Precision, tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    Precision.FP64: (np.float64, np.float64, np.float64),
    Precision.FP32: (np.float32, np.float32, np.float32),
    Precision.TF32: (np.float32, _cut, np.float32),
    Precision.FP16: (_as(np.float16), np.float32, _as(np.float16)),
    Precision.BF16: (_BF16, np.float32, _BF16),
    Precision.FP8: (_as(ml_dtypes.float8_e4m3fn), np.float32, _BF16),
    Precision.FP4: (_as(ml_dtypes.float4_e2m1fn), np.float32, _BF16),
}
"""Operands as stored, as the multiplier reads them, and the product as stored."""


def worst_of(precision: Precision, count: int, seed: int = 1) -> tuple[float, int]:
    """The largest residual over its tolerance in so many clean products, and how many were called wrong."""
    stored, read, product = FORMS[precision]
    worst, alarms = 0.0, 0
    for turn in range(count):
        rng = np.random.default_rng([seed, turn])
        m, n, k = (int(side) for side in rng.integers(16, 160, 3))
        a, b = (stored(rng.standard_normal(size)) for size in ((m, k), (k, n)))
        c = product(read(a) @ read(b))
        made = Operands(xp=np, a=a, b=b, c=c, decode_operand=np.float64, decode_product=np.float64)
        found = residual(made, precision, turn)
        worst, alarms = max(worst, found.worst_over_tolerance), alarms + (not found.is_within)
    return worst, alarms


def main(count: int) -> int:
    """Print a line for each precision; 1 when any clean product was called wrong."""
    results = {precision: worst_of(precision, count) for precision in FORMS}
    for precision, (worst, alarms) in results.items():
        line = f"{precision}: {alarms} false alarms in {count:,} clean products, worst {worst:.2f} of the tolerance"
        sys.stdout.write(line + "\n")
    return int(any(alarms for _, alarms in results.values()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
