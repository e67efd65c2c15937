"""The worker of a fleet: measure every device of this host and write one file; a finished host is not repeated."""

import gzip
import hashlib
import json
import random
import re
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

from pydantic import TypeAdapter

from petaplan.bench.errors import EvidenceError, Exit, InputError
from petaplan.bench.evidence import evidence_file, host
from petaplan.bench.evidence.record import Batches, Candidate, Row, RunRecord
from petaplan.bench.method.children import Children
from petaplan.bench.method.run import RunProgress, RunRequest, exit_code, run

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def checked_run_id(text: str) -> str:
    """A run id that can stand in a file name."""
    if not _NAME.fullmatch(text):
        raise InputError(f"--run-id {text!r}: expected letters, digits, dot, dash and underscore, at most 100")
    return text


def file_name(run_id: str, node: str | None = None) -> str:
    """Name of this host's file: run, host and boot, so that no two hosts and no two boots share one."""
    name = re.sub(r"[^A-Za-z0-9.-]", "-", node or host.describe().name)
    boot = (host.boot_id() or "noboot").split("-")[0]
    return f"{run_id}.{name}.{boot}.json"


def finished(path: Path) -> bool:
    """Whether the file exists and holds a whole record in which all that was asked for was measured and verified."""
    try:
        return exit_code(evidence_file.read(path)) is Exit.OK
    except EvidenceError:
        return False


def set_aside(path: Path) -> None:
    """Keep an earlier file of this host under a name that no merge reads: a fault that went away stays on record."""
    if path.exists():
        taken = (path.with_name(f"{path.name}.earlier-{turn}") for turn in count(1))
        path.replace(next(name for name in taken if not name.exists()))


def stagger(seconds: float, rank: int) -> None:
    """Wait a part of that time which depends on the rank, so that the load of a hall does not rise in one step."""
    if seconds > 0.0:
        time.sleep(random.Random(rank).uniform(0.0, seconds))  # noqa: S311 - spreading, not secrecy


def measure_host(request: RunRequest, children: Children | None = None) -> RunRecord:
    """This host's record, without progress."""
    return run(request, _quiet, children)


def _quiet(step: RunProgress) -> None:
    """A worker shows no progress."""


def leave(evidence: RunRecord, path: Path) -> None:
    """The record at that path, its raw batches and trials beside it: thousands of records stay small to read."""
    kept = {f"{row.device} {row.precision}": (row.batches, row.candidates) for row in evidence.rows if row.batches}
    side = path.with_name(path.name.removesuffix(".json") + ".batches.json.gz")
    columns = TypeAdapter(dict[str, tuple[Batches, tuple[Candidate, ...]]]).dump_python(kept, mode="json")
    packed = gzip.compress(json.dumps(columns, separators=(",", ":")).encode(), mtime=0)
    evidence_file.write_atomically(side, packed)
    seal = f"{side.name} sha256:{hashlib.sha256(packed).hexdigest()}"
    rows = tuple(_lean(row, seal) if row.batches else row for row in evidence.rows)
    evidence_file.write(path, replace(evidence, rows=rows))


def with_batches(evidence: RunRecord, folder: Path) -> RunRecord:
    """The record with the batches and trials that a worker put beside it, where they are still there.

    Raises:
        EvidenceError: for a file beside it that is not the one that was put there.
    """
    asides = {row.batches_at for row in evidence.rows if row.batches_at}
    kept: dict[str, tuple[Batches, tuple[Candidate, ...]]] = {}
    for name, _, seal in (aside.partition(" ") for aside in asides):
        path = folder / Path(name).name
        if path.exists():
            kept |= _aside(path, seal)
    return replace(evidence, rows=tuple(_full(row, kept) for row in evidence.rows))


def _aside(path: Path, seal: str) -> dict[str, tuple[Batches, tuple[Candidate, ...]]]:
    packed = evidence_file.bytes_of(path)
    if seal != f"sha256:{hashlib.sha256(packed).hexdigest()}":
        raise EvidenceError([f"{path}: is not the file that the record names; expected {seal}"])
    return TypeAdapter(dict[str, tuple[Batches, tuple[Candidate, ...]]]).validate_json(gzip.decompress(packed))


def _full(row: Row, kept: dict[str, tuple[Batches, tuple[Candidate, ...]]]) -> Row:
    batches, candidates = kept.get(f"{row.device} {row.precision}", (row.batches, row.candidates))
    return replace(row, batches=batches, candidates=candidates) if row.batches is None else row


def _lean(row: Row, seal: str) -> Row:
    return replace(row, batches=None, batches_at=seal, candidates=tuple(c for c in row.candidates if c.chosen))
