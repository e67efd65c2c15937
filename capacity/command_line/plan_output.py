"""A plan that a command writes: it names its layers of the catalogue from the folder of the new file."""

import os
from collections.abc import Iterable
from pathlib import Path

from petaplan.capacity.command_line.output import notify
from petaplan.capacity.facts.layers import folder_of, seen_from
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.kinds import PLAN
from petaplan.reporting.publishing import STDOUT, place, publish


def publish_plan(hub: Hub, *, format: str, output: Path | None, reads: Iterable[Path | str] = ()) -> None:
    """The plan in one format, to a file or to standard output.

    The layers of a document start from its folder, those of tables from the folder that holds the folder or ZIP file.
    On standard output they stay as they are; a notice says from where they start.

    Raises:
        CatalogueError: when a layer does not lie below the folder of the new plan.
        OSError: when it can't be written; an old file is then as it was.
    """
    start = folder_of(hub)
    if output is not None and place(str(output)) != STDOUT:
        folder = Path(os.path.realpath(output)).parent  # a ring of links fails where it is opened
        moved = seen_from(hub, folder, f"write the plan to {start}, or to a folder above it")
        publish(PLAN, moved, format=format, output=output, reads=reads)
        if moved.catalogues != hub.catalogues:
            notify(f"{output}: catalogues are named from {folder}: {', '.join(moved.catalogues)}")
        return
    publish(PLAN, hub, format=format, output=output, reads=reads)
    if hub.catalogues and os.path.realpath(start) != os.path.realpath(Path.cwd()):
        notify(f"standard output: catalogues start from {start}, so keep the plan there; -o names them anew")
