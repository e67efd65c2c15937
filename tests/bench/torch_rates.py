"""The PyTorch backend beside a plain loop over the same call, in turns: `python -m tests.bench.torch_rates [PAIRS]`.

Both multiply one shape with one thread. Their processor seconds are compared, which a busy host changes least. A pair
is one batch of each, in changing order. The result is the median of the pairs' ratios with its 95 % interval.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from petaplan.bench.devices.torch.backends import backend
from petaplan.bench.devices.torch.device import TorchDevice
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision
from petaplan.bench.proof.plain import torch_loop
from petaplan.bench.statistics import estimate

SHAPE = Shape(m=1536, n=1536, k=1536)
WITHIN = 0.03
_BATCH_SECONDS = 0.4


def seconds_of(run: Callable[[], object]) -> float:
    """Processor seconds of one run."""
    before = time.process_time()
    run()
    return time.process_time() - before


def ratios(device: TorchDevice, precision: Precision, pairs: int) -> np.ndarray:
    """Rate of the backend over that of a plain loop with operands of its own, for each pair. (pairs,)"""
    workload = device.prepare(precision, SHAPE, "random", 1, 0)
    loop = torch_loop("torch-cpu", precision, SHAPE, workload.compute)
    assert loop is not None
    loop(1)
    calls = max(round(_BATCH_SECONDS / seconds_of(lambda: loop(1))), 2)
    runs = {"ours": lambda: workload.time_batch(calls), "theirs": lambda: loop(calls)}
    found = []
    for turn in range(pairs):
        order = list(runs) if turn % 2 else list(runs)[::-1]
        taken = {name: seconds_of(runs[name]) for name in order}
        found.append(taken["theirs"] / taken["ours"])
    workload.close()
    return np.array(found)


def main(pairs: int) -> int:
    """Print a line for each precision; 1 when a median is off by more than 3 %."""
    device = TorchDevice(backend("torch-cpu", 0, 1))
    far = 0
    for precision in Precision:
        if device.why_not(precision):
            continue
        found = estimate(ratios(device, precision, pairs))
        is_near = abs(found.median - 1.0) <= WITHIN
        far += not is_near
        interval = f"95 %: {found.low:.4f} to {found.high:.4f}, {pairs} pairs"
        verdict = "" if is_near else "; more than 3 % off"
        sys.stdout.write(f"{precision}: {found.median:.4f} of a plain loop ({interval}){verdict}\n")
        sys.stdout.flush()
    return int(far > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
