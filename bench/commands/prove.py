"""`petaplan-bench prove`: ask the devices of this host about every claim of docs/bench.md."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line import request as requests
from petaplan.bench.command_line.options import Devices
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.proof import whole
from petaplan.bench.proof.page import PROOF
from petaplan.bench.report.progress import progress
from petaplan.reporting.publishing import publish

_LEAST_MINUTES, _MOST_MINUTES = 0.2, 240.0


def prove(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the page and the evidence.")],
    device: Devices = [],  # noqa: B006 - typer reads the default, nobody changes it
    full: Annotated[bool, typer.Option("--full", help="Take 30 minutes, with rows of up to 60 s.")] = False,
    minutes: Annotated[float | None, typer.Option(help="Longest time of the whole proof. Default: 8, or 30.")] = None,
) -> None:
    """Prove or refute every claim of docs/bench.md on the accelerators of this host.

    Without --device: every device that CuPy or PyTorch shows. Nothing is set on a device.

    Exit codes: 0 none is refuted, 1 a claim is refuted, 2 bad input, 4 nothing could be asked, 130 Ctrl-C.
    """
    asked = _request(device, full=full, minutes=minutes)
    folder = _checked(output)
    with progress() as tell:
        proof = whole.prove(asked, _say, tell)
    folder.mkdir(exist_ok=True)
    for name, record in (("evidence.json", proof.rows), ("heat.json", proof.heat)):
        if record is not None:
            evidence_file.write(folder / name, record)
    publish(PROOF, proof, format="json", output=folder / "proof.json")
    publish(PROOF, proof, format="markdown", output=folder / "proof.md")
    publish(PROOF, proof)
    raise typer.Exit(int(_code(proof)))


def _request(device: list[str], *, full: bool, minutes: float | None) -> whole.ProofRequest:
    keys = requests.request_of(
        device=device, dtype=[], seconds=1.0, half_width=0.003, processes=1, data="random", soak=0.0, seed=1,
        shape=None, threads=None,
    ).devices  # fmt: skip
    if minutes is not None and not _LEAST_MINUTES <= minutes <= _MOST_MINUTES:
        raise InputError(f"--minutes {minutes:g}: expected {_LEAST_MINUTES:g} to {_MOST_MINUTES:g}")
    seconds = whole.FULL_SECONDS if full else whole.QUICK_SECONDS
    return whole.ProofRequest(devices=keys, seconds=60.0 * minutes if minutes is not None else seconds, full=full)


def _checked(path: Path) -> Path:
    """A folder that is there, or that can be made."""
    if path.exists() and not path.is_dir():
        raise InputError(f"--output {path}: is {evidence_file.kind_of(path)}; expected a folder")
    folder = Path(os.path.realpath(path)).parent
    if not path.exists() and not folder.is_dir():
        raise InputError(f"--output {path}: the folder {folder} does not exist; make it first")
    if refusal := requests.refusal_of(path if path.exists() else folder):
        raise InputError(f"--output {path}: no file can be created there: {refusal}")
    return path


def _say(text: str) -> None:
    print(f"petaplan-bench: {text}", file=sys.stderr, flush=True)


def _code(proof: whole.Proof) -> Exit:
    verdicts = {answer.verdict for answer in proof.answers}
    if "refuted" in verdicts:
        return Exit.FOUND
    if proof.interrupted:
        return Exit.INTERRUPTED
    return Exit.OK if "proved" in verdicts else Exit.NOT_MEASURED
