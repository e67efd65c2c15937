"""The count of lines, functions and uses of Any."""

from pathlib import Path

from tools.measure import (
    FUNCTION_LINES,
    MODULE_LINES,
    PACKAGES,
    TESTS,
    any_per_1000_lines,
    broken,
    measured,
    modules,
    short_share,
)

SOURCE = '''"""A module."""

from typing import Any


def one(value: Any) -> Any:
    """Two uses."""
    return value


class Kept:
    held: "int"

    def two(self) -> None:
        """No use, three lines."""
        self.held = 1
'''


def test_functions_lines_and_uses_of_any_are_counted() -> None:
    module = measured("module.py", SOURCE)
    assert module.lines == 16
    assert [function.lines for function in module.functions] == [3, 3]
    assert module.functions[0].place == "module.py:6 one"
    assert module.any_count == 2
    assert any_per_1000_lines([module]) == 125
    assert short_share(list(module.functions)) == 1


def test_what_breaks_a_limit_is_named() -> None:
    short = "def flat() -> None: ...\n" * 20
    longest = measured("long.py", "x = 1\n" * (MODULE_LINES + 1))
    body = "    pass\n" * FUNCTION_LINES
    function = measured("deep.py", f"def deep() -> None:\n{body}" + short)
    told = "\n".join(broken([longest, function, measured("any.py", SOURCE * 20)], []))
    assert "long.py: 401 lines" in told
    assert "deep.py:1 deep: 66 lines" in told
    assert "uses of Any in 1,000 lines" in told


def test_tests_may_use_any_and_are_held_to_the_length_of_modules(tmp_path: Path) -> None:
    assert broken([measured("few.py", "def flat() -> None: ...\n")], [measured("any.py", SOURCE)]) == []
    long = measured("long.py", "x = 1\n" * (MODULE_LINES + 1))
    assert len(broken([measured("few.py", "def flat() -> None: ...\n")], [long])) == 1


def test_generated_modules_and_links_are_left_out() -> None:
    names = {module.name for module in modules(("petaplan", "infra"))}
    assert "infra/resources.py" not in names
    assert "petaplan/old_names.py" in names
    assert not any(name.startswith("petaplan/infra") for name in names)


def test_the_house_keeps_its_limits() -> None:
    assert broken(modules(PACKAGES), modules(TESTS)) == [], "python -m tools.measure prints the figures"
