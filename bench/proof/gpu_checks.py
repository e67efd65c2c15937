"""Checks of what only a GPU through CuPy has: its kernels, and its clock under two kinds of operands."""

from collections.abc import Callable, Iterator

import numpy as np

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.gpu import kernels
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from petaplan.bench.proof.claims import Finding, not_concerned, verdict_of

Check = Callable[[Library], tuple[bool, str]]
"""Asks an open device, and says whether the claim holds, with the numbers."""
_TABLE = 1 << 16
_SEEN = 65_000
"""Of the table's values in a large buffer: a draw with repetition leaves out very few."""
_AS_HIGH = 0.98
_ODD_SHAPE = Shape(m=288, n=544, k=256)


def hashes_agree(gpu: Library) -> tuple[bool, str]:
    """The kernel's hash of a product against NumPy's, of one that is no multiple of a block."""
    workload = gpu.prepare(Precision.FP32, _ODD_SHAPE, "random", 1, 0)
    try:
        workload.time_batch(workload.set_count)
        product = gpu.cp.asnumpy(workload.operands(0).c).view(np.uint64).reshape(_ODD_SHAPE.m, -1)
        found, wanted = workload.result_hash(0), parity_hash(product)
    finally:
        workload.close()
    return found == wanted, f"{found} by the kernel, {wanted} by NumPy"


def fill_uses_the_table(gpu: Library) -> tuple[bool, str]:
    """How many of the table's values a large buffer holds."""
    cp = gpu.cp
    table, out = cp.arange(_TABLE, dtype=np.uint32), cp.empty(1 << 20, dtype=np.uint32)
    kernel = gpu.kernels.get_function(kernels.PICKS[4])
    kernel((512,), (256,), (table, out, np.uint64(out.size), np.uint64(7)))
    seen = len(np.unique(cp.asnumpy(out)))
    return seen > _SEEN, f"{seen:,} of {_TABLE:,} values"


def zeros_run_as_fast(gpu: Library) -> tuple[bool, str]:
    """Median clock of batches of zeros and of random operands."""
    clocks = {}
    for data in ("random", "zeros"):
        workload = gpu.prepare(Precision.FP16, Shape(m=8192, n=8192, k=8192), data, 1, 0)
        try:
            found = [mhz for _ in range(20) if (mhz := workload.time_batch(50).clock_mhz)]
        finally:
            workload.close()
        if not found:
            return False, f"{data}: no batch has a clock"
        clocks[data] = float(np.median(found))
    holds = clocks["zeros"] >= _AS_HIGH * clocks["random"]
    return holds, f"{clocks['zeros']:.0f} MHz with zeros, {clocks['random']:.0f} MHz with random operands"


CHECKS: dict[str, Check] = {"B-15": hashes_agree, "B-16": fill_uses_the_table, "B-17": zeros_run_as_fast}


def findings(device: Library) -> Iterator[Finding]:
    """A finding for each check; "not asked" on a device that CuPy does not drive."""
    key = device.record.key
    for claim, check in CHECKS.items():
        if not hasattr(device, "cp") or (claim == "B-17" and device.probe is None):
            yield not_concerned(claim, key, "concerns GPUs through CuPy")
            continue
        holds, text = check(device)
        yield Finding(claim=claim, device=key, verdict=verdict_of(holds=holds), text=text)
