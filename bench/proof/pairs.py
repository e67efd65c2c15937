"""A workload beside a plain loop at the same shape, in turns."""

import time
from collections.abc import Callable

import numpy as np

from petaplan.bench.devices.common.device import Workload
from petaplan.bench.method.choosing import calls_for
from petaplan.bench.proof.claims import Finding
from petaplan.bench.proof.plain import Loop
from petaplan.bench.statistics import Estimate, estimate

BELOW = 0.03
"""How far a rate may lie below that of the plain loop."""
_FEWEST = 10
"""Pairs: fewer have no interval worth its name."""
_BATCH_SECONDS = 0.25
_PROCESSORS = ("cpu", "torch-cpu")


def ratios(key: str, workload: Workload, loop: Loop, *, pairs: int, ends: float) -> Estimate | None:
    """The workload's rate over the loop's, from pairs in changing order; None where time allowed fewer than ten.

    On a processor, processor seconds are compared: other processes change them least. On other devices the loop is
    timed to the end of its last product, as the workload is. No pair begins after ``ends`` (monotonic).
    """
    clock = time.process_time if key in _PROCESSORS else time.perf_counter

    def taken(run: Callable[[], object]) -> float:
        before = clock()
        run()
        return max(clock() - before, 1e-9)

    workload.time_batch(1)
    loop(1)
    calls = calls_for(_BATCH_SECONDS, taken(lambda: loop(1)))
    found: list[float] = []
    while len(found) < pairs and time.monotonic() < ends:
        runs = {"ours": lambda: workload.time_batch(calls), "theirs": lambda: loop(calls)}
        order = list(runs) if len(found) % 2 else list(runs)[::-1]
        seconds = {name: taken(runs[name]) for name in order}
        found.append(seconds["theirs"] / seconds["ours"])
    return estimate(np.array(found)) if len(found) >= _FEWEST else None


def judged(claim: str, key: str, what: str, found: Estimate | None) -> Finding:
    """Proved when the median is near enough or above, refuted when the whole interval is below, else not asked."""
    if found is None:
        return Finding(
            claim=claim, device=key, verdict="not asked", text=f"{what}: fewer than {_FEWEST} pairs in the time"
        )
    text = f"{what}: {found.median:.3f} of the plain loop ({found.low:.3f} to {found.high:.3f})"
    if found.median >= 1.0 - BELOW:
        return Finding(claim=claim, device=key, verdict="proved", text=text)
    if found.high < 1.0 - BELOW:
        return Finding(claim=claim, device=key, verdict="refuted", text=text)
    return Finding(claim=claim, device=key, verdict="not asked", text=f"{text}; too uncertain to tell")
