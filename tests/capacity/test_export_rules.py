"""The export rules are what was published, dated, and refused when they refer to nothing."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from petaplan.capacity.errors import CatalogueError
from petaplan.capacity.facts.catalog import DATA
from petaplan.capacity.facts.export_rules import Condition, ExportQuantity, ExportRule, Form, export_rules
from petaplan.capacity.figures import Status


def rule(rule_id: str) -> ExportRule:
    """The rule of that id."""
    return next(rule for rule in export_rules() if rule.id == rule_id)


def conditions(condition: Condition | None) -> Iterator[Condition]:
    """A condition and all those in it."""
    if condition is not None:
        yield condition
        for part in (*(condition.all or ()), *(condition.any or ())):
            yield from conditions(part)


def bounds(rule_id: str) -> list[tuple[ExportQuantity, float | None, float | None, float | None]]:
    """The bounded quantities in a rule, in order."""
    leaves = (leaf for leaf in conditions(rule(rule_id).condition) if leaf.quantity)
    return [(leaf.quantity, leaf.at_least, leaf.above, leaf.below) for leaf in leaves if leaf.quantity]


def test_the_thresholds_of_the_chip_rules_are_the_published_ones() -> None:
    assert bounds("3A090.a") == [
        (ExportQuantity.TPP, 4800, None, None),
        (ExportQuantity.TPP, 1600, None, None),
        (ExportQuantity.PERFORMANCE_DENSITY, 5.92, None, None),
    ]
    assert bounds("case-by-case-2026") == [
        (ExportQuantity.TPP, None, None, 21000),
        (ExportQuantity.DRAM_GB_PER_S, None, None, 6500),
    ]
    assert bounds("informed-letters-2025-04") == [
        (ExportQuantity.DRAM_GB_PER_S, 1400, None, None),
        (ExportQuantity.IO_GB_PER_S, 1100, None, None),
        (ExportQuantity.DRAM_PLUS_IO_GB_PER_S, 1700, None, None),
    ]
    assert bounds("3A090.c") == [(ExportQuantity.HBM_DENSITY, None, 2.0, None)]


def test_a_rule_that_names_china_as_destination_names_hong_kong() -> None:
    for entry in export_rules():
        for condition in conditions(entry.condition):
            if condition.destination and "CN" in condition.destination:
                assert "HK" in condition.destination, entry.id


def test_a_rule_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    first = rule("rule-2022")
    assert not first.in_force(date(2022, 10, 20))
    assert first.in_force(date(2022, 10, 21))
    assert first.in_force(date(2023, 11, 16))
    assert not first.in_force(date(2023, 11, 17))
    assert rule("3A090.a").in_force(date(2023, 11, 17))


def test_what_rests_on_general_knowledge_is_an_open_question() -> None:
    for entry in export_rules():
        if entry.status in {Status.ASSUMED, Status.UNVERIFIED}:
            assert entry.open_questions, entry.id


def test_no_rule_says_that_anything_is_compliant() -> None:
    for entry in export_rules():
        assert "compliant" not in f"{entry.text}{entry.open_questions}".lower(), entry.id


def test_every_form_of_statement_is_there() -> None:
    assert {entry.form for entry in export_rules()} == set(Form)


def test_a_condition_of_two_forms_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Condition(maker=("CN",), meets="3A090.a")
    with pytest.raises(ValueError, match="one of at_least"):
        Condition(quantity=ExportQuantity.TPP, at_least=1, below=2)
    with pytest.raises(ValueError, match="none without"):
        Condition(maker=("CN",), at_least=1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("meets: 3A090.b", "meets: 3A090.z", "a rule that stands above it"),
        ("id: 4A090.a", "id: 3A090.a", "each rule once"),
        ("until: 2023-11-17", "until: 2021-11-17", "a later day than its first"),
        ("source: hankun", "source: hankum", "a key of sources.yaml; did you mean 'hankun'"),
        ("{quantity: tpp, at_least: 2400}", "{quantity: tpp}", "one of at_least, above, below"),
        ("{quantity: tpp, at_least: 2400}", "{quantity: tpb, at_least: 2400}", "'tpp'"),
        ("{quantity: tpp, at_least: 2400}", "{quantity: tpp, at_least: -1}", "at least 0"),
        ("any:", "either:", "unknown field"),
    ],
)
def test_a_slip_in_a_rule_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = folder / "export_rules.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        export_rules(folder)
    told = [str(problem) for problem in caught.value.problems]
    assert any(expected in line and "export_rules.yaml:" in line for line in told), told
