"""Sites of one hub share no plant: what is found on one stays the same when another stands beside it."""

from collections.abc import Mapping

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.findings import Finding
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.verdict.renamed import NewNames
from tests.recorded.findings import scenario_names
from tests.scenario import FOLDER, scenario, scenario_named

OF_THE_WHOLE_HUB = ("BUD-", "CNT-", "DATA-004", "DATA-009", "REL-001", "WRK-")
"""Rules that add up all sites: money, counts of a phase, spare nodes, declared work, assumptions, unread fields."""

NEIGHBOUR = scenario(FOLDER / "bases" / "two-sided.yaml").hub

Told = tuple[object, ...]


def renamed(hub: Hub, phase: str) -> Hub:
    """A hub whose objects have names of their own, and whose first phase has a given name."""
    names = {row.name: f"{row.name}-beside" for _, rows in hub.tables() for row in rows}
    return NewNames(rows=names | {hub.phases[0].name: phase}).of_hub(hub)


def _moves(hub: Hub) -> bool:
    """Whether a hub needs neither a second phase nor hardware of its own."""
    return len(hub.phases) == 1 and not hub.catalogues


def beside(one: Hub, other: Hub) -> Hub:
    """A hub with the objects of two, in the phases of one.

    Targets and assumptions of the other are left out, because they hold for every site.
    """
    kept = {table: rows for table, rows in other.tables() if table not in ("phases", "targets", "assumptions")}
    return one.replace(**{table: (*getattr(one, table), *rows) for table, rows in kept.items()})


def told(plan: Hub, evidence: Evidence = NONE) -> Mapping[str, Told]:
    """What is found in a plan about its sites, halls and plant, by identity."""
    of_all = {row.name for row in (*plan.targets, *plan.assumptions)}
    return {
        finding.identity: _numbers(finding)
        for finding in check(plan, evidence=evidence).findings
        if finding.subject not in of_all and not finding.rule.startswith(OF_THE_WHOLE_HUB)
    }


def _numbers(finding: Finding) -> Told:
    """Verdict, words and values of a finding; sums in another order may differ in their last digits."""
    values = (finding.demand, finding.capacity, *(term.value for term in finding.inputs))
    return (
        finding.verdict,
        finding.hint,
        finding.note,
        *sorted(finding.missing),
        *(None if value is None else float(f"{value:.9g}") for value in values),
    )


@pytest.mark.sample(30)
@pytest.mark.parametrize("name", scenario_names())
def test_a_site_beside_another_changes_no_finding_of_it(name: str) -> None:
    alone = scenario_named(name)
    plan = beside(alone.hub, renamed(NEIGHBOUR, alone.hub.phases[0].name))
    own, both = told(alone.hub, alone.evidence), told(plan, alone.evidence)
    assert {identity: both.get(identity) for identity in own} == own


@pytest.mark.sample(30)
@pytest.mark.parametrize("name", [name for name in scenario_names() if _moves(scenario_named(name).hub)])
def test_a_site_keeps_its_findings_beside_any_other(name: str) -> None:
    other = scenario_named(name).hub
    own = told(NEIGHBOUR)
    both = told(beside(NEIGHBOUR, renamed(other, NEIGHBOUR.phases[0].name)))
    assert {identity: both.get(identity) for identity in own} == own
