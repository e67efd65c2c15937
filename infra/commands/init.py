"""`petaplan init`: a repository of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.problems import Problems
from petaplan.infra.repository.templates import DEFAULT, TEMPLATES

_KINDS = "; ".join(f"{made.name}: {made.summary}" for made in TEMPLATES.values())


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="New or empty folder; its name is that of the project.")
    ],
    template: Annotated[str, typer.Option(metavar="NAME", help=f"Kind of repository. {_KINDS}.")] = DEFAULT,
    package: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|GIT-URL@REV",
            help="Where the repository gets petaplan from: a wheel, or a full commit (default: as it is installed).",
        ),
    ] = None,
    _problems: Problems = None,
) -> None:
    """Write a repository of your own, with a plan and its gate.

    It holds a Pulumi project, pinned requirements, and jobs for GitHub and GitLab.

    Exit codes: 0 written, 2 bad input; then nothing is written.
    """
    from petaplan.capacity.command_line import output
    from petaplan.infra.repository.create import planned, write

    made = planned(folder, template, package)
    write(made)
    output.write(
        f"{made.place.folder}: {len(made.files)} files of the template {made.template.name}\n"
        f"Next: cd {folder}, then see README.md\n",
        None,
    )
