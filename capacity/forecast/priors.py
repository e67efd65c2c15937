"""Dated priors of a forecast, for what a plan says nothing of; sources: docs/basis/forecast.md#priors."""

from datetime import date

from petaplan.capacity.forecast.percentiles import Distribution, three_points
from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip

AS_OF = date(2026, 11, 28)

CONSTRUCTION, SUPPLY, CHIPS = "prior-construction", "prior-supply", "prior-chips"

GROUPS = tuple(
    CorrelationGroup(
        name=name,
        correlation=0.5,
        source="assumed: 0.5 is a guess; the forecast shows 0 and 1 beside it",
        as_of=AS_OF,
    )
    for name in (CONSTRUCTION, SUPPLY, CHIPS)
)

SLIP = Slip(
    probability_late=0.9,
    late_fraction_p5=0.074,
    late_fraction_p50=0.275,
    late_fraction_p95=1.025,
    group=CONSTRUCTION,
    source="a survey of data-centre projects: 9 of 10 late, by 34 % on average (fierce-network.com); "
    "log-normal with sigma 0.8 assumed",
    as_of=AS_OF,
)
"""Mean lateness over all projects: 0.9 x 0.275 x exp(0.8^2 / 2) = 0.34."""

RAMP = Ramp(
    weeks_p5=6.0,
    weeks_p50=8.0,
    weeks_p95=12.0,
    group=CONSTRUCTION,
    source="6 to 12 weeks for the integrated systems test, as trade press reports; the median is assumed",
    as_of=AS_OF,
)


def _item(item: str, p5: float, p50: float, p95: float, source: str) -> LeadTime:
    return LeadTime(item=item, weeks_p5=p5, weeks_p50=p50, weeks_p95=p95, group=SUPPLY, source=source, as_of=AS_OF)


LEAD_TIMES = {
    "transformers": _item(
        "transformers", 50, 80, 128, "50 to 80 weeks in trade press, 128 on average in the US (Wood Mackenzie)"
    ),
    "generators": _item(
        "generators", 12, 20, 104, "12 to 20 weeks in trade press; 72 to 104 for 2 to 3 MW, unverified"
    ),
    "ups_systems": _item("ups_systems", 20, 28, 40, "20 to 40 weeks in trade press; the median is assumed"),
    "chillers": _item("chillers", 16, 20, 24, "16 to 24 weeks in trade press; the median is assumed"),
    "accelerators": _item(
        "accelerators", 13, 26, 60, "assumed; over a year is reported for a large order of GPUs or Ascend 950DT"
    ),
}
"""By the table of the plan whose objects of a phase they hold for; accelerators for the pods and racks."""

SPEED_OF_ANNOUNCED: Distribution = three_points(0.72, 1.0, 1.39)
SPEED_SOURCE = "assumed: log-normal with median 1 and sigma 0.2 for a chip that is announced and not shipping"
"""Rate of a chip at its release over the rate that was announced."""
