"""Faults APP-01 to APP-05: what is approved, read from a stack and shown as an example is what was declared."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from petaplan.capacity.errors import PlanError
from petaplan.infra.commands.up import refuse_other_plans
from petaplan.infra.provider.settings import unread
from petaplan.infra.stack_settings import short_name, stack_settings
from tests.commands import BIN, ROOT
from tests.gate.conftest import Project
from tests.hubs import hub
from tests.pulumi_stacks import PIP_ONCE, NewStack, pulumi_environment

MODULE = "import sys\nsys.path.insert(0, {root!r})\nfrom petaplan.infra import hong_kong\n\n\n"

WHOLE_NUMBERS = (
    MODULE
    + """\
def hub():
    from petaplan.capacity.slice import up_to
    from tests.faults.hubs_in_python import loosened

    return loosened(up_to(hong_kong.hub(), "phase-1"))
"""
)
"""The first phase of the reference hub with whole numbers, text and lists, as people write them."""


@pytest.mark.engine
def test_app_01_what_the_gate_approved_of_a_plan_in_python_is_brought_up(project: Project) -> None:
    (project.folder / "mine.py").write_text(WHOLE_NUMBERS.format(root=str(ROOT)), encoding="utf-8")
    assert project.pulumi("config", "set", "petaplan:hub", "mine.py:hub").code == 0
    gate = project.petaplan("gate", "--stack", "dev", "--save", "approved.json")
    assert gate.code == 0, gate.out + gate.err
    other = project.petaplan("up", "--approved", "approved.json", "--stack", "another")
    assert other.code == 1
    assert "is for stack dev, not another" in other.err
    up = project.petaplan(
        "up", "--approved", "approved.json", "--stack", "organization/petaplan/dev", "--", "--parallel", "4"
    )
    assert up.code == 0, up.out + up.err
    said = project.petaplan("status", "--approved", "approved.json", "--format", "json")
    assert json.loads(said.out)["approval"].endswith("what stands is what was approved")
    same = project.petaplan("diff", "stack:dev", "program:dev")
    assert (same.code, same.err) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--stack", "x"],
        ["-s", "x"],
        ["-sx"],
        ["--config=petaplan:phase=phase-2"],
        ["-c", "a=b"],
        ["-C", "/"],
        ["--plan=p"],
    ],
    ids=" ".join,
)
def test_app_01_no_argument_for_pulumi_brings_up_another_plan(arguments: list[str]) -> None:
    refuse_other_plans(["--parallel", "4", "--refresh", "--target", "urn"])
    with pytest.raises(PlanError, match="expected arguments that leave stack, settings and program"):
        refuse_other_plans(arguments)


@pytest.mark.engine
def test_app_03_a_stack_that_is_not_there_is_never_taken_for_a_default(project: Project) -> None:
    (project.folder / "mine.py").write_text(WHOLE_NUMBERS.format(root=str(ROOT)), encoding="utf-8")
    project.pulumi("config", "set", "petaplan:hub", "mine.py:hub")
    for stack in (
        "no-such-stack",
        "organization/petaplan/no-such-stack",
        "organization/other/dev",
        "a/b/c/dev",
        "/",
        "dev/",
    ):
        said = project.petaplan("diff", f"program:{stack}", "mine.py:hub")
        assert (said.code, said.out) == (2, ""), stack
        assert "expected" in said.err
        assert "pulumi stack ls" in said.err
    for stack in ("dev", "organization/petaplan/dev"):
        said = project.petaplan("diff", f"program:{stack}", "mine.py:hub")
        assert said.code == 0, said.out + said.err


def test_app_03_a_full_name_reads_the_settings_of_that_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: petaplan\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  petaplan:phase: phase-1\n", encoding="utf-8")
    for name in ("dev", "organization/dev", "organization/petaplan/dev"):
        assert short_name(name, tmp_path) == "dev"
        assert stack_settings(name, tmp_path) == {"petaplan:phase": "phase-1"}
    with pytest.raises(PlanError, match="a stack of the project 'other'; expected a stack of the project 'petaplan'"):
        short_name("organization/other/dev", tmp_path)


BY_HAND = """
import pulumi
from petaplan.infra.resources import Hub, Phase, Site, Target
mine = pulumi.Config("mine")
Site("site", country="HK", jurisdiction="HK", utility={utility}, load_power_factor={factor})
Phase("first", starts="2026-01-01", in_service="2027-06-30")
Target("goal", pflops={pflops}, precisions=[{precision}], by="2027-06-30", source={source}, phase="first")
Hub("by-hand", description={description})
"""

OPEN = {
    "utility": '"CLP"',
    "factor": "0.95",
    "pflops": "5",
    "precision": '"bf16"',
    "source": '"a test"',
    "description": '"by hand"',
}


def by_hand(**secrets: str) -> str:
    """A program with these values as secrets."""
    values = {**OPEN, **{name: f"pulumi.Output.secret({OPEN[name]})" for name in secrets}, **secrets}
    return BY_HAND.format(**values)


def secret(*names: str) -> str:
    return BY_HAND.format(**{**OPEN, **{name: f"pulumi.Output.secret({OPEN[name]})" for name in names}})


@pytest.mark.engine
def test_app_02_a_secret_that_no_rule_reads_changes_no_verdict(project: Project) -> None:
    project.program(secret())
    open_ = project.petaplan("gate", "--json", "open.json")
    assert open_.code == 1
    configured = by_hand(utility='mine.require_secret("utility")')
    for at, program in enumerate((secret("utility", "source", "description"), configured, configured)):
        project.pulumi("config", "set", "--secret", "mine:utility", f"number {at}")
        project.program(program)
        said = project.petaplan("gate", "--json", "gate.json")
        assert said.code == 1, said.err
        found, before = (project.json(name)["report"]["findings"] for name in ("gate.json", "open.json"))
        assert found == before
        assert project.json("gate.json")["cannot_tell"] == []
        if at:  # made first, changed then
            assert project.pulumi("up", "--yes", "--skip-preview").code == 0
    same = project.petaplan("diff", "stack:dev", "stack:organization/petaplan/dev")
    assert same.code == 0, same.err
    assert project.petaplan("status").code == 0


@pytest.mark.engine
def test_app_02_a_secret_that_a_rule_needs_is_told_and_the_other_rules_are_judged(project: Project) -> None:
    goal = "resource Target 'goal': "
    for name, words in (("pflops", f"{goal}pflops is a secret"), ("precision", f"{goal}precisions is a secret")):
        project.program(secret(name))
        said = project.petaplan("gate", "--json", "gate.json")
        assert said.code == 4, said.out + said.err
        assert any(reason.startswith(words) for reason in project.json("gate.json")["cannot_tell"])
        rules = {finding["rule"] for finding in project.json("gate.json")["report"]["findings"]}
        assert "PF-001" not in rules
    project.program(secret("pflops"))
    assert project.pulumi("up", "--yes", "--skip-preview").code == 0
    said = project.petaplan("diff", "stack:dev", "stack:dev")
    assert said.code == 4
    assert "resource Target 'goal': pflops is a secret" in said.err
    assert project.petaplan("status").code == 0


EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/Pulumi.yaml"))
"""The examples that are Pulumi projects; tests/gate/test_ci.py holds the others."""

SETTINGS = {"one-hall": [("rows", "3"), ("--secret", "contract", "4711")]}
"""What the README of each example sets."""


@pytest.fixture(params=EXAMPLES, ids=lambda folder: folder.name)
def example(request: pytest.FixtureRequest, tmp_path: Path, new_stack: NewStack) -> Project:
    """A copy of an example with a stack of its own, set as its README says."""
    folder = tmp_path / "project"
    shutil.copytree(request.param, folder)
    for path in (folder / "state", tmp_path / "home"):
        path.mkdir()
    text = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
    text = text.replace("../../.venv/bin", str(BIN)).replace("../../.venv", sys.prefix)
    (folder / "Pulumi.yaml").write_text(text, encoding="utf-8")
    environment = pulumi_environment(folder, tmp_path / "home") | {"PYTHONPATH": f"{PIP_ONCE}:{ROOT}"}
    new_stack(folder, environment)
    made = Project(folder, environment)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS[request.param.name]:
        assert f"pulumi config set {' '.join(setting)}" in readme
        assert made.pulumi("config", "set", *setting).code == 0
    return made


@pytest.mark.engine
def test_app_04_an_example_passes_the_policy_pack_and_the_gate_with_its_secret_set(example: Project) -> None:
    pack = str(BIN / "petaplan-policy")
    preview = example.pulumi("preview", "--policy-pack", pack)
    assert preview.code == 0, preview.out + preview.err
    assert "mandatory" not in preview.out
    gate = example.petaplan("gate", "--strict", "--json", "gate.json")
    assert gate.code == 0, gate.out + gate.err
    assert example.json("gate.json")["cannot_tell"] == []
    up = example.pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack)
    assert up.code == 0, up.out + up.err
    assert example.petaplan("gate").code == 0
    assert example.petaplan("status").code == 0


def test_app_04_every_example_is_held_by_a_test() -> None:
    held = {folder.name for folder in EXAMPLES} | {"ci", "pre-commit", "scenarios", "work"}
    assert {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()} == held
    assert set(SETTINGS) == {folder.name for folder in EXAMPLES}


YAML_PROGRAM = """
resources:
  site: {type: "petaplan:Site", properties: {name: site, country: HK, jurisdiction: HK}}
"""


@pytest.mark.engine
@pytest.mark.parametrize("how", ["by hand", "petaplan's own"])
def test_cat_17_a_setting_that_nobody_reads_is_told(how: str, project: Project) -> None:
    project.declare(hub())
    if how == "by hand":
        project.program(secret())
    said = project.pulumi("preview")
    told = "found petaplan:enforce, petaplan:hub; nothing reads them" in said.out + said.err
    assert told == (how == "by hand"), said.out + said.err


def test_cat_17_a_program_in_another_language_reads_no_setting_of_petaplan(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    project.write_text("name: x\nruntime: yaml\n" + YAML_PROGRAM, encoding="utf-8")
    assert "nothing reads it" in unread({"enforce": "error", "inventory": "x.db"}, tmp_path)
    assert unread({"inventory": "x.db"}, tmp_path) == ""
    project.write_text("name: x\nruntime: python\nmain: infra/__main__.py\n", encoding="utf-8")
    assert unread({"enforce": "error"}, tmp_path) == ""
    assert unread({"enforce": "error"}, ROOT) == ""
