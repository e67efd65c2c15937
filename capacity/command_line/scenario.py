"""The option ``--scenario FILE[:NAME]``: nothing of scenarios is loaded without it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.capacity.command_line.output import notify

if TYPE_CHECKING:
    from petaplan.capacity.design import Design


def taken_under(design: "Design", asked: str | None, layers: Iterable[Path] | None = None) -> "Design":
    """The plan, or the plan under the scenario that is asked for, which standard error then names.

    Raises:
        PlanError: with every problem of the file; where it has several scenarios and none is named.
    """
    if asked is None:
        return design
    from petaplan.capacity.scenarios.option import as_asked

    scenario, changed = as_asked(design, asked, tuple(layers or ()))
    notify(f"the plan is taken under scenario {scenario.name}: {scenario.statement}")
    return changed


def files_of(asked: str | None) -> tuple[Path, ...]:
    """The file that the option names, which no output may overwrite."""
    if asked is None:
        return ()
    from petaplan.capacity.scenarios.option import file_of

    return (file_of(asked)[0],)
