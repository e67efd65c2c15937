"""The evidence file: sealed, strict, written whole or not at all."""

import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from petaplan.bench.errors import EvidenceError, InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.report.schema import json_schema
from tests.bench.records import evidence, rate, row

SCHEMA = Path(__file__).parents[2] / "bench" / "data" / "evidence.schema.json"
DOCS = Path(__file__).parents[2] / "docs" / "bench-evidence.md"


def reseal(raw: bytes) -> bytes:
    head, _, _ = raw.rpartition(b'"digest"')
    return head + f'"digest": "sha256:{hashlib.sha256(head).hexdigest()}"\n}}\n'.encode()


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    evidence_file.write(path, evidence())
    found = evidence_file.read(path)
    assert replace(found, digest="") == evidence()
    assert evidence_file.render(found) == path.read_bytes()


def test_the_shipped_schema_is_the_one_the_reader_uses() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_a_written_file_satisfies_the_shipped_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
    jsonschema.validate(json.loads(evidence_file.render(evidence())), json.loads(SCHEMA.read_text()))


def test_every_member_named_in_the_documentation_exists_in_the_schema() -> None:
    schema = SCHEMA.read_text()
    named = set(re.findall(r"(?:rows|devices|missing)\[\]\.(\w+)", DOCS.read_text()))
    assert len(named) > 20
    assert [name for name in named if f'"{name}"' not in schema] == []


def test_the_digest_can_be_checked_with_the_two_lines_of_the_documentation() -> None:
    raw = evidence_file.render(evidence())
    head, _, _ = raw.rpartition(b'"digest"')
    assert json.loads(raw)["digest"] == "sha256:" + hashlib.sha256(head).hexdigest()


def test_one_changed_digit_is_called_an_edit() -> None:
    raw = evidence_file.render(evidence(row(800.0))).replace(b'"median":800.0', b'"median":900.0')
    with pytest.raises(EvidenceError, match="changed after it was written"):
        evidence_file.parse(raw, "x.json")


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.9, 0.999])
def test_a_cut_file_is_called_cut_wherever_the_cut_is(kept: float) -> None:
    raw = evidence_file.render(evidence())
    with pytest.raises(EvidenceError, match=r"x\.json: (is not JSON: the file is cut short|the digest)"):
        evidence_file.parse(raw[: int(len(raw) * kept)], "x.json")


def test_a_record_without_its_digest_is_refused() -> None:
    raw = evidence_file.render(evidence())
    bare = raw.rpartition(b',\n"digest"')[0] + b"\n}\n"
    with pytest.raises(EvidenceError, match="has no digest"):
        evidence_file.parse(bare, "x.json")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "is empty"),
        (b"\x00\xff\xfe binary", 'does not open with "format"'),
        (b"[]", 'does not open with "format"'),
        (b'{"format": "other", "version": 1}', "format is 'other'"),
        (b'{"format": "petaplan-bench-evidence", "version": 2}', "schema version 2; this program reads version 1"),
    ],
)
def test_what_is_not_evidence_is_named(raw: bytes, expected: str) -> None:
    with pytest.raises(EvidenceError, match=expected):
        evidence_file.parse(raw, "x.json")


def test_unknown_and_wrongly_typed_members_are_all_reported_with_their_path() -> None:
    document = evidence_file.render(evidence()).replace(b'"steady":true', b'"steady":"yes","mood":"good"')
    with pytest.raises(EvidenceError) as caught:
        evidence_file.parse(reseal(document), "x.json")
    assert any("rows[0].steady" in problem for problem in caught.value.problems)
    assert any("rows[0].mood" in problem for problem in caught.value.problems)


def test_nan_is_not_a_figure() -> None:
    raw = evidence_file.render(evidence(row(800.0))).replace(b'"median":800.0', b'"median":NaN')
    with pytest.raises(EvidenceError):
        evidence_file.parse(reseal(raw), "x.json")


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (replace(row(), verified=False), "a figure without a verified result"),
        (replace(row(), device="cuda:9"), "is not in devices"),
        (replace(row(), sustained=replace(rate(800.0), high=700.0)), "does not contain the median"),
        (replace(row(), sustained=replace(rate(800.0), unit="TOPS")), "bf16 is counted in TFLOP/s"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(broken: object, expected: str) -> None:
    raw = evidence_file.render(evidence(broken))  # type: ignore[arg-type]
    with pytest.raises(EvidenceError, match=expected):
        evidence_file.parse(raw, "x.json")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"as_of": "2999-01-01"}, "is in the future"),
        ({"as_of": "2026-13-01"}, "run: "),
        ({"finished_at": "2026-10-31T23:59:59Z"}, "before it started"),
    ],
)
def test_times_that_cannot_be_are_refused(changes: dict[str, str], expected: str) -> None:
    made = evidence()
    raw = evidence_file.render(replace(made, run=replace(made.run, **changes)))  # type: ignore[arg-type]
    with pytest.raises(EvidenceError, match=expected):
        evidence_file.parse(raw, "x.json")


@pytest.mark.parametrize(
    ("old", "new"), [(b'"seconds":[0.1', b'"seconds":[0.0'), (b'"seconds":[0.1', b'"seconds":[-0.1')]
)
def test_a_batch_that_took_no_time_or_less_is_refused(old: bytes, new: bytes) -> None:
    raw = reseal(evidence_file.render(evidence()).replace(old, new))
    with pytest.raises(EvidenceError, match=r"rows\[0\].batches.seconds\[0\]"):
        evidence_file.parse(raw, "x.json")


def test_a_link_stays_a_link_and_what_it_points_at_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    evidence_file.write(link, evidence())
    assert link.is_symlink()
    assert evidence_file.read(target).rows


def test_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="a device or a pipe"):
        evidence_file.write(pipe, evidence())
    assert pipe.is_fifo()
    with pytest.raises(EvidenceError, match="a device or a pipe"):
        evidence_file.read(pipe)


def test_an_interrupted_run_goes_beside_a_whole_one_and_a_whole_one_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    cut = evidence(partial=True)
    assert evidence_file.place_for(path, cut) == path
    evidence_file.write(path, cut)
    assert evidence_file.place_for(path, cut) == path
    evidence_file.write(path, evidence())
    assert evidence_file.place_for(path, cut) == tmp_path / "a.incomplete.json"
    assert evidence_file.place_for(path, evidence()) == path


def test_every_unsound_file_of_a_set_is_named_at_once(tmp_path: Path) -> None:
    good, empty, old = tmp_path / "good.json", tmp_path / "empty.json", tmp_path / "old.json"
    evidence_file.write(good, evidence())
    empty.touch()
    old.write_bytes(evidence_file.render(evidence()).replace(b'"version": 1', b'"version": 7'))
    with pytest.raises(EvidenceError) as caught:
        list(evidence_file.read_all([empty, good, old, tmp_path / "absent.json"]))
    text = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    assert "is empty" in text
    assert "schema version 7" in text
    assert "cannot be read" in text


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"No space left on device; the file that was there is unchanged"):
        evidence_file.write(path, evidence())
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    assert path.read_text() == "old"


def test_a_device_that_is_full_in_truth_gives_a_clear_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
        full.write(b"x")
    with pytest.raises(InputError, match="cannot be written"):
        evidence_file.write(Path("/dev/full/a.json"), evidence())
