"""What `make test` samples: every test is in it or in `make test-variants`, and no fault is in the latter alone."""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import variants
from tests.variants import examples, take_share_of_examples

ROOT = Path(__file__).parents[2]

SAMPLED = """
import pytest
@pytest.mark.sample({kept})
@pytest.mark.parametrize("n", range({count}))
def test_many(n): pass
@pytest.mark.variant
def test_variant(): pass
def test_one(): pass
"""

CONFTEST = """
from tests.variants import mark_variants
def pytest_configure(config):
    for name in ("sample", "variant"):
        config.addinivalue_line("markers", name)
def pytest_collection_modifyitems(items): mark_variants(items, {seed})
"""


def collected(folder: Path, chosen: str, *, kept: int = 3, count: int = 9, seed: int = 1) -> set[str] | str:
    """The tests that pytest chooses there, or what it says against them."""
    (folder / "conftest.py").write_text(CONFTEST.format(seed=seed), encoding="utf-8")
    (folder / "test_it.py").write_text(SAMPLED.format(kept=kept, count=count), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", chosen],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = {line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line}
    return found if done.returncode == 0 else done.stdout + done.stderr


def test_a_sample_and_its_variants_are_every_test(tmp_path: Path) -> None:
    sample, variants = collected(tmp_path, "not variant"), collected(tmp_path, "variant")
    assert isinstance(sample, set) and isinstance(variants, set)
    assert sample | variants == {"test_one", "test_variant", *(f"test_many[{n}]" for n in range(9))}
    assert not sample & variants and (len(sample), len(variants)) == (4, 7)
    more = collected(tmp_path, "not variant", count=10)
    assert len(sample - set(more)) <= 1, "one more parameter set takes the place of one at most"
    assert collected(tmp_path, "not variant", seed=2) != sample


def test_a_sample_of_nothing_is_refused(tmp_path: Path) -> None:
    said = collected(tmp_path, "not variant", kept=0)
    assert "found sample(0); expected at least one parameter set" in said


def test_a_test_draws_a_share_of_its_examples_and_never_less_than_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "_share_of_examples", 1.0)
    assert examples(300) == 300
    take_share_of_examples(0.3)
    assert [examples(whole) for whole in (300, 60, 20, 10, 3)] == [90, 18, 10, 10, 3]
    for share in (0, -1, 1.5):
        with pytest.raises(pytest.UsageError, match="expected a number above 0, at most 1"):
            take_share_of_examples(share)


FAULTS = {
    "PY": "01-04",
    "APP": "01-05",
    "GATE": "01-09 12-15",
    "PHY": "01-10 12-14",
    "CAL": "01-12",
    "BEN": "01-10 12-14 16-21",
    "CAT": "01-09 11 14-17",
    "INV": "01-10",
    "IO": "01-16",
    "TTY": "01-05",
}
"""Numbers of the known faults of each family."""


def numbers(spans: str) -> Iterator[int]:
    for span in spans.split():
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)


def faults_of(text: str) -> set[str]:
    """The faults that a name or a docstring names, in ranges and lists too."""
    found = set()
    for family, numbered in re.findall(
        rf"(?i)\b({'|'.join(FAULTS)})[-_]((?:\d\d(?:(?: to |, | and |_)(?:[A-Z]+-)?)?)+)", text
    ):
        named = re.sub(
            rf"(\d\d) to (?:{family}-)?(\d\d)",
            lambda m: " ".join(f"{n:02}" for n in range(int(m[1]), int(m[2]) + 1)),
            numbered,
        )
        found |= {f"{family.upper()}-{number}" for number in re.findall(r"\d\d", named)}
    return found


@cache
def by_fault() -> dict[str, list[tuple[str, bool]]]:
    """The tests that name each fault, in their name, docstring or module's docstring; and whether each is a variant."""
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        of_all = faults_of(ast.get_docstring(module) or "") if path.parent.name == "faults" else set()
        for one in module.body:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                variant = any("mark.variant" in ast.unparse(decorator) for decorator in one.decorator_list)
                for fault in (
                    of_all | faults_of(one.name.removeprefix("test_")) | faults_of(ast.get_docstring(one) or "")
                ):
                    found[fault].append((f"{path.name}::{one.name}", variant))
    return found


@pytest.mark.parametrize("family", FAULTS)
def test_each_fault_has_a_test_that_make_test_runs(family: str) -> None:
    found = by_fault()
    faults = [f"{family}-{number:02}" for number in numbers(FAULTS[family])]
    assert [fault for fault in faults if all(variant for _, variant in found[fault])] == []
