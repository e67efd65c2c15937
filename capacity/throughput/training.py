"""What training makes of the peak: MFU is a factor of its own, and no step of the chain of matrix products.

A published MFU holds matrix products, the network and idle time already (docs/basis/work.md#four-words). So model
FLOP/s are ``peak x eligible x MFU``, and goodput takes its share of those.
"""

from collections.abc import Iterable
from datetime import date
from statistics import median

from petaplan.capacity.delivery import Expectation
from petaplan.capacity.throughput.draws import Factor
from petaplan.capacity.throughput.losses import drawn
from petaplan.capacity.workloads import TrainingRun

MFU = Expectation(
    low=0.30,
    mid=0.41,
    high=0.55,
    source="default: published runs, 0.30 (Pangu Ultra MoE), 0.41 (Llama 3 405B), 0.55 (MegaScale) "
    "(docs/basis/work.md#four-words)",
    as_of=date(2026, 11, 22),
)
"""Of large training runs on the dense peak at their precision."""


def mfu(runs: Iterable[TrainingRun], seed: int) -> tuple[Factor, str]:
    """MFU of the declared runs, from the least to the largest; without any, that of published ones."""
    declared = sorted(runs, key=lambda run: run.mfu_fraction)
    if not declared:
        return drawn(MFU, "MFU", seed), MFU.source
    shares = [run.mfu_fraction for run in declared]
    if shares[0] == shares[-1] or shares[-1] == 1.0:
        return median(shares), _source(declared)
    own = Expectation(low=shares[0], mid=median(shares), high=shares[-1], source=_source(declared), as_of=MFU.as_of)
    return drawn(own, "MFU", seed), own.source


def _source(runs: Iterable[TrainingRun]) -> str:
    return "declared runs: " + "; ".join(f"{run.name} {run.mfu_fraction:.2f} ({run.mfu_source})" for run in runs)
