"""NET-010: delay between sites."""

import math
from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.routes import DELAY_MS_PER_KM, NATIONAL_LIMIT_MS, Path, fastest_paths
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.site import Site

NATIONAL_LIMIT = "usual between national hubs; docs/basis/network.md#delay-between-sites"


@plan_rule(
    "NET-010",
    "Delay between sites is within its limit",
    formula="sum over the fastest path of 4.9 us/km x route_km x detour + equipment_ms <= limit_ms, one way",
    basis="velocity of light in fibre; 20 ms between national hubs; docs/basis/network.md#delay-between-sites",
)
def latency(design: Design) -> Iterator[Claim]:
    """One-way delay between each two sites, over the fastest path that the declared routes give.

    Two sites without a route of their own have promised no limit: more than 20 ms between them is a review.
    """
    routes = [(site.name, route) for site in design.hub.sites for route in site.routes]
    if not routes:
        return
    limits: dict[frozenset[str], float] = {}
    for one, route in routes:
        ends = frozenset((one, route.to))
        limits[ends] = min(route.limit_ms, limits.get(ends, math.inf))
    sites = {site.name: site for site in design.hub.sites}
    for path in fastest_paths(sites, routes):
        promised_ms = limits.get(frozenset((path.origin, path.destination)))
        claim = _delay_claim(sites[path.origin], path, promised_ms)
        if promised_ms is None:
            claim.severity = Verdict.REVIEW
            claim.note = "; ".join(filter(None, ("no limit is declared", claim.note)))
        yield claim


def _delay_claim(site: Site, path: Path, promised_ms: float | None) -> Claim:
    promised, limit_ms = promised_ms is not None, NATIONAL_LIMIT_MS if promised_ms is None else promised_ms
    return Claim(
        site,
        f"to {path.destination}",
        path.delay_ms,
        limit_ms,
        "ms",
        inputs=(
            Input("fibre", path.fibre_km, "km", PLAN),
            Input("delay of fibre", DELAY_MS_PER_KM * 1_000, "us/km", "refractive index of glass"),
            Input("equipment_ms", path.equipment_ms, "ms", PLAN),
            Input("limit_ms", limit_ms, "ms", PLAN if promised else NATIONAL_LIMIT),
        ),
        hint=lambda over: f"Over by {number(over)} ms: shorten the fibre by {number(over / DELAY_MS_PER_KM)} km",
        missing=() if path.delay_ms is not None else (f"a route from {path.origin} to {path.destination}",),
        note=f"by {', '.join(path.via)}" if path.via else "",
    )
