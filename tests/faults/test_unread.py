"""Fault PHY-09 and the rest of its kind: a declared number that nothing reads is told."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import MISSING, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup, RackGroup
from petaplan.capacity.document.marked import read_text
from petaplan.capacity.document.plan import hub_from, write_json
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Ports
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.site import Site
from petaplan.infra import hong_kong
from tests.hubs import hub, pod
from tests.reads import Declared, optional_numbers, read_and_unread, with_value
from tests.scenario import scenario, scenario_files

pytestmark = pytest.mark.xdist_group("unread")
"""What scenarios read is traced once in a process."""

Traced = tuple[list[Declared], list[Declared]]

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

OF_FORECASTS = {"correlation_groups", "slip", "lead_times", "ramp"}
"""Fields whose numbers PF-006 reads where a target declares a confidence; here `petaplan forecast` alone reads them."""


@cache
def _reference() -> tuple[tuple[Finding, ...], object]:
    return _findings(hub_from(read_text(json.dumps(DOCUMENT), "reference.json")))


@cache
def _told_of_reference() -> str:
    return told(hong_kong.hub())


@pytest.mark.sample(10)
@pytest.mark.parametrize("names", sorted(FIELDS), ids=".".join)
def test_every_number_of_the_reference_hub_changes_a_finding_or_is_told(names: tuple[str, ...]) -> None:
    if f"{names[-1]} of " in _told_of_reference():
        return
    if names in DORMANT or OF_FORECASTS & set(names):
        return
    trails = FIELDS[names]
    for trail in dict.fromkeys((trails[0], trails[len(trails) // 2], trails[-1])):
        for factor in (1.25, 0.7, 3.0):
            try:
                changed = _changed(trail, factor)
                if changed is not None and _findings(changed) != _reference():
                    return
            except PlanError:  # refused, which says nothing of who reads it
                continue
    pytest.fail(f"nothing changes with {'.'.join(names)}")


REPORTED = {
    ("Fabric", "minimum_bisection_fraction"): "NET-009 reports that the plane is in parts as built",
    ("CoolingLoop", "flow_l_per_min"): "COOL-003 reports that the return is not warmer than the supply",
    ("Generator", "step_load_fraction"): "the group carries nothing, which PWR-019 and COOL-005 report",
    ("Ups", "step_load_fraction"): "the group carries nothing, so no step of load reaches it",
    ("Rectifier", "autonomy_minutes"): "the group carries nothing: PWR-030 reports the busway that passes it by",
    ("Rectifier", "step_load_fraction"): "the group carries nothing, so no step of load reaches it",
    **{
        (kind, field): "BUD-004 lists it"
        for kind in ("Price", "RatedPrice")
        for field in ("unit_price", "vintage", "unit_price_low", "unit_price_high")
    },
    (
        "Chiller",
        "restart_seconds",
    ): "no generator starts the chillers again, so they stay out until the utility is back",
}
"""Values that a finding makes pointless: it says why nothing reads them."""
ANNOUNCED = {
    "Ports": ("scale_out of ", "storage of "),
    "Tariff": ("the tariff from ",),
    "ExchangeRate": ("exchange rate",),
}
"""How DATA-004 names a value without a name of its own."""


def _may_be_left_out(noun: Noun, field: str) -> bool:
    """Whether a plan has the value by choice: it has a default, or belongs to a part that may be left out."""
    (own,) = [one for one in fields(noun) if one.name == field]
    return own.default is not MISSING or not isinstance(noun, Named | Site | Hub | Phase)


def _untold(plan: Hub, numbers: Traced | None = None) -> list[str]:
    """Numbers that nothing reads and no finding tells, where a plan may omit them; and those told that are read."""
    read, unread = numbers or read_and_unread(plan)
    said = told(plan)
    wrong = []
    for noun, field in unread:
        kind, name = type(noun).__name__, getattr(noun, "name", "")
        words = ANNOUNCED.get(kind, (f"{field} of {name}", f"{field} of the budget", f"/{name}"))
        if _may_be_left_out(noun, field) and (kind, field) not in REPORTED and not any(word in said for word in words):
            wrong.append(f"{kind}.{field} of {name}")
    for noun, field in read:
        if f"{field} of {getattr(noun, 'name', '?')}," in said.replace(":", ","):
            wrong.append(f"{field} of {noun} is told, and read")
    return wrong


PLANS = [path for path in scenario_files() if scenario(path).refused is None]


@cache
def _traced(path: Path) -> Traced:
    """The numbers of a scenario that something reads, and those that nothing does; worked out once in a process."""
    return read_and_unread(scenario(path).hub)


@pytest.fixture(scope="module")
def traced() -> dict[tuple[str, str], bool]:
    """Whether some plan reads each number of each kind of noun."""
    seen: dict[tuple[str, str], bool] = {}
    for path in PLANS:
        read, unread = _traced(path)
        for found, declared in ((True, read), (False, unread)):
            for noun, field in declared:
                seen[type(noun).__name__, field] = seen.get((type(noun).__name__, field), False) or found
    return seen


def test_every_kind_of_number_is_read_in_some_plan(traced: dict[tuple[str, str], bool]) -> None:
    """A field that no rule and no report reads in any scenario has to be one that DATA-004 always lists."""
    assert {number for number, read in traced.items() if not read} <= {
        ("Site", "design_outdoor_c"),
        ("Phase", "starts"),
    }


@pytest.mark.sample(100)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_scenario_tells_what_nothing_reads(path: Path) -> None:
    assert _untold(scenario(path).hub, _traced(path)) == []


FULL = [scenario(path).hub for path in PLANS if path.stem in {"networked", "money-rate-known", "network-scale-up"}]


@pytest.mark.sample(50)
@pytest.mark.parametrize(
    ("plan", "kind", "field", "number"),
    [(plan, *number) for plan in FULL for number in optional_numbers(plan)],
    ids=lambda value: getattr(value, "__name__", None) or (value if isinstance(value, str) else ""),
)
def test_a_number_that_may_be_left_out_is_read_or_told(plan: Hub, kind: type[Noun], field: str, number: float) -> None:
    """Each number that a plan can leave out, declared in every object that can have it."""
    with suppress(PlanError, ValueError):  # refused
        assert _untold(with_value(plan, kind, field, number)) == []
