"""Limit of each power object: apparent power, derating by jurisdiction, power factor."""

import math
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.power import (
    Battery,
    Busway,
    Feed,
    Generator,
    Intake,
    PowerObject,
    Rectifier,
    Transformer,
    Ups,
    is_dc,
)
from petaplan.capacity.site import Jurisdiction, Site
from petaplan.capacity.units import W_PER_KW

SQRT3 = math.sqrt(3.0)

CONTINUOUS_LOAD_FRACTION = {
    Jurisdiction.HK: 1.0,
    Jurisdiction.IEC: 1.0,
    Jurisdiction.CN: 1.0,
    Jurisdiction.US: 0.8,
}
"""Share of a breaker's rating that a continuous load may use. It is 80 % in US practice. By IEC 60364, which Hong
Kong's Code of Practice and mainland China's GB/T 16895 follow, it is all of it where the device is rated for that.
Engineering knowledge, not verified against the texts: see docs/adr/0005."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What place and day make of an object's rating."""

    power_factor: float = 1.0
    """Of the load; 1 for direct current."""
    derating: float = 1.0
    """Share of the rating of breakers and busbars that a continuous load may use."""
    contracted_kva: float = math.inf
    """What the utility supplies on the day; infinite for everything that isn't an intake."""
    diversity: float = 1.0
    """Share of the sum of all loads that is drawn at one time; what an intake carries is less by it."""
    jurisdiction: str = ""

    @classmethod
    def at(cls, site: Site, node: PowerObject, day: date) -> "Terms":
        """The terms of an object on a site, on a day."""
        return cls(
            power_factor=power_factor_of(node, site),
            derating=derating(node, site),
            contracted_kva=contracted_kva(node, day) if isinstance(node, Intake) else math.inf,
            diversity=site.diversity_fraction if isinstance(node, Intake) else 1.0,
            jurisdiction=site.jurisdiction,
        )


def power_factor_of(node: PowerObject, site: Site) -> float:
    """Active over apparent power of an object's load: that of the site's load, or 1 for direct current."""
    return 1.0 if is_dc(node) else site.load_power_factor


def derating(node: PowerObject, site: Site) -> float:
    """Share of the rated current that may flow for good: the jurisdiction's, or the board's own where that is less."""
    if not isinstance(node, (Busway, Feed)):
        return 1.0
    share = CONTINUOUS_LOAD_FRACTION[site.jurisdiction]
    own = node.rated_diversity_fraction
    return share if own is None else min(share, own)


def rated_kva(node: PowerObject) -> float:
    """Apparent power that all units together can pass, kVA: ``S = sqrt(3) V_LL I = 3 V_LN I`` for circuits.

    Direct current: ``P = U I``, kW.
    """
    match node:
        case Busway():
            return node.units * busway_volts(node) * node.rated_current_a / W_PER_KW
        case Feed():
            return node.units * circuit_kva(node)
        case Battery() | Rectifier():
            return node.units * node.unit_rated_kw
        case _:
            return node.units * node.unit_rated_kva


def three_phase_kva(voltage_ll_v: float, current_a: float) -> float:
    """Apparent power of a balanced three-phase current, kVA.

    >>> round(three_phase_kva(415, 60), 1), round(three_phase_kva(400, 63), 1), round(three_phase_kva(208, 60), 1)
    (43.1, 43.6, 21.6)
    """
    return SQRT3 * voltage_ll_v * current_a / W_PER_KW


def circuit_kva(feed: Feed) -> float:
    """Apparent power of one circuit, kVA.

    Three-phase: ``sqrt(3) V_LL I``; one phase to neutral: ``V_LN I``; between two lines: ``V_LL I``; direct current:
    ``U I``.
    """
    return circuit_volts(feed) * feed.rated_current_a / W_PER_KW


def is_single_phase(feed: Feed) -> bool:
    """Whether the circuits of a feed leave a line or two without load."""
    return feed.single_phase or feed.voltage_ln_v is not None


def busway_volts(busway: Busway) -> float:
    """Voltage that gives the apparent power of a busway when it is multiplied with its current, V.

    Raises:
        PlanError: for a busway without the voltage of its supply.
    """
    if busway.voltage_dc_v is not None:
        return busway.voltage_dc_v
    return SQRT3 * line_volts(busway)


def line_volts(busway: Busway) -> float:
    """Voltage line to line of a busway, V.

    Raises:
        PlanError: for a busway without one.
    """
    if busway.voltage_ll_v is None:
        raise _no_voltage(busway, "voltage_ll_v, or voltage_dc_v with supply: dc")
    return busway.voltage_ll_v


def _no_voltage(node: Busway | Feed, expected: str) -> PlanError:
    where = f"{node.declared_at}: {type(node).__name__.lower()} {node.name!r}"
    return PlanError([Problem(where=where, found="no voltage", expected=expected)])


def circuit_volts(feed: Feed) -> float:
    """Voltage that gives the apparent power of a circuit when it is multiplied with its current, V.

    Raises:
        PlanError: for a feed without a voltage.
    """
    if feed.voltage_dc_v is not None:
        return feed.voltage_dc_v
    if feed.voltage_ll_v is not None:
        return feed.voltage_ll_v * (1.0 if feed.single_phase else SQRT3)
    if feed.voltage_ln_v is not None:
        return feed.voltage_ln_v
    raise _no_voltage(feed, "voltage_ll_v (three-phase), voltage_ln_v (single-phase) or voltage_dc_v (supply: dc)")


def limit_kw(node: PowerObject, terms: Terms, left: float = 1.0) -> float:
    """Active power that an object may give at its site's power factor with a share ``left`` of its units, kW.

    Of a feed it is the limit of one circuit. A transformer's rating is what it takes in, losses and all.
    """
    factor = terms.power_factor
    match node:
        case Feed():
            return circuit_kva(node) * terms.derating * factor
        case Busway():
            return rated_kva(node) * left * terms.derating * factor
        case Transformer():
            units = node.units * left
            return max(0.0, (units * (node.unit_rated_kva * factor - node.no_load_loss_kw)) * node.efficiency_fraction)
        case Ups() | Generator():
            return node.units * left * min(node.unit_rated_kva * factor, node.unit_rated_kw)
        case Intake():
            return min(terms.contracted_kva, rated_kva(node) * left) * factor / terms.diversity
        case Battery() | Rectifier():
            return node.units * left * node.unit_rated_kw


def contracted_kva(intake: Intake, day: date) -> float:
    """What the utility has contracted to supply on a day, kVA."""
    steps = [step.contracted_kva for step in intake.supply if step.from_date <= day]
    return steps[-1] if steps else 0.0
