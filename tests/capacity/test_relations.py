"""What must hold of every plan: order says nothing, twice is twice, and more never makes less."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check, report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.compute import RackGroup
from petaplan.capacity.fabrics.attachment import attached
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Finding
from petaplan.capacity.hub import Hub
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.net.nodes import node_ports
from petaplan.capacity.state import states_of
from petaplan.infra.hong_kong import hub as hong_kong
from tests.hubs import hub, pod
from tests.scaled import scaled_hub
from tests.variants import examples


def facts(report: Report) -> dict[str, tuple[Any, ...]]:
    """What a report says, without the lines where things were declared."""

    def said(finding: Finding) -> tuple[Any, ...]:
        return (finding.verdict, finding.demand, finding.capacity, finding.hint, finding.missing)

    return {finding.identity: said(finding) for finding in report.findings}


def shuffled(plan: Hub, draw: random.Random) -> Hub:
    """The same plan, each table in another order."""
    tables = {}
    for name, rows in plan.tables():
        mixed = list(rows)
        draw.shuffle(mixed)
        tables[name] = tuple(mixed)
    return plan.replace(**tables)


@pytest.fixture(scope="module")
def as_written() -> dict[str, tuple[Any, ...]]:
    return facts(check(hong_kong()))


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_declarations_changes_nothing(as_written: dict[str, tuple[Any, ...]], draw: random.Random) -> None:
    mixed = facts(check(shuffled(hong_kong(), draw)))
    assert mixed.keys() == as_written.keys()
    for identity, (verdict, demand, capacity, hint, missing) in as_written.items():
        other = mixed[identity]
        assert (other[0], other[3], set(other[4])) == (verdict, hint, set(missing)), identity
        assert other[1:3] == pytest.approx((demand, capacity), rel=1e-9), identity


FABRIC = Fabric(
    name="roce",
    phase="first",
    site="site",
    kind=FabricKind.SCALE_OUT,
    tiers=(
        Tier(
            name="leaf",
            switch="generic-switch-64x400g",
            switches=8,
            down=Links(ports=64, gbps=400, optic="lpo-dr4-400g", length_m=50),
        ),
    ),
)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(1, 16))
def test_twice_the_racks_ask_for_twice_the_ports(count: int) -> None:
    def wanted(racks: int) -> float:
        plan = hub(pods=(pod(count=racks, fabrics=("roce",)),), fabrics=(FABRIC,))
        findings = report_on(resolve(plan, load()), rules=(node_ports,)).findings
        return next(f.demand or 0.0 for f in findings if f.subject == "roce")

    assert wanted(2 * count) == 2 * wanted(count) == 2 * count * 4 * 8


@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["huawei-cloudmatrix384-compute-rack", "baidu-p800-rack"]), st.integers(1, 20)),
        min_size=1,
        max_size=5,
    )
)
def test_one_more_pod_never_lowers_the_peak(kinds: list[tuple[str, int]]) -> None:
    pods = tuple(pod(f"pod-{i}", model, count) for i, (model, count) in enumerate(kinds))

    def peaks(standing: tuple[Any, ...]) -> dict[Precision, float]:
        return dict(report_on(resolve(hub(pods=standing), load()), rules=()).phases[0].pflops)

    fewer, more = peaks(pods[:-1]), peaks(pods)
    assert all(more[precision] >= value for precision, value in fewer.items())


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(1, 12), st.integers(1, 12))
def test_a_pod_in_two_fabrics_shares_its_ports_between_them(count: int, others: int) -> None:
    second = FABRIC.replace(name="roce-2")
    plan = hub(
        pods=(
            pod("pod-1", count=count, fabrics=("roce", "roce-2")),
            pod("pod-2", count=others, fabrics=("roce",)),
        ),
        fabrics=(FABRIC, second),
    )
    joined = attached(states_of(resolve(plan, load()))[-1])
    assert joined["roce"].link_count + joined["roce-2"].link_count == (count + others) * 32
    assert joined["roce-2"].link_count == count * 16


def test_a_run_of_cabinets_is_as_many_cabinets_one_by_one() -> None:
    one_by_one = tuple(
        RackGroup(name=f"compute-{i}", model="huawei-cloudmatrix384-compute-rack", count=1) for i in range(12)
    )
    together = report_on(resolve(hub(), load()), rules=()).phases
    apart = report_on(resolve(hub(pods=(pod(racks=one_by_one),)), load()), rules=()).phases
    assert dict(together[0].pflops) == pytest.approx(dict(apart[0].pflops))
    assert (together[0].racks, together[0].accelerators) == (apart[0].racks, apart[0].accelerators)


@pytest.mark.parametrize("times", [2, 12])
def test_a_hub_many_times_over_gives_the_verdicts_of_one(as_written: dict[str, tuple[Any, ...]], times: int) -> None:
    def counts(found: dict[str, tuple[Any, ...]], rule: str) -> tuple[int, set[Any]]:
        verdicts = [said[0] for identity, said in found.items() if identity.startswith(f"{rule}:")]
        return len(verdicts), set(verdicts)

    many = facts(check(scaled_hub(times)))
    for rule in ("NET-001", "NET-004", "NET-007", "NET-009", "NET-012", "SPC-005", "SPC-009"):
        once, verdicts = counts(as_written, rule)
        assert counts(many, rule) == (times * once, verdicts), rule
