"""Signatures of evidence files (CAL-06): minisign's format, proved both ways against Debian's minisign."""

import json
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.throughput.trusted_keys import read_trusted_keys
from petaplan.capacity.verdict.evidence import evidence_set
from petaplan.infra.gate.approval import Approval, hashes_of, keys_now, moved
from petaplan.infra.policy.pack import violations
from tests import commands
from tests.commands import Said
from tests.evidence_files import leave_made_up
from tests.gate.conftest import Project
from tests.gate.test_policy import graph
from tests.hubs import hub, target

MINISIGN = shutil.which("minisign")
needs_minisign = pytest.mark.skipif(
    MINISIGN is None, reason="Debian's minisign is not installed: apt-get install minisign"
)
GOOD = hub(targets=(target(100, phase="first"),))


def bench(folder: Path, *arguments: str, code: int = 0) -> Said:
    said = commands.petaplan_bench_in(folder, *arguments)
    assert said.code == code, said.err
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan, two runs, and a key with a password."""
    (tmp_path / "plan.yaml").write_text(write_yaml(GOOD))
    (tmp_path / "runs").mkdir()
    leave_made_up(tmp_path / "runs")
    (tmp_path / "password").write_text("correct horse\n")
    bench(tmp_path, "keygen", "bench.key", "--password-file", "password")
    return tmp_path


def sign(folder: Path, *files: str, key: str = "bench.key") -> None:
    bench(folder, "sign", *files, "--key", key, "--password-file", "password")


def debian(folder: Path, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    assert MINISIGN is not None
    return subprocess.run([MINISIGN, *arguments], cwd=folder, input=answer, capture_output=True, text=True, check=False)


ONE, OTHER = "runs/made-up-0.json", "runs/made-up-1.json"


def test_a_private_key_is_for_its_owner_alone_and_never_written_over(folder: Path) -> None:
    assert stat.S_IMODE((folder / "bench.key").stat().st_mode) == 0o600
    before = (folder / "bench.key").read_bytes()
    assert "is there already" in bench(folder, "keygen", "bench.key", "--no-password", code=2).err
    assert (folder / "bench.key").read_bytes() == before
    (folder / "bench.key").chmod(0o640)
    refused = bench(folder, "sign", ONE, "--key", "bench.key", "--password-file", "password", code=2)
    assert "others than its owner may read it (mode 0640)" in refused.err


def test_a_key_opens_with_its_password_only_and_nobody_is_asked_without_a_terminal(folder: Path) -> None:
    (folder / "wrong").write_text("battery staple\n")
    assert "wrong password" in bench(folder, "sign", ONE, "--key", "bench.key", "--password-file", "wrong", code=2).err
    assert "no terminal to ask at" in bench(folder, "sign", ONE, "--key", "bench.key", code=2).err
    assert not (folder / f"{ONE}.minisig").exists()
    assert b"correct horse" not in (folder / "bench.key").read_bytes()


def test_a_file_that_is_no_sound_evidence_is_not_signed(folder: Path) -> None:
    (folder / ONE).write_bytes((folder / ONE).read_bytes().replace(b"made-up-0", b"made-up-9"))
    bench(folder, "sign", ONE, "--key", "bench.key", "--password-file", "password", code=2)
    assert not (folder / f"{ONE}.minisig").exists()


@needs_minisign
def test_minisign_accepts_what_petaplan_bench_signs(folder: Path) -> None:
    sign(folder, "runs")
    for name in (ONE, OTHER):
        checked = debian(folder, "-V", "-p", "bench.key.pub", "-m", name)
        assert checked.returncode == 0, checked.stderr
        assert f"file:{Path(name).name}" in checked.stdout
    (folder / ONE).write_bytes((folder / ONE).read_bytes() + b" ")
    assert debian(folder, "-V", "-p", "bench.key.pub", "-m", ONE).returncode != 0


@needs_minisign
@pytest.mark.parametrize("legacy", [False, True])
def test_petaplan_accepts_what_minisign_signs(folder: Path, legacy: bool) -> None:
    made = debian(folder, "-G", "-W", "-p", "debian.pub", "-s", "debian.key")
    assert made.returncode == 0, made.stderr
    signed = debian(folder, "-S", "-s", "debian.key", "-m", ONE, *(["-l"] if legacy else []))
    assert signed.returncode == 0, signed.stderr
    read = read_evidence([folder / ONE], load(), trusted=read_trusted_keys(folder / "debian.pub"))
    (file,) = read.files
    # minisign writes a key id without the zeros in front: 1C3046A3989C6CF is 01C3046A3989C6CF
    written = (folder / "debian.pub").read_text().splitlines()[0].rpartition(" ")[2]
    assert file.key == written.zfill(16)
    (folder / ONE).write_bytes((folder / ONE).read_bytes() + b" ")
    with pytest.raises(EvidenceError, match="does not fit"):
        read_evidence([folder / ONE], load(), trusted=read_trusted_keys(folder / "debian.pub"))


@needs_minisign
def test_minisign_and_petaplan_bench_use_each_others_private_keys(folder: Path) -> None:
    sign_with_ours = debian(folder, "-S", "-s", "bench.key", "-m", ONE, answer="correct horse\n")
    assert sign_with_ours.returncode == 0, sign_with_ours.stderr
    assert read_evidence([folder / ONE], load(), trusted=read_trusted_keys(folder / "bench.key.pub")).measurements
    debian(folder, "-G", "-W", "-p", "debian.pub", "-s", "debian.key")
    (folder / "debian.key").chmod(0o600)
    sign(folder, OTHER, key="debian.key")
    assert debian(folder, "-V", "-p", "debian.pub", "-m", OTHER).returncode == 0


def spoil_bytes(folder: Path) -> None:
    (folder / ONE).write_bytes((folder / ONE).read_bytes() + b"\n")


def spoil_comment(folder: Path) -> None:
    path = folder / f"{ONE}.minisig"
    path.write_text(path.read_text().replace("file:made-up-0.json", "file:made-up-7.json"))


def spoil_signature(folder: Path) -> None:
    path = folder / f"{ONE}.minisig"
    lines = path.read_text().splitlines()
    lines[1] = lines[1][:40] + ("A" if lines[1][40] != "A" else "B") + lines[1][41:]
    path.write_text("\n".join(lines) + "\n")


def take_away(folder: Path) -> None:
    (folder / f"{ONE}.minisig").unlink()


def of_another_file(folder: Path) -> None:
    (folder / f"{ONE}.minisig").write_bytes((folder / f"{OTHER}.minisig").read_bytes())


def of_another_key(folder: Path) -> None:
    bench(folder, "keygen", "other.key", "--password-file", "password")
    sign(folder, ONE, key="other.key")


def no_signature_at_all(folder: Path) -> None:
    (folder / f"{ONE}.minisig").write_text("hello\n")


SPOILT = (spoil_bytes, spoil_comment, spoil_signature, take_away, of_another_file, of_another_key, no_signature_at_all)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: one.__name__)
def test_a_file_without_a_valid_signature_is_left_out_of_a_folder_and_refused_by_name(
    folder: Path, spoil: object
) -> None:
    sign(folder, "runs")
    spoil(folder)  # type: ignore[operator]
    keys = ("--trusted-keys", "bench.key.pub")
    for command in ("check", "waterfall", "gate"):
        among = commands.petaplan(command, "plan.yaml", "--evidence", "runs", *keys, cwd=folder)
        assert among.code == 0, among.err
        assert "runs/made-up-0.json: the file: " in among.out, among.out
        named = commands.petaplan(command, "plan.yaml", "--evidence", ONE, OTHER, *keys, cwd=folder)
        assert (named.code, "runs/made-up-0.json: found " in named.err) == (2, True), named.err
    diff = commands.petaplan("diff", "plan.yaml", "plan.yaml", "--evidence", ONE, *keys, cwd=folder)
    assert diff.code == 2


def test_signed_files_count_and_requiring_more_than_they_measure_is_exit_4(folder: Path) -> None:
    keys, enough = ("--trusted-keys", "bench.key.pub"), ("--require-evidence", "0.04")
    for command in ("check", "gate"):
        plain = commands.petaplan(command, "plan.yaml", "--evidence", "runs", *enough, cwd=folder)
        assert plain.code == 0, plain.err
        unsigned = commands.petaplan(command, "plan.yaml", "--evidence", "runs", *keys, *enough, cwd=folder)
        assert unsigned.code == 4, unsigned.err
    sign(folder, ONE)
    assert commands.petaplan("check", "plan.yaml", "--evidence", "runs", *keys, *enough, cwd=folder).code == 4
    sign(folder, OTHER)
    for command in ("check", "gate"):
        assert commands.petaplan(command, "plan.yaml", "--evidence", "runs", *keys, *enough, cwd=folder).code == 0


@pytest.mark.parametrize("text", ["", "hello\n", "untrusted comment: nothing\n", "RWQ=\n"])
def test_a_file_without_keys_is_bad_input(folder: Path, text: str) -> None:
    (folder / "keys").write_text(text)
    said = commands.petaplan("check", "plan.yaml", "--trusted-keys", "keys", cwd=folder)
    assert (said.code, "public keys of minisign" in said.err) == (2, True)


def test_one_file_may_hold_several_keys(folder: Path) -> None:
    bench(folder, "keygen", "other.key", "--password-file", "password")
    sign(folder, ONE)
    sign(folder, OTHER, key="other.key")
    (folder / "keys").write_text((folder / "bench.key.pub").read_text() + (folder / "other.key.pub").read_text())
    found = evidence_set([folder / "runs"], trusted_keys=folder / "keys")
    assert len({file.key for file in found.evidence.files}) == 2


def approval(folder: Path) -> Approval:
    found = evidence_set([folder / "runs"], trusted_keys=folder / "bench.key.pub")
    hashes = hashes_of(GOOD, settings={}, state="state", waivers=None, baseline=None, keys=found.keys)
    return Approval(
        stack="dev", hub="small", on="2027-01-01", until=None, waivers=None, baseline=None, strict=False,
        evidence=dict(found.files), require_evidence=None, hashes=hashes, trusted_keys=str(folder / "bench.key.pub"),
    )  # fmt: skip


def test_the_key_that_signed_is_part_of_an_approval(folder: Path) -> None:
    sign(folder, "runs")
    approved = approval(folder)

    def changed(one: Approval) -> tuple[str, ...]:
        return moved(one.hashes, dict(one.hashes) | {"keys": keys_now(one, None, None)})

    assert changed(approved) == ()
    bench(folder, "keygen", "other.key", "--password-file", "password")
    both = (folder / "bench.key.pub").read_text() + (folder / "other.key.pub").read_text()
    (folder / "both.pub").write_text(both)
    assert changed(replace(approved, trusted_keys=str(folder / "both.pub"))) == (
        "the trusted keys, or who signed the evidence",
    )
    (folder / f"{ONE}.minisig").unlink()
    with pytest.raises(EvidenceError, match="not signed"):
        changed(approved)


@pytest.mark.engine
def test_an_approval_with_trusted_keys_is_brought_up(project: Project) -> None:
    project.declare(GOOD)
    folder = project.folder
    (folder / "runs").mkdir()
    leave_made_up(folder / "runs")
    bench(folder, "keygen", "bench.key", "--no-password")
    bench(folder, "sign", "runs", "--key", "bench.key")
    keys = ("--trusted-keys", "bench.key.pub")
    gate = project.petaplan("gate", "--save", "approved.json", "--evidence", "runs", *keys)
    assert gate.code == 0, gate.out + gate.err
    assert json.loads((folder / "approved.json").read_text())["hashes"]["keys"] != "none"
    kept = (folder / f"{ONE}.minisig").read_bytes()
    (folder / f"{ONE}.minisig").unlink()
    assert project.petaplan("up", "--approved", "approved.json").code == 2
    (folder / f"{ONE}.minisig").write_bytes(kept)
    up = project.petaplan("up", "--approved", "approved.json", "--evidence", "runs")
    assert up.code == 0, up.out + up.err


def test_the_policy_pack_takes_trusted_keys(folder: Path) -> None:
    config = {"evidence": [str(folder / ONE)], "trustedKeys": str(folder / "bench.key.pub")}
    (refused,) = violations(graph(GOOD), config)
    assert "not signed" in refused.message
    sign(folder, ONE)
    assert not [one for one in violations(graph(GOOD), config) if "configuration" in one.message]
