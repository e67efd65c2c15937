"""Names of a plan and of its catalogue that look alike, as findings: whoever reads one may take it for the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petaplan.capacity.claims import Claim
from petaplan.capacity.document.alike import alike_names
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.findings import Finding, Input
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Location
from petaplan.capacity.rule import judge
from petaplan.capacity.verdict.rules import ALIKE
from petaplan.reporting.lookalikes import told_of_twins, twins


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name:
    """The last of some names that look alike."""

    name: str
    declared_at: Location | None = None


def alike_findings(hub: Hub | None, catalogue: Catalogue | None) -> Iterator[Finding]:
    """A finding for each such group; without a hub, whose values are not known yet, there are none."""
    if hub is None:
        return
    places = {row.name: row.declared_at for _, table in hub.tables() for row in table}
    models = twins(catalogue.products) if catalogue is not None else []
    for group in (*alike_names(hub), *models):
        yield judge(ALIKE, _claim(group, places.get(group[-1])), "")


def _claim(group: Sequence[str], place: Location | None) -> Claim:
    count = len(group) - 1
    return Claim(
        subject=_Name(name=group[-1], declared_at=place),
        demand=count,
        capacity=0,
        unit="look-alike names",
        inputs=(Input(f"names that look like {group[-1]}", count, "look-alike names", "this plan"),),
        hint=told_of_twins(group),
    )
