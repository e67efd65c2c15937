"""`petaplan report`: a plan as pages for a browser, in one file."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Output,
    Plan,
    ScenarioOption,
    Strict,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.web.options import LanguageOption
from petaplan.capacity.web.report import REPORT
from petaplan.reporting.options import format_option


def report(
    plan: Plan,
    *,
    format: Annotated[str, format_option(REPORT)] = "html",
    output: Output = None,
    lang: LanguageOption = "en",
    waivers: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="Day of waivers and money (default: today)."),
    ] = None,
    strict: Strict = False,
    evidence: EvidenceFiles = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Write a plan as pages for a browser, in one file.

    The file needs no network and no other file. A shortfall is shown, and does not fail the command. The file of a
    plan that is not valid says why.
    """
    from petaplan.capacity.command_line.web_report import Asked, web_report, written
    from petaplan.capacity.errors import DeclarationError
    from petaplan.reporting.publishing import publish

    asked = Asked(
        plan=plan,
        language=lang,
        waivers=waivers,
        on=None if on is None else on.date(),
        strict=strict,
        evidence=tuple(evidence or ()),
        trusted_keys=trusted_keys,
        catalogue=tuple(catalogue or ()),
        scenario=scenario,
    )
    try:
        found = web_report(asked)
    except DeclarationError as error:
        raise written(error, asked, output) if format == "html" and output is not None else error from None
    publish(REPORT, found, format=format, output=output, reads=tuple(asked.files))
