"""Evidence files: written whole or not at all, sealed with a digest, read strictly."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from petaplan.bench.errors import EvidenceError, InputError
from petaplan.bench.evidence.record import FORMAT, VERSION, Batches, Row, Run, RunRecord
from petaplan.input_files import read_bounded
from petaplan.reporting.files import real_path, write_whole
from petaplan.reporting.safety import safe_json

_DIGEST_KEY = b'"digest"'
_HEADER = re.compile(rb'\A\s*\{\s*"format"\s*:\s*"([^"]*)"\s*,\s*"version"\s*:\s*([^,}\s]+)')
_PROBLEMS_SHOWN = 8
_MOST_BYTES = 256 * 2**20


@cache
def adapter() -> TypeAdapter[RunRecord]:
    """The strict reader and writer of the record."""
    return TypeAdapter(RunRecord)


def render(evidence: RunRecord) -> bytes:
    """The file's bytes: one line a top-level member and a line a row, with the digest last."""
    return sealed(adapter().dump_python(evidence, mode="json"))


def sealed(document: dict[str, object]) -> bytes:
    """The bytes of a record with these members: the digest of all others comes last."""
    document.pop("digest")
    members = ",\n".join(f"{json.dumps(key)}: {_member(value)}" for key, value in document.items())
    head = ("{\n" + members + ",\n").encode()
    return head + _DIGEST_KEY + f': "{digest_of(head)}"\n}}\n'.encode()


def _member(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(_compact(entry) for entry in value) + "\n]"
    return _compact(value)


def _compact(value: object) -> str:
    return safe_json(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def digest_of(raw: bytes) -> str:
    """SHA-256 of the bytes before the last ``"digest"``.

    >>> digest_of(b'{"a": 1, "digest": "x"}') == digest_of(b'{"a": 1, ')
    True
    """
    head, key, _ = raw.rpartition(_DIGEST_KEY)
    return "sha256:" + hashlib.sha256(head if key else raw).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write the content to that file. On an error, the old file stays as it was and an InputError is raised.

    A link stays one: what it points at is replaced, and its mode kept. A device or a pipe is refused.
    """
    try:
        real = real_path(path)
        if real.exists() and not real.is_file():
            raise InputError(f"{path}: found {kind_of(real)}; expected the name of a file")
        write_whole(path, content)
    except OSError as error:
        old = "; the file that was there is unchanged" if path.exists() else ""
        raise InputError(f"{path}: cannot be written: {error.strerror or error}{old}") from error


def kind_of(path: Path) -> str:
    """What a path is that is no file, in words."""
    return "a folder" if path.is_dir() else "a device or a pipe"


def write(path: Path, evidence: RunRecord) -> None:
    """The sealed record at that path."""
    write_atomically(path, render(evidence))


def is_whole(evidence: RunRecord) -> bool:
    """Whether the run was completed and has a figure."""
    return not evidence.run.partial and any(row.sustained for row in evidence.rows)


def place_for(path: Path, evidence: RunRecord) -> Path:
    """The path to write a record to: beside the named file if that one holds a whole run and this record does not.

    An interrupted run must not replace an earlier whole one.
    """
    if is_whole(evidence) or not path.exists():
        return path
    try:
        stands_whole = is_whole(read(path))
    except EvidenceError:
        return path
    return path.with_suffix(f".incomplete{path.suffix}") if stands_whole else path


def read(path: Path) -> RunRecord:
    """The record at that path; an EvidenceError lists everything wrong with it."""
    return parse(bytes_of(path), str(path))


def bytes_of(path: Path) -> bytes:
    """The file's bytes, or an EvidenceError that says why there are none."""
    try:
        if path.exists() and not path.is_file():
            raise EvidenceError([f"{path}: found {kind_of(path)}; expected an evidence file"])
        return read_bounded(path, _MOST_BYTES)
    except OSError as error:
        raise EvidenceError([f"{path}: cannot be read: found {error.strerror or error}"]) from error


def parse(raw: bytes, name: str) -> RunRecord:
    """The record in those bytes; ``name`` opens each message."""
    _refuse_other_formats(raw, name)
    if b'"digest"' in raw[-120:] and digest_of(raw) not in raw[-120:].decode("utf-8", "replace"):
        raise _refusal(
            name,
            "the digest does not match: the file was changed after it was written; "
            "measure again, or take the file from where it was first written",
        )
    try:
        evidence = adapter().validate_json(raw)
    except ValidationError as error:
        raise EvidenceError(explained(error, name)) from None
    if evidence.digest != digest_of(raw):
        raise _refusal(name, "has no digest; expected a file as petaplan-bench writes it")
    problems = [f"{name}: {problem}" for problem in inconsistencies(evidence)]
    if problems:
        raise EvidenceError(problems)
    return evidence


def _refusal(name: str, text: str) -> EvidenceError:
    return EvidenceError([f"{name}: {text}"])


def format_of(raw: bytes) -> str | None:
    """The format that a file of this program says it has; None for any other file."""
    header = _HEADER.match(raw)
    return header[1].decode("utf-8", "replace") if header else None


def _refuse_other_formats(raw: bytes, name: str) -> None:
    if not raw.strip():
        raise _refusal(name, f"is empty; expected a {FORMAT} record")
    header = _HEADER.match(raw)
    if header is None:
        raise _refusal(
            name,
            f'does not open with "format" and "version"; expected a {FORMAT} record',
        )
    form, version = (part.decode("utf-8", "replace") for part in header.groups())
    if form == "petaplan-bench-reported":
        raise _refusal(name, "holds rates that others reported, no measurement; give it to `petaplan check --evidence`")
    if form != FORMAT:
        raise _refusal(name, f"format is {form!r}; expected {FORMAT!r}")
    if version != str(VERSION):
        raise _refusal(
            name,
            f"schema version {version}; this program reads version {VERSION}; "
            "measure again, or read it with the petaplan-bench that wrote it",
        )


def explained(error: ValidationError, name: str) -> list[str]:
    """What is wrong with a record, a line each, bounded; ``name`` opens each."""
    found = error.errors(include_url=False, include_context=False)
    if found[0]["type"] == "json_invalid":
        detail = found[0]["msg"].removeprefix("Invalid JSON: ")
        cut = " the file is cut short;" if "EOF" in detail else ""
        return [f"{name}: is not JSON:{cut} {detail}; copy it again or measure again"]
    problems = [f"{name}: {_path(entry['loc'])}: {entry['msg']} (found {_shown(entry['input'])})" for entry in found]
    more = len(problems) - _PROBLEMS_SHOWN
    return [*problems[:_PROBLEMS_SHOWN], f"{name}: and {more} more"] if more > 0 else problems


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "document"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def inconsistencies(evidence: RunRecord) -> Iterator[str]:
    """Contradictions in the record, and impossible dates."""
    yield from _impossible_times(evidence.run)
    keys = [device.key for device in evidence.devices]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield f"devices: {key!r} occurs {keys.count(key)} times"
    for index, row in enumerate(evidence.rows):
        for problem in _row_inconsistencies(row, keys):
            yield f"rows[{index}] ({row.device} {row.precision}): {problem}"


def _impossible_times(run: Run) -> Iterator[str]:
    try:
        day = date.fromisoformat(run.as_of)
        started, finished = (datetime.fromisoformat(stamp) for stamp in (run.started_at, run.finished_at))
    except ValueError as error:
        yield f"run: {error}"
        return
    if finished < started:
        yield f"run: finished at {run.finished_at}, before it started at {run.started_at}"
    latest = datetime.now(UTC).date() + timedelta(days=1)
    if day > latest:
        yield f"run.as_of {run.as_of} is in the future; correct the clock of that host and measure again"


def _row_inconsistencies(row: Row, keys: list[str]) -> Iterator[str]:
    if row.device not in keys:
        yield f"device {row.device!r} is not in devices"
    if row.verified and not (row.verification and row.verification.passed):
        yield "verified without a passed verification"
    if (row.sustained or row.burst) and not (row.verified and row.status in ("measured", "interrupted")):
        yield "a figure without a verified result"
    for name, rate in (("sustained", row.sustained), ("burst", row.burst)):
        if rate and not rate.low <= rate.median <= rate.high:
            yield f"{name}: the interval {rate.low}..{rate.high} does not contain the median {rate.median}"
        if rate and rate.unit != row.precision.unit:
            yield f"{name}: unit {rate.unit}; {row.precision} is counted in {row.precision.unit}"
    if row.batches and len({len(column) for column in _columns(row.batches)}) > 1:
        yield "batches: columns of different lengths"


def _columns(batches: Batches) -> tuple[tuple[object, ...], ...]:
    timing = (batches.start_seconds, batches.seconds, batches.calls)
    optional = [column for column in (batches.temperature_c, batches.processor_seconds) if column]
    return (batches.process, batches.phase, *timing, batches.clock_mhz, *optional)


def read_all(paths: Iterable[Path]) -> Iterator[tuple[Path, RunRecord]]:
    """Every record, one in memory at a time. An error at the end names all unsound files."""
    problems: list[str] = []
    for path in paths:
        try:
            yield path, read(path)
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
