"""Rows of a simulated device that warms up, throttles or is noisy: those called steady must hold the settled rate.

``python -m tests.bench.drift [SEEDS] [PART]`` runs so many seeds of each case and prints a line for each. It ends with
1 when a case misses its floor. PART picks the cases whose name contains it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.evidence.record import Row, Shape
from petaplan.bench.method.measure import MeasurementSettings, measure
from petaplan.bench.method.row import row_of
from petaplan.bench.precision import Precision

_SHAPE = Shape(m=96, n=96, k=96)
_PEAK = 0.001
COVERAGE = 0.9
"""Least share of steady rows whose interval holds the settled rate; 95 % is what an interval states."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A behaviour, a load, and what is asked of its rows."""

    name: str
    behaviour: Behaviour
    seconds: float
    least_steady: float = 0.0
    """Share of rows that must be steady."""
    covers_all: bool = False
    """Whether rows that are not steady have to hold the rate as often: where nothing drifts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Rows of a case."""

    rows: int
    steady: int
    steady_held: int
    held: int

    def is_enough(self, case: Case) -> bool:
        """Whether the floors of the case hold."""
        covered = self.steady_held >= COVERAGE * self.steady
        if case.covers_all:
            covered = covered and self.held >= COVERAGE * self.rows
        return covered and self.steady >= case.least_steady * self.rows


def cases() -> Iterator[Case]:
    """Drifts of three sizes and six time constants, correlated noise, two states, and these together."""
    for name, boost in (("sag 4 %", 1497.6), ("sag 32 %", 1900.8), ("rise 5 %", 1368.0)):
        for constant in (5, 10, 15, 40, 80, 120):
            behaviour = Behaviour(boost_mhz=boost, settled_mhz=1440.0, settling_seconds=float(constant))
            for seconds in (60.0, 600.0) if constant > 15 else (60.0,):
                least = 0.9 if constant <= 15 or seconds > 60.0 else 0.0
                yield Case(name=f"{name}, {constant} s", behaviour=behaviour, seconds=seconds, least_steady=least)
    level = Behaviour(boost_mhz=1440.0, settled_mhz=1440.0)
    for noise in (0.001, 0.004):
        for correlation in (0.0, 0.7):
            noisy = replace(level, noise=noise, noise_correlation=correlation)
            yield Case(name=f"noise {noise:.1%}, AR(1) {correlation}", behaviour=noisy, seconds=60.0, covers_all=True)
    for share, rate, dwell in ((0.1, 0.7, 0.1), (0.1, 0.7, 0.5), (0.5, 0.9, 0.5), (0.5, 0.9, 2.0)):
        two = replace(level, slow_share=share, slow_rate=rate, slow_seconds=dwell)
        name = f"{share:.0%} of the time at {rate:.0%}, {dwell} s"
        yield Case(name=name, behaviour=two, seconds=60.0, covers_all=True)
    yield from _together()


def _together() -> Iterator[Case]:
    """A drift with two states, and with correlated noise."""
    for constant in (10, 40):
        drift = Behaviour(boost_mhz=1497.6, settled_mhz=1440.0, settling_seconds=float(constant))
        two = replace(drift, slow_share=0.5, slow_rate=0.9, slow_seconds=0.5)
        yield Case(name=f"sag 4 %, {constant} s, two states", behaviour=two, seconds=60.0)
        noisy = replace(drift, noise=0.001, noise_correlation=0.7)
        yield Case(name=f"sag 4 %, {constant} s, AR(1) 0.7", behaviour=noisy, seconds=60.0)


def row(behaviour: Behaviour, seconds: float) -> Row:
    """The row of one process at that behaviour."""
    settings = MeasurementSettings(
        seconds=seconds, choosing_seconds=0.0, half_width=0.003, data="random", seed=1, soak_seconds=0.0, shape=_SHAPE
    )  # fmt: skip
    part = measure(SimulatedDevice(behaviour), Precision.FP32, settings, lambda progress: None)
    return row_of((part,), data="random", soak_seconds=0.0, partial=False)


def truth(behaviour: Behaviour) -> float:
    """The settled rate over time, in tera-operations a second."""
    states = 1.0 - behaviour.slow_share * (1.0 - behaviour.slow_rate)
    return _PEAK * behaviour.kernel_efficiency * behaviour.settled_mhz / behaviour.boost_mhz * states


def counted(case: Case, seeds: int) -> Count:
    """Rows of so many seeds, those that are steady, and those that hold the truth."""
    expected = truth(case.behaviour)
    rows = [row(replace(case.behaviour, seed=1000 + seed), case.seconds) for seed in range(seeds)]
    held = [bool(one.sustained and one.sustained.low <= expected <= one.sustained.high) for one in rows]
    return Count(
        rows=seeds,
        steady=sum(one.steady for one in rows),
        steady_held=sum(one.steady and is_held for one, is_held in zip(rows, held, strict=True)),
        held=sum(held),
    )


def main(seeds: int, part: str) -> int:
    """Print a line for each case; 1 when one misses its floor."""
    misses = 0
    with threadpool_limits(limits=1, user_api="blas"):
        for case in cases():
            if part not in case.name:
                continue
            found = counted(case, seeds)
            is_enough = found.is_enough(case)
            misses += not is_enough
            sys.stdout.write(
                f"{case.name}, load {case.seconds:.0f} s: {found.steady} of {found.rows} steady, of these "
                f"{found.steady_held} hold the settled rate; {found.held} of all{'' if is_enough else '; TOO FEW'}\n"
            )
            sys.stdout.flush()
    return int(misses > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2] if len(sys.argv) > 2 else ""))
