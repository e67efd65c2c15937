"""Export facts are those of the published table, dated, and end with counsel, never with a verdict."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from petaplan.capacity.check import report_on
from petaplan.capacity.export_facts import destinations, measured, rule_readings
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.export_rules import ExportQuantity, Form
from petaplan.capacity.findings import Finding
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules.exp.devices import domestic_devices, foreign_devices
from petaplan.infra.hong_kong import hub, with_h100

DAY = date(2026, 12, 28)


def accelerator(model: str) -> Accelerator:
    found = load().find(Accelerator, model)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("model", "tpp", "density"),
    [
        ("nvidia-a100-sxm", 4_992, 6.04),
        ("nvidia-h100-sxm", 15_831, 19.4),
        ("nvidia-h20", 2_368, 2.91),
        ("nvidia-b200", 36_000, None),
        ("nvidia-b300", 54_000, None),
        ("huawei-ascend-910c", 12_032, 9.04),
        ("baidu-kunlun-p800", 5_520, None),
        ("huawei-ascend-950dt", 7_776, None),
    ],
)
def test_performance_and_density_are_those_of_the_published_table(
    model: str, tpp: float, density: float | None
) -> None:
    facts = measured(accelerator(model))
    assert facts.values[ExportQuantity.TPP] == pytest.approx(tpp, rel=0.001)
    if density is not None:
        assert facts.values[ExportQuantity.PERFORMANCE_DENSITY] == pytest.approx(density, rel=0.003)


def holding(model: str, country: str = "HK", day: date = DAY) -> set[str]:
    forms = (Form.CLASSIFICATION, Form.LICENCE, Form.GUIDANCE)
    return {s.rule.id for s in rule_readings(accelerator(model), country, day, *forms) if s.holds}


def test_conditions_hold_as_the_published_table_has_them() -> None:
    assert {"3A090.a", "informed-letters-2025-04", "case-by-case-2026"} <= holding("nvidia-h100-sxm")
    assert holding("nvidia-h20") == {"informed-letters-2025-04", "case-by-case-2026"}
    assert "case-by-case-2026" not in holding("nvidia-b200")
    assert {"3A090.a", "gp10-ascend-2025"} <= holding("huawei-ascend-910c")


def test_a_rule_holds_from_its_first_day() -> None:
    assert "gp10-ascend-2025" not in holding("huawei-ascend-910c", day=date(2025, 5, 12))
    assert "gp10-ascend-2025" in holding("huawei-ascend-910c", day=date(2025, 5, 13))
    assert holding("nvidia-a100-sxm", day=date(2023, 1, 1)) == {"rule-2022"}


def test_hong_kong_counts_as_china_since_december_2020() -> None:
    assert destinations("HK", date(2020, 11, 30)) == {"HK"}
    assert destinations("HK", DAY) == {"HK", "CN"}
    assert destinations("SG", DAY) == {"SG"}


def test_what_turns_on_an_unpublished_figure_is_unknown_and_names_it() -> None:
    (unknown,) = (
        s for s in rule_readings(accelerator("metax-c550"), "SG", DAY, Form.CLASSIFICATION) if s.rule.id == "3A090.a"
    )
    assert unknown.holds is None
    assert unknown.missing == ("metax-c550.die_area_mm2",)


def findings() -> Iterator[Finding]:
    for plan in (hub(), with_h100()):
        yield from report_on(resolve(plan, load()), rules=(foreign_devices, domestic_devices)).findings


def test_the_variant_with_h100_shows_the_facts_and_refers_to_counsel() -> None:
    (h100,) = (finding for finding in findings() if finding.rule == "EXP-001")
    assert h100.subject == "phase-2/nvidia-h100-sxm"
    assert {given.name for given in h100.inputs} >= {"TPP", "performance density", "memory_gb_per_s"}
    assert "3A090.a (from 2023-11-17" in h100.hint
    assert h100.hint.endswith("Refer to counsel.")
    assert "counts as CN" in h100.note


def test_every_device_of_the_hub_is_told_once_where_it_first_comes() -> None:
    told = [f.subject for f in findings() if f.rule == "EXP-002"]
    assert sorted(set(told)) == [
        "phase-1/baidu-kunlun-p800",
        "phase-1/huawei-ascend-910b2",
        "phase-1/huawei-ascend-910c",
        "phase-2/huawei-ascend-950dt",
    ]


def test_no_finding_gives_a_verdict_of_law_or_a_way_around_one() -> None:
    words = ("complian", "allowed to", "permitted", "below the threshold", "stay under", "avoid", "split the order")
    for finding in findings():
        text = f"{finding.hint} {finding.note} {finding.formula}".lower()
        assert not [word for word in words if word in text], finding.subject


def test_no_source_of_the_export_rules_uses_the_word() -> None:
    folder = Path(__file__).parents[2] / "capacity"
    for name in ("rules/exp/devices.py", "export_facts.py", "facts/export_rules.py", "data/export_rules.yaml"):
        assert "compliant" not in (folder / name).read_text().lower(), name
