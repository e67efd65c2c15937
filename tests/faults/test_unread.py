"""Fault PHY-09 and the rest of its kind: a declared number that nothing reads is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup, RackGroup
from petaplan.capacity.document.marked import read_text
from petaplan.capacity.document.plan import hub_from, write_json
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Ports
from petaplan.capacity.hub import Hub
from petaplan.capacity.rules.data.unread import UNREAD
from petaplan.infra import hong_kong
from tests.hubs import hub, pod

DOCUMENT: Any = json.loads(write_json(hong_kong.hub()))


def told(plan: Hub) -> str:
    (finding,) = [one for one in check(plan).findings if one.rule == "DATA-004"]
    assert (finding.verdict is Verdict.REVIEW) == bool(finding.demand)
    return finding.hint if finding.verdict is Verdict.REVIEW else ""


def run(model: str) -> Hub:
    rack = RackGroup(
        name="r",
        model="huawei-cloudmatrix384-compute-rack",
        nodes=(NodeGroup(model=model, count=1),),
        scale_out=Ports(count=2, gbps=200),
    )
    return hub(pods=(pod().replace(racks=(rack,)),))


def test_phy_09_ports_of_a_run_whose_nodes_publish_theirs_are_told() -> None:
    assert "scale_out of pod-1/r" in told(run("nvidia-dgx-h100"))


def test_phy_09_a_site_with_a_temperature_that_no_rule_reads() -> None:
    plan = hub()
    assert told(plan) == ""
    site = plan.sites[0].replace(design_outdoor_c=35)
    assert "design_outdoor_c of site" in told(plan.replace(sites=(site,)))


def _spots(value: Any, table: str, trail: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Each declared number: the names of the fields that lead to it, and the way to it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _spots(item, table, (*trail, key))
    if isinstance(value, int | float) and not isinstance(value, bool) and trail[0] != "petaplan":
        yield tuple(step for step in trail if isinstance(step, str)), trail


FIELDS: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
for _names, _trail in _spots(DOCUMENT, ""):
    FIELDS.setdefault(_names, []).append(_trail)


def _changed(trail: tuple[Any, ...], factor: float) -> Hub | None:
    """The reference hub with one number multiplied; None where it would be no plan."""
    document = json.loads(json.dumps(DOCUMENT))
    holder = document
    for step in trail[:-1]:
        holder = holder[step]
    number = holder[trail[-1]]
    holder[trail[-1]] = number * factor if isinstance(number, float) else max(round(number * factor), number + 1)
    try:
        return hub_from(read_text(json.dumps(document), "changed.json"))
    except PlanError:
        return None


def _findings(plan: Hub) -> tuple[tuple[Finding, ...], object]:
    report = check(plan)
    return tuple(replace(one, place=None) for one in report.findings), replace(report, findings=())


DORMANT = {
    ("intakes", "voltage_ll_v"): "held against what stands at this voltage; here only transformers do",
    ("chillers", "restart_seconds"): "counts where chillers lose their power; here they do not",
}
"""Numbers that rules read, and that decide nothing in the reference hub; other scenarios hold them."""

REFERENCE = _findings(hub_from(read_text(json.dumps(DOCUMENT), "reference.json")))


@pytest.mark.parametrize("names", sorted(FIELDS), ids=".".join)
def test_every_number_of_the_reference_hub_changes_a_finding_or_is_told(names: tuple[str, ...]) -> None:
    if names[-1] in UNREAD.get(names[0], ()):
        assert f"{names[-1]} of " in told(hong_kong.hub())
        return
    if names in DORMANT:
        return
    trails = FIELDS[names]
    for trail in dict.fromkeys((trails[0], trails[len(trails) // 2], trails[-1])):
        for factor in (1.25, 0.7, 3.0):
            try:
                changed = _changed(trail, factor)
                if changed is not None and _findings(changed) != REFERENCE:
                    return
            except PlanError:  # refused, which says nothing of who reads it
                continue
    pytest.fail(f"nothing changes with {'.'.join(names)}")
