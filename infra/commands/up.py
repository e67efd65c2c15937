"""`petaplan up --approved`: `pulumi up` of exactly what was approved."""

import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Today, TrustedKeyFile, day_of
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem


def up(
    approved: Annotated[
        Path, typer.Option("--approved", metavar="FILE", help="Approval that `petaplan gate --save` wrote.")
    ],
    *,
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", metavar="NAME", help="Stack to bring up: the one that was approved.")
    ] = None,
    today: Today = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence",
            metavar="FILE",
            help="Evidence file that was moved since the approval, or a folder of them; may be given many times.",
        ),
    ] = None,
    trusted_keys: TrustedKeyFile = None,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- ARGUMENT...]", help="Further arguments for `pulumi up`, such as --parallel 4."),
    ] = None,
    _problems: Problems = None,
) -> None:
    """Run `pulumi up` if nothing changed since the approval.

    Exit codes: 0 the update succeeded, 1 something changed, 2 bad input, 3 a tool broke.
    """
    further = tuple(arguments or ())
    refuse_other_plans(further)
    raise typer.Exit(
        bring_up(approved, day_of(today), Path.cwd(), evidence, trusted_keys, stack=stack, further=further)
    )


CHANGES_THE_PLAN = frozenset(
    ("--stack", "-s", "--config", "-c", "--config-path", "--config-file", "--cwd", "-C", "--plan", "--import-file")
)
"""Options of `pulumi up` that would bring up something else than what was approved."""


def refuse_other_plans(arguments: Iterable[str]) -> None:
    """Arguments for `pulumi up` leave the stack, its settings and its program as they were approved.

    Raises:
        PlanError: for each that doesn't.
    """
    problems = [
        Problem(
            where="the arguments for pulumi up",
            found=argument,
            expected="arguments that leave stack, settings and program as they were approved",
            advice="leave it out; give --stack before `--`"
            if argument.startswith(("--stack", "-s"))
            else "leave it out",
        )
        for argument in arguments
        if argument.partition("=")[0] in CHANGES_THE_PLAN or (argument[:2] in ("-s", "-c", "-C") and argument[2:])
    ]
    if problems:
        raise PlanError(problems)


def bring_up(
    approved: Path,
    day: date,
    start: Path,
    evidence: Iterable[Path] | None = None,
    trusted_keys: Path | None = None,
    *,
    stack: str | None = None,
    further: Iterable[str] = (),
) -> int:
    """The exit code: 0 it is up, 1 refused, 3 the update failed.

    Raises:
        PlanError: when the approval is none, or the plan or the name of the stack is not valid.
        EvidenceError: when an evidence file is not signed as it was approved.
        EngineError: when the preview fails.
    """
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.throughput.evidence import files_in
    from petaplan.infra.gate.approval import hashes_of, keys_now, moved, moved_evidence, policy_hash, read_approval
    from petaplan.infra.gate.judging import hub_in_graph
    from petaplan.infra.gate.state import exported, state_hash
    from petaplan.infra.inventory_notices import tell_of_unended_in
    from petaplan.infra.project import project_folder
    from petaplan.infra.stack_settings import short_name, stack_settings

    approval = read_approval(approved)
    if approval.until is not None and day > date.fromisoformat(approval.until):
        return _refused([f"a waiver that the approval needs ended on {approval.until}"])
    folder = project_folder(start)
    if stack is not None and short_name(stack, folder) != short_name(approval.stack, folder):
        return _refused([f"the approval of {approval.on} is for stack {approval.stack}, not {stack}"])
    missing = [
        path for path in (approval.waivers, approval.baseline, approval.policy) if path and not Path(path).is_file()
    ]
    gone = [f"{path} is not there any more" for path in missing]
    given = None if evidence is None else [file for path in evidence for file in files_in(path)]
    if gone := [*gone, *moved_evidence(approval, given)]:
        return _refused(gone)
    tell_of_unended_in(approval.stack, folder)
    state = state_hash(exported(approval.stack, folder))
    hub = hub_in_graph(approval.stack, folder)
    now = hashes_of(
        hub,
        settings={**stack_settings(approval.stack, folder), **policy_hash(approval.policy)},
        state=state,
        waivers=approval.waivers,
        baseline=approval.baseline,
        keys=keys_now(approval, given, trusted_keys),
        catalogue=catalogue_of(hub, map(Path, approval.catalogues), folder),
    )
    changed = moved(approval.hashes, now)
    if changed:
        return _refused([f"{words} moved since {approval.on}" for words in changed])
    return 0 if _update(approval.stack, folder, further) == 0 else 3


def _refused(reasons: list[str]) -> int:
    for reason in reasons:
        sys.stderr.write(f"refused: {reason}\n")
    sys.stderr.write("nothing was brought up; run `petaplan gate --save` again and have it approved\n")
    return 1


def _update(stack: str, folder: Path, further: Iterable[str]) -> int:
    """The update, to its end: whoever interrupts it waits until the engine has written what it did."""
    command = ["pulumi", "up", "--stack", stack, "--yes", "--skip-preview", "--non-interactive", *further]
    process = subprocess.Popen(command, cwd=folder)

    def pass_on(_signal: int, _frame: FrameType | None) -> None:
        process.send_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the terminal has told the engine too
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
