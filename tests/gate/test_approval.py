"""An approval binds what was judged, and `petaplan up` brings up that or nothing."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from petaplan.capacity.errors import PlanError
from petaplan.infra.gate.approval import WORDS, Approval, hashes_of, moved, read_approval, write_approval
from petaplan.infra.gate.state import state_hash
from petaplan.infra.kinds import BY_TOKEN
from tests.gate.conftest import Project
from tests.hubs import FIRST, hub, pod, target

GOOD = hub(targets=(target(100, phase="first"),))
MORE = GOOD.replace(pods=(pod(), pod("pod-2")))

WAIVER = {"finding": "PF-001", "subject": "goal", "owner": "board", "reason": "ordered", "expires": "2027-06-30"}


def hashes(**changes: str) -> dict[str, str]:
    settings = {"petaplan:hub": "plan.yaml"}
    return hashes_of(GOOD, settings=settings, state="state", waivers=None, baseline=None) | changes


def approval(**changes: str) -> Approval:
    return Approval(
        stack="dev", hub="small", on="2027-01-01", until=None, waivers=None, baseline=None, strict=False,
        evidence={}, require_evidence=None, hashes=hashes(**changes),
    )  # fmt: skip


def test_an_approval_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "approved.json"
    path.write_text(write_approval(approval()), encoding="utf-8")
    assert read_approval(path) == approval()


@pytest.mark.parametrize("key", sorted(WORDS))
def test_whatever_moves_is_named(key: str) -> None:
    assert moved(hashes(), hashes(**{key: "another"})) == (WORDS[key],)
    assert moved(hashes(), hashes()) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "the file is cut short"),
        ("[]", "no field 'petaplan_approval'"),
        ('{"petaplan_approval": 4}', "an approval of version 4; expected version 3"),
        ('{"petaplan_approval": 2}', "judge the stack again with `petaplan gate --save FILE`"),
        ('{"petaplan_approval": 3, "stack": "dev"}', "other fields than those of an approval"),
        (write_approval(approval()).replace("2027-01-01", "soon"), "other fields than those of an approval"),
    ],
    ids=["cut short", "no approval", "newer", "older", "fields", "day"],
)
def test_a_file_that_is_no_approval_is_bad_input(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "approved.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=words):
        read_approval(path)


def test_an_update_that_changed_nothing_does_not_move_the_state() -> None:
    resource = {"urn": "urn:a", "type": next(iter(BY_TOKEN)), "inputs": {"name": "a"}}
    first = {"deployment": {"manifest": {"time": "1"}, "resources": [resource]}}
    again = {"deployment": {"manifest": {"time": "2"}, "resources": [resource]}}
    changed = {"deployment": {"manifest": {"time": "1"}, "resources": [{**resource, "inputs": {"name": "b"}}]}}
    assert state_hash(first) == state_hash(again) != state_hash(changed)
    assert state_hash({"deployment": {}}) != state_hash(first)


def write_waivers(project: Project, *waivers: dict[str, str]) -> None:
    document = {"petaplan_waivers": 1, "waivers": list(waivers)}
    (project.folder / "waivers.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")


@pytest.mark.engine
def test_up_refuses_when_something_moved_and_says_what(project: Project) -> None:
    project.declare(GOOD)
    write_waivers(project)
    said = project.petaplan("gate", "--save", "approved.json", "--waivers", "waivers.yaml", "--today", "2027-01-01")
    assert said.code == 0, said.err
    project.declare(MORE)
    write_waivers(project, WAIVER | {"subject": "another"})
    assert refused(project) == {"the plan that the program declares", "the waivers"}
    project.declare(GOOD)
    write_waivers(project)
    assert project.pulumi("up", "--yes", "--skip-preview").code == 0
    assert project.pulumi("config", "set", "petaplan:inventory", "elsewhere.db").code == 0
    assert refused(project) == {"the state of the stack", "the settings of the stack"}


def refused(project: Project) -> set[str]:
    """What an `up` says has moved; it changes nothing."""
    before = project.pulumi("stack", "export").out
    said = project.petaplan("up", "--approved", "approved.json", "--today", "2027-01-02")
    assert said.code == 1, said.out + said.err
    assert project.pulumi("stack", "export").out == before
    lines = [line.removeprefix("refused: ") for line in said.err.splitlines() if line.startswith("refused: ")]
    return {line.removesuffix(" moved since 2027-01-01") for line in lines}


@pytest.mark.engine
def test_up_brings_up_what_was_approved_and_status_says_so(project: Project) -> None:
    project.declare(hub(targets=(target(10_000, phase="first"),)))
    write_waivers(project, WAIVER)
    project.pulumi("config", "set", "petaplan:enforce", "warn")
    gate = ("gate", "--save", "approved.json", "--waivers", "waivers.yaml")
    assert project.petaplan(*gate, "--today", "2027-01-01").code == 0
    assert date.fromisoformat(project.json("approved.json")["until"]) == date(2027, 6, 30)

    late = project.petaplan("up", "--approved", "approved.json", "--today", "2027-07-01")
    assert (late.code, "a waiver that the approval needs ended on 2027-06-30" in late.err) == (1, True)
    (project.folder / "log.csv").write_text("object,accepted\n", encoding="utf-8")
    nothing = project.petaplan("status", "--accepted", "log.csv")
    assert (nothing.code, "stack dev without a plan" in nothing.err) == (2, True)
    waiting = project.petaplan("status", "--approved", "approved.json")
    assert (waiting.code, "not brought up yet" in waiting.out) == (0, True)

    up = project.petaplan("up", "--approved", "approved.json", "--today", "2027-01-02")
    assert up.code == 0, up.out + up.err
    said = project.petaplan("status", "--approved", "approved.json", "--format", "json")
    assert said.code == 0, said.out
    told = json.loads(said.out)
    assert told["approval"] == "approved on 2027-01-01; what stands is what was approved"
    (pods,) = [kept for kept in told["kinds"] if kept["kind"] == "pod"]
    assert (pods["stack"], pods["inventory"], pods["drift"]) == (1, 1, 0)
    assert date.fromisoformat(pods["since"]) > date(2026, 1, 1)
    assert told["verdict"] == "shortfall"

    log = project.folder / "log.csv"
    log.write_text("object,delivered,energised,accepted\npod-1,2026-11-01,2026-11-10,2026-11-20\n", encoding="utf-8")
    said = project.petaplan("status", "--accepted", "log.csv", "--on", "2026-11-20", "--format", "json")
    assert said.code == 0, said.err
    (progress,) = json.loads(said.out)["progress"]["phases"]
    assert (progress["phase"], progress["planned_pflops"]) == ("first", 0)
    assert progress["accepted_pflops"] > 200
    assert progress["slip_days"] == (date(2026, 11, 20) - FIRST).days
    assert "Progress on 2026-11-20" in project.petaplan("status", "--accepted", "log.csv", "--on", "2026-11-20").out
    log.write_text("object,accepted\npod-9,2026-11-20\n", encoding="utf-8")
    unknown = project.petaplan("status", "--accepted", "log.csv")
    assert (unknown.code, unknown.out) == (2, "")
    assert "pod-9" in unknown.err

    project.declare(MORE)
    differs = project.petaplan("diff", "stack:dev", "program:dev")
    assert differs.code == 1
    assert "+ pods pod-2" in differs.out

    (project.folder / ".petaplan" / "inventory.db").unlink()
    gone = project.petaplan("status", "--stack", "dev")
    assert gone.code == 1
    assert "drift: pod pod-1: missing in the inventory" in gone.out
