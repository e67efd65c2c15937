"""Counts that pages quote."""

from petaplan.capacity.rules import all_rules
from tools.generate.files import Files

PAGE = "docs/testing.md"


def counts(files: Files) -> None:
    """How many rules and scenarios there are."""
    files.count(PAGE, "rules", len(all_rules()))
    files.count(PAGE, "scenarios", len(list((files.root / "tests" / "scenarios").rglob("*.yaml"))))
