"""Doubt of the Hong Kong hub about its dates: slips, lead times, ramps, and what varies together.

Nobody has published a schedule of this hub. So each percentile is an assumption of this plan, taken from reports on
other projects. The reasons stand in hong_kong_assumptions.py.
"""

from datetime import date

from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip
from petaplan.infra.hong_kong_assumptions import AS_OF

CONSTRUCTION, SUPPLY = "construction", "supply"
REPORTED, OF_CONNECTIONS = date(2026, 11, 22), date(2025, 1, 31)
"""Days of the reports: of what the trade press said when this plan was made, and of a guide of January 2025."""

GROUPS = tuple(
    CorrelationGroup(
        name=name,
        correlation=0.5,
        source="assumption common-causes of this plan: half of the variance is common",
        as_of=AS_OF,
    )
    for name in (CONSTRUCTION, SUPPLY)
)

SLIP = Slip(
    probability_late=0.9,
    late_fraction_p5=0.074,
    late_fraction_p50=0.275,
    late_fraction_p95=1.025,
    group=CONSTRUCTION,
    source="assumption lateness-of-phases of this plan; 9 of 10 projects late, by 34 % on average (fierce-network.com)",
    as_of=REPORTED,
)

RAMP = Ramp(
    weeks_p5=6,
    weeks_p50=8,
    weeks_p95=12,
    group=CONSTRUCTION,
    source="assumption ramp-to-acceptance of this plan; 6 to 12 weeks of integrated systems test in trade press",
    as_of=REPORTED,
)


def _item(item: str, weeks: tuple[float, float, float], reported: str, as_of: date = REPORTED) -> LeadTime:
    p5, p50, p95 = weeks
    source = f"assumption lead-times of this plan; {reported}"
    return LeadTime(item=item, weeks_p5=p5, weeks_p50=p50, weeks_p95=p95, group=SUPPLY, source=source, as_of=as_of)


PLANT = (
    _item("transformers", (50, 80, 128), "50 to 80 weeks in trade press; 128 on average in the US (Wood Mackenzie)"),
    _item("switchgear", (40, 52, 65), "40 to 65 weeks for medium voltage in trade press"),
    _item("generators", (12, 20, 104), "12 to 20 weeks in trade press; 72 to 104 for 2 to 3 MW, unverified"),
    _item("UPS", (20, 28, 40), "20 to 40 weeks in trade press"),
    _item("chillers", (16, 20, 24), "16 to 24 weeks in trade press"),
)
"""Long items of the plant of every phase; the medians of all but generators are assumed."""

CONNECTION = _item(
    "grid connection",
    (78, 117, 156),
    "18 to 36 months are common in Asia-Pacific (Cushman & Wakefield)",
    OF_CONNECTIONS,
)
"""The two connections at 132 kV, which phase 1 builds; later phases raise their contracts."""

SHIPPING = _item("accelerators", (13, 26, 60), "no lead time of 910B, 910C or P800 is published")
ANNOUNCED = _item("accelerators", (26, 52, 104), "over a year for a large order of Ascend 950DT in trade press")
"""Of a chip that is announced: the reported year is taken as the median."""

LEAD_TIMES = {
    "phase-1": (*PLANT, CONNECTION, SHIPPING),
    "phase-2": (*PLANT, ANNOUNCED),
    "phase-3": (*PLANT, ANNOUNCED),
}
