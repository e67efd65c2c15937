"""Options of commands that write pages."""

from typing import Annotated

import typer

from petaplan.reporting.web.language import tags


def _known(tag: str) -> str:
    if tag in tags():
        return tag
    raise typer.BadParameter(f"{tag!r} is not one of {', '.join(map(repr, tags()))}.")


LanguageOption = Annotated[
    str,
    typer.Option("--lang", parser=_known, metavar="|".join(tags()), help="Language of labels, headings and units."),
]
