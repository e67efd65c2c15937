"""The option ``--scenario FILE[:NAME]`` of commands that read a plan."""

from collections.abc import Iterable
from pathlib import Path

from petaplan.capacity.design import Design
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.scenarios.applying import under
from petaplan.capacity.scenarios.changes import Scenario
from petaplan.capacity.scenarios.reading import read_scenarios


def file_of(asked: str) -> tuple[Path, str | None]:
    """The file that an option names, and the scenario in it; a path that exists is taken whole."""
    path, colon, name = asked.rpartition(":")
    return (Path(asked), None) if not colon or Path(asked).exists() else (Path(path), name)


def as_asked(design: Design, asked: str, layers: Iterable[Path] = ()) -> tuple[Scenario, Design]:
    """The scenario that an option names, and the plan under it.

    Raises:
        PlanError: with every problem of the file; where it has several scenarios and none is named, or not that one.
    """
    path, name = file_of(asked)
    found = read_scenarios((path,), design)
    chosen = [one for one in found if name in (None, one.name)]
    if len(chosen) != 1:
        known = ", ".join(one.name for one in found[:8])
        expected = "one scenario: FILE with one in it, or FILE:NAME"
        what = f"{len(found)} scenarios" if name is None else repr(name)
        raise PlanError([Problem(where=f"--scenario {path}", found=what, expected=expected, advice=f"it has {known}")])
    return chosen[0], under(design, catalogue_of(design.hub, layers), chosen[0])
