"""GATE-02: no change accepts itself by the policy, the settings of a stack or the evidence that it brings."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.verdict.comparison import against
from petaplan.capacity.verdict.policy import Level
from petaplan.capacity.verdict.repository import Revision, revisions
from petaplan.infra.gate.asked_before import AskedBefore, asked_before
from petaplan.infra.gate.options import GateOptions
from petaplan.infra.gate.settings_change import settings_changes
from tests.evidence_files import device, row, write
from tests.hubs import hub, target
from tests.repository import PLAN, Repository, head

LESS = PLAN.replace(targets=(target(40, phase="first"),))
"""The plan of the main branch with a target of which less is asked."""

STRICT = "EXP: advisory\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "hub")
    made.write(PLAN)
    made.commit(STRICT, "policy.yaml")
    made.git("checkout", "--quiet", "-b", "change")
    return made


def moved(made: Repository, name: str) -> None:
    (made.folder / name).parent.mkdir(exist_ok=True)
    made.git("mv", "policy.yaml", name)


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ("CHG: disabled\n", "policy.yaml"),
        ("CHG: advisory\n", "policy.yaml"),
        ("CHG-004: disabled\nCHG-002: advisory\n", "policy.yaml"),
        ("softFail: true\n", "policy.yaml"),
        ("hub: {softFail: true, CHG: disabled}\n", "policy.yaml"),
        (STRICT + "CHG: disabled\n", "moved/to.yaml"),
        ("softFail: true\nCHG: disabled\n", "new.yaml"),
    ],
)
def test_no_change_excuses_itself_by_a_policy_of_its_own(repository: Repository, policy: str, name: str) -> None:
    if name.startswith("moved"):
        moved(repository, name)
    repository.write(policy, name)
    repository.commit(LESS)
    code, comment = repository.comment("--no-weakening", "--policy", name)
    assert code == 1
    assert f"policy {name}." in head(comment)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "change")
    repository.commit(PLAN.replace(targets=(target(30, phase="first"),)))
    code, _ = repository.comment("--no-weakening", "--policy", name, base="HEAD~1")
    assert code == 0, "from the next change on it holds"


def test_a_policy_outside_the_repository_judges_both_sides(tmp_path: Path) -> None:
    made = Repository(tmp_path / "hub")
    made.commit(PLAN)
    made.git("checkout", "--quiet", "-b", "change")
    made.write(PLAN.replace(description="another word"))
    (tmp_path / "central.yaml").write_text("EXP: advisory\nPWR-011: disabled\n", encoding="utf-8")
    code, comment = made.comment("--no-weakening", "--policy", "../central.yaml")
    assert code == 0
    assert "policy" not in head(comment).partition("What judges changed")[2]


def test_soft_fail_of_the_command_line_holds_for_the_change_too(repository: Repository) -> None:
    repository.write("softFail: true\n", "policy.yaml")
    repository.commit(LESS)
    code, _ = repository.comment("--no-weakening", "--policy", "policy.yaml", "--soft-fail")
    assert code == 0


def test_another_list_of_waivers_in_the_policy_is_told_and_accepts_no_lost_check(tmp_path: Path) -> None:
    made = Repository(tmp_path / "hub")
    made.write(PLAN)
    made.write(
        "petaplan_waivers: 1\nwaivers:\n- {finding: CHG-004, subject: targets goal.pflops, owner: me, reason: none,"
        " expires: 2099-01-01}\n",
        "unused.yaml",
    )
    made.commit(STRICT, "policy.yaml")
    made.git("checkout", "--quiet", "-b", "change")
    made.write("waivers: unused.yaml\n", "policy.yaml")
    made.commit(LESS)
    code, comment = made.comment("--no-weakening", "--policy", "policy.yaml")
    assert code == 1
    assert "waiver CHG-004:targets goal.pflops" in head(comment)
    assert "policy policy.yaml.waivers" in head(comment)


@pytest.mark.parametrize(
    ("then", "now"),
    [("expires: 2026-01-01", "expires: 2099-01-01"), ("expires: 2099-01-01, limit: 1.1", "expires: 2099-01-01")],
)
def test_a_change_extends_no_waiver_of_itself(tmp_path: Path, then: str, now: str) -> None:
    made = Repository(tmp_path / "hub")
    made.write(PLAN)
    waiver = (
        "petaplan_waivers: 1\nwaivers:\n- {finding: CHG-004, subject: targets goal.pflops, owner: me, reason: a, %s}\n"
    )
    made.commit(waiver % then, "waivers.yaml")
    made.git("checkout", "--quiet", "-b", "change")
    made.write(LESS)
    made.commit(waiver % now, "waivers.yaml")
    options = ("--no-weakening", "--waivers", "waivers.yaml", "--today", "2026-11-29")
    assert made.comment(*options)[0] == 1
    made.git("branch", "--quiet", "--force", "main", "change")
    made.commit(PLAN.replace(targets=(target(30, phase="first"),)))
    assert made.comment(*options)[0] == 0, "from the next change on it holds"


def test_trusted_keys_that_a_policy_no_longer_names_are_a_weaker_judge(repository: Repository) -> None:
    keys = "untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n"
    repository.write(keys, "keys.pub")
    repository.commit(STRICT + "trustedKeys: keys.pub\n", "policy.yaml")
    repository.commit(STRICT, "policy.yaml")
    code, comment = repository.comment("--no-weakening", "--policy", "policy.yaml", base="HEAD~1")
    assert code == 1
    assert "⚠ weaker | setting | policy policy.yaml.trustedKeys | keys.pub | not given" in head(comment)


def test_evidence_that_a_change_takes_away_still_judges_its_base(tmp_path: Path) -> None:
    made = Repository(tmp_path / "hub")
    goal = replace(target(100, phase="first"), minimum_measured_fraction=0.9)
    made.write(hub(targets=(goal,)))
    runs = made.folder / "runs"
    runs.mkdir()
    write(runs, [row(600.0, at) for at in range(384)], [device(at) for at in range(384)])
    write(runs, [row(600.0)], [device(model="NVIDIA H200", units=132)], host="other", name="other.json")
    made.commit()
    made.git("checkout", "--quiet", "-b", "change")
    made.git("rm", "--quiet", "runs/run.json")
    said = made.gate("--evidence", "runs", "--json", "-")
    assert said.err == ""
    weakening = json.loads(said.out)["weakening"]
    assert [one["subject"] for one in weakening["judges"]] == ["evidence runs/run.json"]
    assert [one["rule"] for one in weakening["lost"]] == ["DATA-003"], "the base was judged with the file"


SETTINGS = """\
name: petaplan
runtime: python
config:
  petaplan:hub: plan.yaml
"""


def options(folder: Path) -> GateOptions:
    made = GateOptions(
        plan=None, stack="dev", base="main", waivers=None, baseline=None, today=date(2026, 11, 29), strict=False,
        evidence=(), required=None, packs=(), save=None, markdown_limit_bytes=65_536, start=folder,
    )  # fmt: skip
    return made.with_policy()


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "hub")
    for text, name in ((SETTINGS, "Pulumi.yaml"), ("softFail: true\n", "soft.yaml"), (write_yaml(LESS), "less.yaml")):
        made.write(text, name)
    made.commit(PLAN)
    made.git("checkout", "--quiet", "-b", "change")
    return made


def revision(made: Repository) -> Revision:
    return revisions("main..", made.folder)[0]


def asked(made: Repository) -> AskedBefore:
    return asked_before(options(made.folder), "less.yaml", revision(made))


def test_the_base_of_a_stack_is_what_its_settings_named_then(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    project.write(
        "config:\n  petaplan:hub: less.yaml\n  petaplan:phase: first\n  petaplan:policy: soft.yaml\n"
        "  petaplan:catalogues: [own.yaml]\n",
        "Pulumi.dev.yaml",
    )
    found = asked(project)
    assert options(project.folder).shows_only
    assert (found.plan.plan, found.plan.phase, found.plan.layers) == ("plan.yaml", "", ())
    assert not found.files.policy.soft_fail
    assert found.files.policy.level("CHG-004") is Level.MANDATORY
    changes, _ = settings_changes(project.folder, revision(project))
    told = {one.field for one in changes}
    assert told == {"petaplan:hub", "petaplan:phase", "petaplan:policy", "petaplan:catalogues"}


def test_a_default_of_the_project_is_a_judge_although_no_stack_has_a_file(project: Repository) -> None:
    project.write(f"{SETTINGS}  petaplan:enforce: 'off'\n", "Pulumi.yaml")
    changes, _ = settings_changes(project.folder, revision(project))
    assert [(one.name, one.before, one.after) for one in changes] == [("project.petaplan:enforce", "error", "off")]
    assert changes[0].refused
    project.write("config: {}\n", "Pulumi.dev.yaml")
    changes, _ = settings_changes(project.folder, revision(project))
    assert [one.field for one in changes if one.refused] == ["petaplan:enforce"], "told once"


def test_the_base_of_a_stack_of_one_phase_is_that_phase(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    project.git("checkout", "--quiet", "main")
    project.commit("config:\n  petaplan:phase: first\n", "Pulumi.dev.yaml")
    found = asked(project)
    assert (found.plan.plan, found.plan.phase) == ("plan.yaml", "first")


def test_a_program_without_a_plan_has_no_base_and_the_reason_is_told(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    project.git("checkout", "--quiet", "main")
    project.write("import pulumi\n", "__main__.py")
    project.commit("name: own\nruntime: python\n", "Pulumi.yaml")
    found = asked(project)
    assert found.plan.plan == ""
    base = against("main", "", PLAN, as_before=lambda _: found.plan, folder=project.folder)
    assert base.plan is None
    assert "a program whose settings name no plan" in base.not_compared[0]
