"""`petaplan gate`: one verdict for a change, in every format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    Environment,
    EvidenceFiles,
    RequiredEvidence,
    Strict,
    Today,
    TrustedKeyFile,
    day_of,
)
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.clashes import refuse_clashes
from petaplan.capacity.report.kinds import GATE
from petaplan.infra.gate.options import GateOptions
from petaplan.reporting.options import TEXT, with_outputs
from petaplan.reporting.publishing import STDOUT, OutputRequest
from petaplan.reporting.registry import GITHUB_LIMIT_BYTES

NoWeakening = Annotated[
    bool,
    typer.Option("--no-weakening", help="Fail where checks of --base are lost, or a target, claim or limit is weaker."),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", help="Levels of rules and families (default: `petaplan:policy`)."),
]
SoftFail = Annotated[bool, typer.Option("--soft-fail", help="Show a shortfall, and exit with 0 instead of 1.")]
Base = Annotated[str | None, typer.Option(metavar="PLAN", help="Revision or plan with which the comment compares.")]
BaselineFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Earlier JSON report; only findings that it lacks fail.")
]
PolicyPacks = Annotated[
    list[Path] | None, typer.Option(metavar="PATH", help="Further policy pack to run in the preview.")
]
MarkdownLimit = Annotated[
    int,
    typer.Option(
        metavar="BYTES", min=4_000, help="Largest size of the comment in bytes; the limit of GitHub is 65,536."
    ),
]


@with_outputs(GATE)
def gate(
    plan: Annotated[
        str | None,
        typer.Argument(metavar="PLAN", help="Plan to judge (default: the one that a preview of the stack declares)."),
    ] = None,
    *,
    requests: tuple[OutputRequest, ...],
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="Stack to preview (default: the selected one).")
    ] = None,
    base: Base = None,
    waivers: Annotated[Path | None, typer.Option(metavar="FILE", help="File of accepted findings.")] = None,
    baseline: BaselineFile = None,
    today: Today = None,
    strict: Strict = False,
    no_weakening: NoWeakening = False,
    policy: PolicyFile = None,
    soft_fail: SoftFail = False,
    evidence: EvidenceFiles = None,
    require_evidence: RequiredEvidence = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    policy_pack: PolicyPacks = None,
    badge: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Renew one line in a README file, between its marks: verdict and petaflops."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an approval for `petaplan up --approved`.")
    ] = None,
    markdown_limit: MarkdownLimit = GITHUB_LIMIT_BYTES,
    _env: Environment = None,
    _problems: Problems = None,
) -> None:
    """Judge a change before it lands.

    Exit codes: 0 it may land, 1 it falls short, 2 bad input, 3 a tool broke, 4 too little is known or measured.
    """
    if not any(one.path == STDOUT for one in requests):
        requests += (OutputRequest(output=TEXT, path=STDOUT),)
    options = GateOptions(
        plan=plan,
        stack=stack,
        base=base,
        waivers=waivers,
        baseline=baseline,
        today=day_of(today),
        strict=strict,
        no_weakening=no_weakening,
        policy_file=policy,
        soft_fail=soft_fail,
        evidence=tuple(evidence or ()),
        required=require_evidence,
        trusted_keys=trusted_keys,
        packs=tuple(policy_pack or ()),
        catalogues=tuple(catalogue or ()),
        badge=badge,
        save=save,
        markdown_limit_bytes=markdown_limit,
        start=Path.cwd(),
    )
    refuse_clashes(requests, options.files)
    raise typer.Exit(_run(options, requests))


def _run(options: GateOptions, requests: Sequence[OutputRequest]) -> int:
    """The exit code; the engine is at work while everything else is loaded."""
    import gc

    gc.disable()  # one judgement, then the process ends: there is nothing to collect
    refuse_contradictions(options)
    if options.plan is not None:
        from petaplan.capacity.document.apart import begun

        with begun(options.plan):
            from petaplan.infra.gate.run import run

            return run(options, requests, None)
    from petaplan.infra.gate.starting import started_preview
    from petaplan.infra.inventory_notices import tell_of_unended_in

    options = options.on_a_stack()
    with started_preview(options.stack or "", options.folder, options.packs) as running:
        from petaplan.infra.gate.run import run
        from petaplan.infra.inventory_notices import tell_of_unended_in

        tell_of_unended_in(options.stack or "", options.folder)
        return run(options, requests, running)


def refuse_contradictions(options: GateOptions) -> None:
    """What was options can be done.

    Raises:
        PlanError: when it can't.
    """
    if options.plan is not None:
        if options.save is not None:
            _refuse("--save", "a plan", "a stack", "an approval binds the state of a stack: leave the plan out")
        if options.stack is not None:
            _refuse("--stack", f"the plan {options.plan} as well", "a plan or a stack", "leave one of the two out")
        if options.packs:
            _refuse("--policy-pack", "a plan", "a stack", "policy packs run in the preview of a stack")
    elif not (options.folder / "Pulumi.yaml").is_file():
        _refuse(str(options.start), "no Pulumi.yaml", "a project, or a plan to judge", "name the plan")
    if options.no_weakening and options.base is None:
        _refuse("--no-weakening", "no --base", "a base that nothing may be weaker than", "name it with --base")
    for pack in options.packs:
        if not pack.exists():
            _refuse(f"--policy-pack {pack}", "nothing", "a folder or an executable", "check the path")


def _refuse(where: str, found: str, expected: str, advice: str) -> None:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
