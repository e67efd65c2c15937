"""The input that decides in each draw that misses a target: the largest delay of the last phase."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from petaplan.capacity.forecast.probability import ENOUGH, Chance
from petaplan.capacity.forecast.timeline import PhaseDays
from petaplan.capacity.targets import Measure
from petaplan.capacity.throughput.draws import Order

if TYPE_CHECKING:  # numpy is loaded where something is drawn
    import numpy as np
    from numpy.typing import NDArray

Flags: TypeAlias = "NDArray[np.bool_]"

SPEED = "rates of announced chips"
DELIVERED = "the delivered share of the peak"
PLAN = "the plan itself: in time, it has too little"
ACCEPTANCE = "acceptance of "


def limits(chance: Chance) -> tuple[tuple[str, float], ...]:
    """What decides in the draws that miss a target, each with its share of those draws, the largest first."""
    fleet, by = chance.fleet, chance.target.by
    missed = fleet.on(by, chance.kind, chance.batches) < chance.target.pflops * (1 - ENOUGH)
    whole = int(missed.sum())
    if not whole:
        return ()
    counted = {batch.phase for batch in chance.batches if batch.accepted is None}
    found = _causes(chance, {name: fleet.days[name] for name in counted}, missed)
    return tuple((cause, count / whole) for cause, count in sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _in_time(chance: Chance) -> str:
    """What decides where all phases are in time: the plan, where even its announced rates are too low."""
    by, kind = chance.target.by, chance.kind
    planned = sum(batch.pflops for batch in chance.batches if batch.retired is None or by < batch.retired)
    if planned < chance.target.pflops:
        return PLAN
    return DELIVERED if kind.measure is Measure.DELIVERED else SPEED


def _causes(chance: Chance, days: Mapping[str, PhaseDays], missed: Flags) -> Counter[str]:
    import numpy as np

    fleet, by, rows = chance.fleet, float(chance.target.by.toordinal()), np.flatnonzero(missed)
    late = {name: one.accepted[rows] for name, one in days.items() if one.phase.in_service.toordinal() <= by}
    found: Counter[str] = Counter()
    if not late:
        found[_in_time(chance)] = len(rows)
        return found
    names = sorted(late)
    accepted = np.stack([late[name] for name in names])
    in_time = accepted.max(axis=0) <= by
    found[_in_time(chance)] += int(in_time.sum())
    last = accepted.argmax(axis=0)
    for at, name in enumerate(names):
        found.update(_of_phase(fleet.days, name, rows[~in_time & (last == at)]))
    return +found


def _of_phase(days: Mapping[str, PhaseDays], name: str, draws: Order) -> Counter[str]:
    """The largest delay of a phase in some draws; that of the phase before, where it begins late by more."""
    import numpy as np

    found: Counter[str] = Counter()
    if not len(draws):
        return found
    causes = sorted(days[name].causes)
    largest = np.stack([days[name].causes[cause][draws] for cause in causes]).argmax(axis=0)
    for at, cause in enumerate(causes):
        here = draws[largest == at]
        if cause.startswith(ACCEPTANCE):
            found.update(_of_phase(days, cause.removeprefix(ACCEPTANCE), here))
        else:
            found[cause] += len(here)
    return found
