"""Two sides to compare, wherever they are: files, modules, revisions, or what another package contributes."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import yaml

from capacity.document.source import read_hub
from capacity.errors import PlanError, Problem
from capacity.hub import Hub
from capacity.verdict.difference import Difference, Side, difference, side
from capacity.verdict.revision import is_range, sides_of

GROUP = "petaplan.sources"
"""Entry points that read a hub from elsewhere: the name is what stands before the colon."""


def compare(old: str, new: str | None) -> Difference:
    """What changes from old to new; a range of revisions compares the plan with itself.

    Raises:
        PlanError: when one of them can't be read, or they are two hubs.
    """
    if is_range(old):
        plan = new or named_plan(Path("Pulumi.yaml"), old)
        before, after = sides_of(old, plan)
        return difference(before, after or read_side(plan))
    if new is None:
        expected = "a second plan, or a range of revisions such as main..HEAD"
        raise PlanError(
            [Problem(where=old, found="one plan", expected=expected, advice="name what to compare it with")]
        )
    return difference(read_side(old), read_side(new))


def against(base: str, plan: str, head: Hub) -> Difference:
    """What a plan changes against a revision or another plan."""
    after = side(plan, head)
    if is_range(f"{base}..") and not _is_plan(base):
        before, _ = sides_of(f"{base}..", plan)
        return difference(before, after)
    return difference(read_side(base), after)


def _is_plan(text: str) -> bool:
    return Path(text).exists() or ":" in text or text == "-"


def read_side(where: str) -> Side:
    """A plan with its report, by the rules and the catalogue of this program."""
    scheme, colon, rest = where.partition(":")
    for point in entry_points(group=GROUP, name=scheme) if colon else ():
        hub: Hub = point.load()(rest)
        return side(where, hub)
    return side(where, read_hub(where))


def named_plan(project: Path, where: str) -> str:
    """The plan that a project's Pulumi.yaml names.

    Raises:
        PlanError: when it names none.
    """
    try:
        read: Any = yaml.safe_load(project.read_text(encoding="utf-8"))
        setting = read["config"]["petaplan:hub"]
        return str(setting["default"] if isinstance(setting, dict) else setting)
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        expected = "a plan that Pulumi.yaml names under petaplan:hub"
        raise PlanError([Problem(where=where, found="none", expected=expected, advice="name the plan")]) from None
