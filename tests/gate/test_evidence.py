"""Measurements in the gate: how much of a target they cover, in every output, in a difference and in an approval."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.verdict.difference import difference, side
from petaplan.capacity.verdict.evidence import evidence_set, lacking
from petaplan.infra.gate.approval import Approval, file_hash, moved_evidence
from petaplan.infra.policy.pack import violations
from tests import commands
from tests.commands import Said
from tests.evidence_files import device, row, write
from tests.gate.conftest import Project
from tests.gate.test_policy import graph
from tests.hubs import hub, pod, target

GOAL = target(100, phase="first")
GOOD = hub(targets=(GOAL,))


def other_pod() -> Any:
    """A pod of accelerators that the evidence of these tests doesn't measure."""
    return pod("others", model="nvidia-gb200-nvl72-rack", count=1)


def measured(folder: Path, tera: float = 600.0) -> Path:
    """A file of every accelerator of the plan."""
    return write(folder, [row(tera, index) for index in range(384)], [device(index) for index in range(384)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan, and a file that measured its accelerators."""
    (tmp_path / "plan.yaml").write_text(write_yaml(GOOD), encoding="utf-8")
    (tmp_path / "runs").mkdir()
    measured(tmp_path / "runs")
    return tmp_path


def petaplan(folder: Path, *arguments: str) -> Said:
    return commands.petaplan(*arguments, cwd=folder)


OUTPUTS = ("--json", "gate.json", "--markdown", "gate.md", "--junit", "gate.xml", "--sarif", "gate.sarif")


def test_every_output_says_how_much_is_measured_and_by_which_files(folder: Path) -> None:
    said = petaplan(folder, "gate", "plan.yaml", *OUTPUTS, "--evidence", "runs/run.json", "--require-evidence", "0.9")
    assert said.code == 0, said.err
    assert "Measured here (1 evidence files)\n  goal (bf16): 100 % of its petaflops" in said.out
    judged = json.loads((folder / "gate.json").read_text())
    assert judged["evidence"]["files"] == [{"name": "runs/run.json", "sha256": file_hash(folder / "runs" / "run.json")}]
    assert judged["report"]["measured"] == [{"target": "goal", "precision": "bf16", "fraction": 1.0}]
    comment = (folder / "gate.md").read_text()
    assert "| goal | bf16 | 100% datasheet | – | 100 % |" in comment
    assert "`runs/run.json`" in comment
    cases = [case for suite in JUnitXml.fromfile(str(folder / "gate.xml")) for case in suite]
    assert [(case.name, case.result) for case in cases if case.classname == "EVD-001"] == [("goal [first]", [])]


def test_too_little_measured_is_exit_4_with_the_target_and_what_to_do(folder: Path) -> None:
    said = petaplan(folder, "gate", "plan.yaml", *OUTPUTS, "--require-evidence", "0.5")
    assert said.code == 4
    assert said.out.startswith("TOO LITTLE IS MEASURED  small")
    judged = json.loads((folder / "gate.json").read_text())
    assert (judged["verdict"], judged["exit_code"], judged["evidence"]["required"]) == ("unknown", 4, 0.5)
    comment = (folder / "gate.md").read_text()
    assert "## ❔ Too little is measured: small" in comment
    assert "| `EVD-001` | goal | first | needs 50 % measured, has none | Measure its devices" in comment
    cases = [case for suite in JUnitXml.fromfile(str(folder / "gate.xml")) for case in suite]
    (case,) = (case for case in cases if case.classname == "EVD-001")
    assert "needs 50 % measured" in case.result[0].message
    results = json.loads((folder / "gate.sarif").read_text())["runs"][0]["results"]
    (result,) = (one for one in results if one["ruleId"] == "EVD-001")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "plan.yaml"


def test_a_shortfall_weighs_more_than_what_nobody_measured(folder: Path) -> None:
    (folder / "plan.yaml").write_text(write_yaml(hub(targets=(target(10_000, phase="first"),))), encoding="utf-8")
    assert petaplan(folder, "gate", "plan.yaml", "--require-evidence", "0.5").code == 1


def test_an_owner_can_accept_for_a_while_that_little_is_measured(folder: Path) -> None:
    waiver = {"finding": "EVD-001", "subject": "goal", "owner": "board", "reason": "ordered", "expires": "2027-06-30"}
    (folder / "waivers.yaml").write_text(yaml.safe_dump({"petaplan_waivers": 1, "waivers": [waiver]}))
    gate = ("gate", "plan.yaml", "--require-evidence", "0.5", "--waivers", "waivers.yaml", "--today")
    assert petaplan(folder, *gate, "2027-06-30").code == 0
    assert petaplan(folder, *gate, "2027-07-01").code == 4


def test_the_gate_refuses_the_evidence_that_check_refuses_in_the_same_words(folder: Path) -> None:
    path = folder / "runs" / "run.json"
    path.write_bytes(path.read_bytes()[:300])
    said = petaplan(folder, "gate", "plan.yaml", "--json", "gate.json", "--evidence", "runs/run.json", "nothing.json")
    assert said.code == 2
    assert said.err == petaplan(folder, "check", "plan.yaml", "--evidence", "runs/run.json", "nothing.json").err
    assert "was it cut short? measure again" in said.err
    assert "nothing.json: found No such file or directory" in said.err
    assert said.out == ""
    assert not (folder / "gate.json").exists()


def test_check_waterfall_and_gate_say_of_a_file_given_twice_the_same_and_once(folder: Path) -> None:
    for command in ("check", "waterfall", "gate"):
        said = petaplan(folder, command, "plan.yaml", "--evidence", "runs/run.json", "--evidence", "runs/run.json")
        assert said.code == 0, said.err
        assert said.out.count("runs/run.json: the file again: given 2 times, read once") == 1, command
        assert "the same device again" not in said.out


def test_check_and_waterfall_say_which_models_of_the_plan_to_measure(folder: Path) -> None:
    write(folder / "runs", [row(1.0)], [device(kind="cpu")])
    for command in ("check", "waterfall"):
        said = petaplan(folder, command, "plan.yaml", "--evidence", "runs/run.json")
        assert said.code == 2
        assert "run petaplan-bench on a host with an accelerator of the plan: huawei-ascend-910c" in said.err


def test_just_too_little_does_not_read_like_enough(folder: Path) -> None:
    report = check(GOOD, evidence=read_evidence([folder / "runs" / "run.json"], load()))
    assert lacking(report, 1.0) == ()
    almost = report.measured[0].__class__(target="goal", precision=report.measured[0].precision, fraction=0.49996)
    object.__setattr__(report, "measured", (almost,))
    (words,) = lacking(report, 0.5)
    assert "49.9% of its petaflops is measured; expected at least 50%" in words


def test_a_difference_shows_the_share_that_is_measured_before_and_after(folder: Path) -> None:
    evidence = evidence_set([folder / "runs" / "run.json"]).evidence
    more = GOOD.replace(pods=(pod(), other_pod()))
    change = difference(side("old", GOOD, evidence=evidence), side("new", more, evidence=evidence))
    (share,) = (one for one in change.evidence if one.quantity == "measured here")
    assert share.before == 100.0
    assert isinstance(share.after, float)
    assert 0 < share.after < 100
    assert difference(side("old", GOOD, evidence=evidence), side("new", GOOD, evidence=evidence)).same
    measured = difference(side("old", GOOD), side("new", GOOD, evidence=evidence))
    assert [(one.before, one.after) for one in measured.evidence] == [(0.0, 100.0)]
    assert not measured.same


def test_diff_takes_evidence_files_and_refuses_bad_ones(folder: Path) -> None:
    (folder / "new.yaml").write_text(write_yaml(GOOD.replace(pods=(pod(), other_pod()))), encoding="utf-8")
    said = petaplan(folder, "diff", "plan.yaml", "new.yaml", "--evidence", "runs/run.json")
    assert said.code == 1, said.err
    assert "goal    measured here" in " ".join(said.out.split()) or "measured here" in said.out
    same = petaplan(folder, "diff", "plan.yaml", "plan.yaml", "--evidence", "runs/run.json")
    assert (same.code, "measured here" in same.out, "no change" in same.out) == (0, True, True)
    (folder / "runs" / "run.json").write_text("{}")
    assert petaplan(folder, "diff", "plan.yaml", "new.yaml", "--evidence", "runs/run.json").code == 2


def test_evidence_that_git_tracks_is_read_as_it_was_at_each_revision(folder: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main")
    git("add", "plan.yaml")
    git("commit", "--quiet", "--message", "plan")
    untracked = petaplan(folder, "diff", "main..HEAD", "plan.yaml", "--evidence", "runs/run.json")
    assert (untracked.code, "measured here" in untracked.out) == (0, True), untracked.err
    git("checkout", "--quiet", "-b", "change")
    git("add", "runs")
    git("commit", "--quiet", "--message", "measured")
    said = petaplan(folder, "diff", "main..HEAD", "plan.yaml", "--evidence", "runs/run.json", "--format", "json")
    assert said.code == 1, said.err
    assert json.loads(said.out)["evidence"] == [
        {"target": "goal", "quantity": "measured here", "unit": "%", "before": 0.0, "after": 100.0}
    ]
    gate = petaplan(folder, "gate", "plan.yaml", "--base", "main", "--evidence", "runs/run.json", "--markdown", "-")
    assert "| goal | measured here | 0 | 100 | +100 | % |" in gate.out


def approved(**evidence: str) -> Approval:
    return Approval(
        stack="dev", hub="small", on="2027-01-01", until=None, waivers=None, baseline=None, strict=False,
        evidence=evidence, require_evidence=None, hashes={},
    )  # fmt: skip


def test_evidence_that_moved_is_named_wherever_it_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    bound = approved(**{"runs/run.json": file_hash("runs/run.json")})
    elsewhere = folder / "kept.json"
    elsewhere.write_bytes((folder / "runs" / "run.json").read_bytes())
    assert list(moved_evidence(bound, None)) == list(moved_evidence(bound, [elsewhere])) == []
    another = write(folder, [row(500.0)], name="another.json")
    assert list(moved_evidence(bound, [another])) == [
        "the evidence file runs/run.json is not among those given as it was approved on 2027-01-01",
        f"the evidence file {another} is none of those approved on 2027-01-01",
    ]
    write(folder / "runs", [row(500.0)])
    assert list(moved_evidence(bound, None)) == ["the evidence file runs/run.json moved since 2027-01-01"]
    (folder / "runs" / "run.json").unlink()
    assert list(moved_evidence(bound, None)) == ["the evidence file runs/run.json is not there any more"]


@pytest.mark.engine
def test_an_approval_binds_the_bytes_of_the_evidence(project: Project) -> None:
    project.declare(GOOD)
    runs = project.folder / "runs"
    runs.mkdir()
    measured(runs)
    gate = project.petaplan("gate", "--save", "approved.json", "--evidence", "runs/run.json", "--require-evidence", "1")
    assert gate.code == 0, gate.out + gate.err
    kept = (runs / "run.json").read_bytes()
    measured(runs, 610.0)
    refused = project.petaplan("up", "--approved", "approved.json")
    assert refused.code == 1, refused.err
    assert "refused: the evidence file runs/run.json moved since" in refused.err
    (project.folder / "kept.json").write_bytes(kept)
    up = project.petaplan("up", "--approved", "approved.json", "--evidence", "kept.json")
    assert up.code == 0, up.out + up.err


def test_the_policy_pack_reads_the_evidence_of_its_configuration(folder: Path) -> None:
    path = folder / "runs" / "run.json"
    assert not [one for one in violations(graph(GOOD), {"evidence": [str(path)]}) if "not valid" in one.message]
    path.write_text("{}")
    (refused,) = violations(graph(GOOD), {"evidence": [str(path)]})
    assert "another kind of file" in refused.message
