"""The policy pack: what it says of resources, and that the real engine obeys it."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import PolicyResource, PolicyResourceOptions
from pulumi_policy.proxy import unknown_checking_proxy

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Hub
from petaplan.capacity.verdict.policy import Level, families, names, read_policy
from petaplan.infra.kinds import BY_TABLE, KINDS
from petaplan.infra.nouns import properties_of
from petaplan.infra.policy.pack import Violation, violations
from petaplan.infra.records import UNKNOWN
from tests.commands import BIN, ROOT, petaplan
from tests.gate.conftest import Project
from tests.hubs import hub, pod, target
from tests.patience import PATIENCE_SECONDS
from tests.repository import Repository

EXECUTABLE = str(BIN / "petaplan-policy")
SHORT = hub(targets=(target(10_000, phase="first"),))

BY_HAND = """
from petaplan.infra.resources import Hub, Phase, Site, Target
site = Site("site", country="HK", jurisdiction="HK")
Phase("first", starts="2026-01-01", in_service="2027-06-30")
Target("goal", pflops={pflops}, precisions=["bf16"], by="2027-06-30", source="a test", phase="first")
Hub("by-hand")
"""


def resource(token: str, name: str, properties: dict[str, Any]) -> PolicyResource:
    options = PolicyResourceOptions(False, [], False, [], None, [], None)  # type: ignore[arg-type]
    urn = f"urn:pulumi:dev::petaplan::{token}::{name}"
    return PolicyResource(token, unknown_checking_proxy(properties), urn, name, options, None, None, [], {})


def graph(plan: Hub) -> list[PolicyResource]:
    """The resources of a plan, as the engine shows them to a policy."""
    made = [resource(KINDS[0].token, plan.name, properties_of(KINDS[0], plan))]
    for table, rows in plan.tables():
        kind = BY_TABLE[table]
        made += [resource(kind.token, row.name, properties_of(kind, row)) for row in rows]
    return made


def mandatory(said: list[Violation]) -> list[Violation]:
    return [one for one in said if one.level is Level.MANDATORY]


def test_a_shortfall_is_mandatory_and_stands_on_its_resource() -> None:
    (one,) = mandatory(violations(graph(SHORT), {}))
    assert one.message.startswith("PF-001 shortfall: goal [first]: needs 10,000 PFLOP/s")
    assert one.urn == "urn:pulumi:dev::petaplan::petaplan:index:Target::goal"


def test_a_plan_that_holds_violates_nothing_mandatory() -> None:
    assert mandatory(violations(graph(hub(targets=(target(100, phase="first"),))), {})) == []


def test_each_rule_family_has_a_level_of_its_own() -> None:
    advisory = violations(graph(SHORT), {"PF": "advisory"})
    assert mandatory(advisory) == []
    assert any(one.message.startswith("PF-001 shortfall") for one in advisory)
    assert not any(one.message.startswith("PF-") for one in violations(graph(SHORT), {"PF": "disabled"}))
    assert mandatory(violations(graph(SHORT), {"PWR": "advisory"}))
    assert {"PF", "PWR"} <= set(families())


def test_a_value_that_is_not_known_yet_is_no_pass() -> None:
    resources = [one for one in graph(SHORT) if not one.resource_type.endswith(":Target")]
    later = resource(
        "petaplan:index:Target",
        "goal",
        {"pflops": UNKNOWN, "precisions": ["bf16"], "by": "2027-06-30", "source": "a test"},
    )
    (one,) = violations([*resources, later], {})
    assert (one.level, one.message.startswith("cannot tell: resource Target 'goal': pflops")) == (Level.ADVISORY, True)
    (strictly,) = violations([*resources, later], {"cannotTell": "mandatory"})
    assert strictly.level is Level.MANDATORY


def test_a_graph_without_a_valid_hub_is_refused() -> None:
    (one,) = violations([one for one in graph(SHORT) if not one.resource_type.endswith(":Hub")], {})
    assert one.level is Level.MANDATORY
    assert "found no hub; expected one hub" in one.message


def test_wrong_names_and_wrong_models_in_a_graph_are_told_together() -> None:
    said = violations(graph(hub(pods=(pod(hall="nowhere", model="huawei-cloud"),))), {})
    assert {one.level for one in said} == {Level.MANDATORY}
    assert ["hall 'nowhere'" in one.message for one in said] == [True, False]
    assert ["the model 'huawei-cloud'" in one.message for one in said] == [False, True]


def test_a_waiver_of_the_configuration_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    waiver = {"finding": "PF-001", "subject": "goal", "owner": "board", "reason": "ordered", "expires": "9999-12-31"}
    path.write_text(yaml.safe_dump({"petaplan_waivers": 1, "waivers": [waiver]}), encoding="utf-8")
    assert mandatory(violations(graph(SHORT), {"waivers": str(path)})) == []


def test_a_key_that_nobody_reads_is_refused_with_the_nearest_one() -> None:
    (one,) = violations(graph(SHORT), {"PFW": "advisory"})
    assert one.level is Level.MANDATORY
    assert "did you mean" in one.message


def test_the_folder_of_the_pack_starts_as_an_official_installation_starts_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "infra" / "policy")],
        stdout=subprocess.PIPE,
        cwd=ROOT / "infra" / "policy",
    )
    assert process.stdout is not None
    try:
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            told = analyzer_pb2_grpc.AnalyzerStub(channel).GetAnalyzerInfo(empty_pb2.Empty(), timeout=PATIENCE_SECONDS)
        assert (told.name, [policy.name for policy in told.policies]) == ("petaplan", ["hub", "hub-advice"])
    finally:
        process.kill()
        process.communicate()
    described = yaml.safe_load((ROOT / "infra" / "policy" / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert described["runtime"]["name"] == "python"


@pytest.mark.engine
def test_the_engine_refuses_a_program_written_by_hand_that_falls_short(project: Project) -> None:
    project.program(BY_HAND.format(pflops=5))
    said = project.pulumi("preview", "--policy-pack", EXECUTABLE)
    assert said.code != 0
    assert "[mandatory]  hub  (petaplan:index:Target: goal)" in said.out
    assert "PF-001 shortfall" in said.out


@pytest.mark.engine
def test_the_level_of_a_family_comes_from_the_configuration_of_the_pack(project: Project) -> None:
    project.program(BY_HAND.format(pflops=5))
    (project.folder / "policy.json").write_text(json.dumps({"hub": {"PF": "advisory"}}), encoding="utf-8")
    said = project.pulumi("preview", "--policy-pack", EXECUTABLE, "--policy-pack-config", "policy.json")
    assert said.code == 0, said.out + said.err
    assert "[advisory]  hub-advice" in said.out


@pytest.mark.engine
def test_the_pack_finds_its_waivers_in_the_project_and_honours_them(project: Project) -> None:
    project.declare(SHORT)
    assert project.pulumi("config", "set", "petaplan:enforce", "off").code == 0
    waiver = {"finding": "PF-001", "subject": "goal", "owner": "board", "reason": "ordered", "expires": "9999-12-31"}
    document = {"petaplan_waivers": 1, "waivers": [waiver]}
    (project.folder / "waivers.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    preview = ("preview", "--policy-pack", EXECUTABLE, "--policy-pack-config", "policy.json")
    (project.folder / "policy.json").write_text(json.dumps({"hub": {"waivers": "waivers.yaml"}}), encoding="utf-8")
    said = project.pulumi(*preview)
    assert said.code == 0, said.out
    (project.folder / "policy.json").write_text(json.dumps({"hub": {"waivers": "nowhere.yaml"}}), encoding="utf-8")
    said = project.pulumi(*preview)
    assert said.code != 0
    assert "configuration of the pack: " in said.out
    assert "nowhere.yaml:1: found No such file or directory" in said.out


@pytest.mark.engine
def test_a_value_that_the_engine_does_not_know_yet_is_told_as_such(project: Project) -> None:
    project.program(BY_HAND.format(pflops="site.id.apply(len)"))
    said = project.pulumi("preview", "--policy-pack", EXECUTABLE)
    assert "cannot tell: resource Target 'goal': pflops: found a value that isn't known yet" in said.out


@pytest.mark.variant
@pytest.mark.engine
def test_the_gate_shows_what_another_policy_pack_says(project: Project) -> None:
    pack = project.folder / "pack"
    pack.write_text(
        f"#!{sys.executable}\n"
        "from pulumi_policy import *\n"
        "def validate(args, report):\n    report('every hub needs a second site')\n"
        "PolicyPack('ours', [StackValidationPolicy('sites', 'Sites.', validate, EnforcementLevel.MANDATORY)])\n",
        encoding="utf-8",
    )
    pack.chmod(0o755)
    project.declare(hub(targets=(target(100, phase="first"),)))
    said = project.petaplan("gate", "--policy-pack", "pack", "--json", "gate.json", "--sarif", "gate.sarif")
    assert said.code == 1, said.err
    reasons = [one for one in project.json("gate.json")["report"]["findings"] if one["fails"]]
    assert [(one["rule"], one["subject"]) for one in reasons] == [("ours:sites", "petaplan-dev")]
    assert "every hub needs a second site" in reasons[0]["note"]
    assert "ours:sites" in [one["ruleId"] for one in project.json("gate.sarif")["runs"][0]["results"]]


def gate(project: Path, *options: str) -> tuple[int, Any]:
    said = petaplan("gate", "plan.yaml", *options, "--json", "-", cwd=project)
    assert said.code in (0, 1), said.err
    return said.code, json.loads(said.out)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("level", "code", "told", "stops"),
    [
        ({"PF": "advisory"}, 0, True, False),
        ({"PF-001": "advisory"}, 0, True, False),
        ({"PF": "advisory", "PF-001": "mandatory"}, 1, True, True),
        ({"PF-001": "disabled"}, 0, False, False),
        ({"softFail": True}, 0, True, False),
        ({"PWR": "advisory"}, 1, True, True),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_one_policy_means_the_same_in_the_gate_and_in_the_pack(
    tmp_path: Path, level: dict[str, Any], code: int, *, told: bool, stops: bool, wrapped: bool
) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(SHORT), encoding="utf-8")
    (tmp_path / "policy.json").write_text(json.dumps({"hub": level} if wrapped else level), encoding="utf-8")
    exit_code, said = gate(tmp_path, "--policy", "policy.json")
    assert exit_code == code
    found = [one for one in said["report"]["findings"] if one["rule"] == "PF-001"]
    assert bool(found) == told
    violated = violations(graph(SHORT), level)
    assert any("PF-001" in one.message for one in violated) == told
    assert any("PF-001" in one.message for one in mandatory(violated)) == stops


def test_a_key_of_a_policy_that_nobody_reads_is_bad_input_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("PF-0O1: advisory\nstrict: yes please\nPWR: off\n", encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_policy(tmp_path / "policy.yaml")
    said = [str(problem) for problem in refused.value.problems]
    assert len(said) == 3
    assert "policy.yaml:1" in said[0]
    assert "did you mean 'PF-001'" in said[0]
    assert "policy.yaml:2" in said[1]
    assert "one of mandatory, advisory, disabled" in said[2]


def test_every_rule_and_every_family_may_have_a_level() -> None:
    assert {"PWR", "PWR-011", "CHG", "CHG-002", "WVR-001", "BSL-002", "EVD-001"} <= set(names())


def test_a_milder_level_is_a_weaker_judge_and_what_it_disables_is_no_longer_asked(tmp_path: Path) -> None:
    made = Repository(tmp_path / "hub")
    made.write(hub(targets=(target(50, phase="first"),)))
    made.commit("strict: false\nEXP: advisory\n", "policy.yaml")
    made.write("PF: disabled\nEXP: advisory\nsoftFail: true\n", "policy.yaml")
    _, said = gate(made.folder, "--policy", "policy.yaml", "--base", "main")
    judges = {(one["field"], one["effect"]) for one in said["weakening"]["judges"]}
    assert judges == {("PF", "weaker"), ("softFail", "weaker")}
    assert {"PF-001", "PF-003"} <= {one["rule"] for one in said["weakening"]["lost"]}
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "milder")
    _, said = gate(made.folder, "--policy", "policy.yaml", "--base", "main")
    assert said["weakening"]["judges"] == said["weakening"]["lost"] == []


@pytest.mark.variant
@pytest.mark.engine
def test_a_stack_names_one_policy_for_the_gate_and_the_pack(project: Project) -> None:
    project.declare(SHORT)
    (project.folder / "policy.yaml").write_text("PF: advisory\n", encoding="utf-8")
    (project.folder / "Pulumi.dev.yaml").write_text(
        "config:\n  petaplan:enforce: 'off'\n  petaplan:policy: policy.yaml\n", encoding="utf-8"
    )
    assert project.petaplan("gate", "--stack", "dev").code == 0
    said = project.pulumi("preview", "--policy-pack", EXECUTABLE)
    assert said.code == 0, said.out
    assert "PF-001" in said.out
    (project.folder / "policy.yaml").write_text("PF: mandatory\n", encoding="utf-8")
    assert project.petaplan("gate", "--stack", "dev").code == 1
    assert project.pulumi("preview", "--policy-pack", EXECUTABLE).code != 0


def test_the_pack_says_its_port_at_once_where_python_buffers_its_output() -> None:
    """Whoever starts the engine seldom has PYTHONUNBUFFERED; the engine waits for the port."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    started = subprocess.Popen([EXECUTABLE, "127.0.0.1:1"], env=environment, stdout=subprocess.PIPE)
    try:
        assert started.stdout is not None
        ready, _, _ = select.select([started.stdout], [], [], PATIENCE_SECONDS)
        assert ready, "nothing was written"
        assert 0 < int(started.stdout.readline()) < 65_536
    finally:
        started.kill()
        started.communicate()
