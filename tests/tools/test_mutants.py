"""The mutants: what is changed and what is not, and a small sample that the tests must kill."""

from pathlib import Path

import pytest

from tools.mutants.__main__ import EQUIVALENT, equivalent, key
from tools.mutants.campaign import ROOT, relevant_tests, run, sample
from tools.mutants.mutations import mutations_of

MODULE = '''
Number = int | float

def judged(limit: int | None = 3, *, exact: bool = True) -> bool:
    """Whether 5 < 6."""
    assert limit is not None
    if not exact and limit * 2 <= 7:
        return min(limit, -4) == 1
    return any(part for part in range(limit) if part > 0) or f"{limit + 1}" == "1"
'''


@pytest.fixture
def changes(tmp_path: Path) -> dict[str, str]:
    """Each changed module by what was changed."""
    (tmp_path / "module.py").write_text(MODULE)
    return {f"{each.old} → {each.new}": each.applied(MODULE) for each in mutations_of(tmp_path, "module.py")}


def test_every_kind_of_expression_is_changed(changes: dict[str, str]) -> None:
    assert {
        "limit * 2 <= 7 → limit * 2 < 7",
        "limit * 2 → limit / 2",
        "not exact → exact",
        "not exact and limit * 2 <= 7 → not exact or limit * 2 <= 7",
        "min(limit, -4) → max(limit, -4)",
        "-4 → 4",
        "3 → 4",
        "True → False",
    } <= set(changes)
    assert any(old.startswith("(part for part in range(limit) if") for old in changes)


def test_texts_types_docstrings_and_assertions_are_left_alone(changes: dict[str, str]) -> None:
    assert not any("int" in change or "is not None" in change for change in changes)
    assert "limit + 1 → limit - 1" not in changes


def test_a_change_leaves_a_module_that_python_reads_and_differs(changes: dict[str, str]) -> None:
    for text in changes.values():
        compile(text, "module.py", "exec")
        assert text != MODULE


def test_a_seed_gives_the_same_changes_again() -> None:
    assert sample(5, 20) == sample(5, 20)
    assert sample(5, 20) != sample(6, 20)
    assert len(set(sample(5, 200))) == 200


def test_code_that_is_added_leaves_the_changes_of_other_code(tmp_path: Path) -> None:
    module = tmp_path / "rules" / "one.py"
    module.parent.mkdir()
    module.write_text("".join(f"a{n} = {n} + b\n" for n in range(20)))
    before = {key(change) for change in sample(1, 20, tmp_path, ["rules"])}
    module.with_name("another.py").write_text("z = 5 + b\n")
    after = {key(change) for change in sample(1, 20, tmp_path, ["rules"])}
    assert len(before & after) >= 18


def test_every_module_has_tests_of_its_own_besides_the_scenarios() -> None:
    modules = {mutation.module for mutation in sample(1, 10_000)}
    assert [module for module in modules if not relevant_tests(module)] == []


def test_a_small_sample_is_killed() -> None:
    outcomes = list(run(sample(1, 3), workers=1))
    survived = [str(outcome.mutation) for outcome in outcomes if not outcome.killed_by]
    assert len(survived) <= 1, survived


def test_every_change_called_equivalent_is_still_offered_and_has_a_reason() -> None:
    offered = {key(mutation) for mutation in sample(1, 10_000)}
    assert len(equivalent()) <= 10
    assert [entry for entry, reason in equivalent().items() if entry not in offered or len(reason.split()) < 5] == []
    assert EQUIVALENT.is_relative_to(ROOT)
