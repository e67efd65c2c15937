"""Odd fabrics give findings, never a crash: too many groups, no uplinks, one switch, links of every speed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import report_on
from petaplan.capacity.document.plan import verify
from petaplan.capacity.fabrics.bill import bill_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.report.json import write_json
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from tests.hubs import hub, pod
from tests.variants import examples

OURS = tuple(rule for rule in all_rules() if rule.family in ("NET", "SPC", "CNT"))

links = st.builds(
    Links,
    ports=st.integers(1, 40),
    gbps=st.sampled_from([1.0, 100.0, 400.0, 800.0, 1_600.0]),
    optic=st.sampled_from(["lpo-dr4-400g", "dac-400g", "cat6-1g", "dr8-800g"]),
    length_m=st.sampled_from([1.0, 30.0, 5_000.0]),
)
tiers = st.builds(
    Tier,
    name=st.just("tier"),
    switch=st.sampled_from(["generic-switch-64x400g", "huawei-ub-l2-switch", "nvidia-quantum-x800"]),
    switches=st.integers(1, 20),
    down=links,
    up=st.none() | links,
    groups=st.integers(1, 30),
    reserved_ports=st.integers(0, 5),
)
fabrics = st.builds(
    Fabric,
    name=st.just("odd"),
    phase=st.just("first"),
    site=st.just("site"),
    kind=st.sampled_from(list(FabricKind)),
    tiers=st.lists(tiers, min_size=1, max_size=4).map(tuple),
    planes=st.integers(1, 4),
    domains=st.integers(1, 3),
    rail_aligned=st.booleans(),
    minimum_bisection_fraction=st.none() | st.sampled_from([0.0, 0.5, 1.0]),
)


@settings(max_examples=examples(150), deadline=None)
@given(fabrics, st.booleans())
def test_no_fabric_crashes_a_rule_or_the_bill(fabric: Fabric, known: bool) -> None:
    model = "huawei-cloudmatrix384-compute-rack" if known else "huawei-atlas-950-cabinet"
    plan = verify(hub(pods=(pod(model=model, fabrics=("odd",)),), fabrics=(fabric,)))
    design = resolve(plan, load())
    report = report_on(design, rules=OURS)
    assert write_json(report)
    assert bill_of(design).lines
    for finding in report.findings:
        assert finding.demand is None or finding.demand == finding.demand, finding
        assert (finding.verdict == "unknown") == bool(finding.missing), finding


def test_every_rule_of_these_families_says_what_it_rests_on() -> None:
    rules: tuple[Rule, ...] = OURS
    assert all(rule.basis and rule.formula and rule.ask.__doc__ for rule in rules)
