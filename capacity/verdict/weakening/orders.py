"""Orders that a field alone does not show: by the kind of a figure, and by the days of the phases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from petaplan.capacity.facts.figure_paths import MAIN
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.verdict.weakening.meaning import Absent, Judge, Meaning, Weaker

FIGURES: Mapping[Weaker, frozenset[str]] = {
    Weaker.HIGHER: frozenset({
        "tflops", "pflops", "rated_kva", "rated_kw", "rated_current_a", "energy_kwh", "efficiency_fraction",
        "load_limit_kg", "max_coolant_c", "ports", "reach_m",
    }),
    Weaker.LOWER: frozenset({
        "power_w", "power_kw", "host_power_kw", "no_load_loss_kw", "weight_kg", "loaded_weight_kg", "empty_weight_kg",
        "height_u", "width_mm", "depth_mm", "price_usd",
    }),
}  # fmt: skip
"""Figures of hardware by the direction in which a plan has more, or needs less.

The other figures are compared with others of one device, or count both ways, such as an area in an export rule.
"""


def direction_of(path: str) -> Weaker:
    """The direction of a figure of the catalogue in which less is asked of a plan.

    >>> direction_of("peaks[fp8, 2:4]"), direction_of("power_kw"), direction_of("die_area_mm2")
    (<Weaker.HIGHER: 'higher'>, <Weaker.LOWER: 'lower'>, <Weaker.EITHER: 'either'>)
    """
    table, bracket, rest = path.rpartition(".")[2].partition("[") if path.endswith("]") else ("", "", path)
    name = MAIN.get(table, table) if bracket else rest.rpartition(".")[2]
    return next((weaker for weaker, names in FIGURES.items() if name in names), Weaker.EITHER)


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseDays:
    """The days on which the phases of the two plans are in service, by name."""

    before: Mapping[str, date] = field(default_factory=dict)
    after: Mapping[str, date] = field(default_factory=dict)


def phase_days(old: Hub, new: Hub) -> PhaseDays:
    """The days of both plans."""
    before, after = ({phase.name: phase.in_service for phase in hub.phases} for hub in (old, new))
    return PhaseDays(before=before, after=after)


_SERVICE = Meaning(Judge.DATE, Weaker.HIGHER)


def ordered(
    meaning: Meaning, name: str, nouns: tuple[Noun, Noun], values: tuple[object, object], days: PhaseDays
) -> tuple[Meaning, object, object]:
    """Meaning and values with which a field of two states of a noun is compared."""
    before, after = nouns
    if name == "value" and isinstance(after, Assumption) and isinstance(before, Assumption):
        alike = (before.model, before.quantity, before.unit) == (after.model, after.quantity, after.unit)
        if after.quantity is not None and alike:
            return Meaning(meaning.judge, direction_of(after.quantity), Absent.DEFAULT), *values
    if name in ("phase", "in_service") and hasattr(after, "retired"):
        first, second = _served_from(before, days.before), _served_from(after, days.after)
        if None not in (first, second) and first != second:
            return _SERVICE, first, second
        return Meaning(meaning.judge, Weaker.EITHER), *values
    return meaning, *values


def _served_from(noun: Noun, days: Mapping[str, date]) -> date | None:
    own: date | None = getattr(noun, "in_service", None)
    return own or days.get(getattr(noun, "phase", None) or "")
