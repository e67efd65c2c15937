"""Totals that somebody wrote down, held against what the parts give."""

from petaplan.capacity.check import check
from petaplan.capacity.compute import DeclaredTotals, RackGroup
from petaplan.capacity.findings import Verdict
from tests import hubs


def verdicts(rule: str, declared: DeclaredTotals) -> dict[str, Verdict]:
    """What a rule says of a pod that declares totals."""
    findings = check(hubs.hub(pods=(hubs.pod(declared=declared),))).findings
    return {
        finding.subject: Verdict.PASS if finding.holds_unverified else finding.verdict
        for finding in findings
        if finding.rule == rule
    }


def test_counts_that_agree_pass() -> None:
    declared = DeclaredTotals(racks=12, accelerators=384, cpus=192)

    assert set(verdicts("CNT-001", declared).values()) == {Verdict.PASS}


def test_a_count_that_is_off_by_one_falls_short() -> None:
    assert verdicts("CNT-001", DeclaredTotals(accelerators=383)) == {"pod-1/accelerators": Verdict.SHORTFALL}


def test_power_within_a_fifth_passes_and_beyond_asks_for_a_review() -> None:
    assert verdicts("CNT-002", DeclaredTotals(it_power_kw=500)) == {"pod-1/it_power_kw": Verdict.PASS}
    assert verdicts("CNT-002", DeclaredTotals(it_power_kw=800)) == {"pod-1/it_power_kw": Verdict.REVIEW}


def test_a_pod_that_lacks_cabinets_of_its_model_asks_for_a_review() -> None:
    racks = (RackGroup(name="compute", model="huawei-cloudmatrix384-compute-rack", count=11),)
    findings = check(hubs.hub(pods=(hubs.pod(racks=racks).replace(model="huawei-cloudmatrix384"),))).findings

    found = {f.subject: f.verdict for f in findings if f.rule == "CNT-003"}
    assert found["pod-1/accelerators"] is Verdict.REVIEW
