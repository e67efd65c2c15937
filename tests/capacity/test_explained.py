"""What a finding says follows from the inputs that it prints, by the formula that its rule prints."""

from collections.abc import Iterator

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.findings import Finding
from petaplan.infra.hong_kong import hub as hong_kong
from tests.faults.phy import plan
from tests.oracles.formulas import FORMULAS
from tests.scenario import scenario, scenario_files


def _findings() -> Iterator[Finding]:
    for path in scenario_files():
        told = scenario(path)
        if told.refused is None:
            yield from told.report.findings
    for name in ("PHY-02", "PHY-03", "PHY-04", "PHY-05", "PHY-06", "PHY-07", "PHY-08"):
        yield from check(plan(name)).findings
    yield from check(hong_kong()).findings


@pytest.fixture(scope="module")
def by_rule() -> dict[str, list[Finding]]:
    """All findings with numbers, by rule."""
    found: dict[str, list[Finding]] = {rule: [] for rule in FORMULAS}
    for finding in _findings():
        if finding.rule in found and finding.demand is not None and finding.capacity is not None:
            found[finding.rule].append(finding)
    return found


@pytest.mark.parametrize("rule", FORMULAS)
def test_demand_and_capacity_follow_from_the_printed_inputs(rule: str, by_rule: dict[str, list[Finding]]) -> None:
    """The numbers of a finding are those that its rule's formula gives, worked out again from what is printed."""
    assert by_rule[rule], "no scenario asks it"
    for finding in by_rule[rule]:
        said = (finding.demand, finding.capacity)
        expected = tuple(
            number if number is not None else told for number, told in zip(FORMULAS[rule](finding), said, strict=True)
        )
        assert said == pytest.approx(expected, rel=1e-9, abs=1e-9), f"{finding.subject}: {finding.inputs}"
