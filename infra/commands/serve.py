"""`petaplan serve`: the web report of a plan on this machine, made again on each save."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Plan,
    ScenarioOption,
    Strict,
    TrustedKeyFile,
)
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.web.options import LanguageOption

if TYPE_CHECKING:
    from petaplan.capacity.command_line.web_report import Asked

Port = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65_535, help="Port of 127.0.0.1; 0 is a free one.")
]


def serve(
    plan: Plan,
    *,
    port: Port = 0,
    lang: LanguageOption = "en",
    waivers: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")] = None,
    strict: Strict = False,
    evidence: EvidenceFiles = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
) -> None:
    """Show a plan in a browser of this machine.

    The page is made again whenever a file changes that it was made from. Standard error says when, and what is wrong
    with the plan. Nothing is written. It ends with Ctrl-C, and with whoever started it.

    Exit codes: 0 whoever started it has ended, 2 bad input, 130 Ctrl-C.
    """
    if plan == "-":
        found, expected = "standard input, which can be read once", "a file or a module"
        raise PlanError([Problem(where="PLAN", found=found, expected=expected, advice="save the plan to a file")])
    from petaplan.capacity.command_line.web_report import Asked

    asked = Asked(
        plan=plan,
        language=lang,
        waivers=waivers,
        strict=strict,
        evidence=tuple(evidence or ()),
        trusted_keys=trusted_keys,
        catalogue=tuple(catalogue or ()),
        scenario=scenario,
    )
    _serve(asked, port)


def _serve(asked: "Asked", port: int) -> None:
    """Listen, say where, and keep the page true until the end."""
    import threading

    from petaplan.capacity.command_line.not_there import not_there
    from petaplan.infra.serving.keeping import Shown, keep
    from petaplan.infra.serving.server import Server

    shown, problems = Shown(), tuple(not_there(asked))
    try:
        listening = Server(port, shown.answer)
    except PlanError as error:
        raise PlanError([*problems, *error.problems]) from None
    with listening as server:
        if problems:
            raise PlanError(problems)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        try:
            keep(asked, shown)
        finally:
            server.shutdown()
