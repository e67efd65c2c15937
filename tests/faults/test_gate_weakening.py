"""GATE-01, GATE-02: what a change weakens stands above all else, and is refused on request."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from petaplan.capacity.figures import Status
from petaplan.infra.hong_kong import hub as reference
from tests.commands import petaplan
from tests.hubs import phase, pod, target
from tests.repository import GATE_SCHEMA, PLAN, Repository, changed_repository, head
from tests.weakenings import comment_on


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return changed_repository(tmp_path / "hub")


def test_gate_01_targets_taken_away_are_told_on_top_and_refused_on_request(repository: Repository) -> None:
    repository.write(PLAN.replace(targets=()))
    code, comment = repository.comment()
    assert code == 0
    assert "⚠ Pass, and less is asked" in comment
    assert "targets goal | 50 PFLOP/s | removed" in head(comment)
    assert "no longer asked" in head(comment)
    assert repository.gate("--no-weakening").code == 1
    said = json.loads(repository.gate("--json", "-").out)
    Draft202012Validator(GATE_SCHEMA).validate(said)
    (lost,) = [one for one in said["weakening"]["lost"] if one["rule"] == "PF-001"]
    assert (lost["how"], lost["count"], lost["held_before"], lost["held_after"]) == ("no longer asked", 1, 1, 0)
    assert "PF-001" in repository.gate().out.split("What is declared")[0]


def test_gate_01_cooling_taken_away_from_the_reference_hub_is_told_by_count_and_kind() -> None:
    plan = reference()
    bare = plan.replace(
        cooling_loops=(), cdus=(), chillers=(),
        pods=tuple(one.replace(liquid_loop=None, air_loop=None) for one in plan.pods),
        racks=tuple(one.replace(liquid_loop=None, air_loop=None) for one in plan.racks),
    )  # fmt: skip
    said = comment_on(plan, bare)
    assert said.verdict == "pass"
    assert said.refused
    assert "no longer asked" in said.head
    assert "now unknown" in said.head
    assert "`COOL-001`" in said.head
    assert "cooling\\_loops: hall-a-liquid" in said.head


def test_gate_01_a_check_that_becomes_unknown_is_told_and_refused() -> None:
    plan = reference()
    site = plan.sites[0].replace(annual_it_load_fraction=None)
    said = comment_on(plan, plan.replace(sites=(site, *plan.sites[1:])))
    assert "| `COOL-006` | Annual PUE is within the promised one | now unknown | 3 | 3 | 0 |" in said.head
    assert said.verdict == "pass"
    assert said.refused


def test_gate_02_a_limit_that_is_raised_is_told_although_no_finding_changes() -> None:
    plan = reference()
    site = plan.sites[0].replace(pue_limit=1.9)
    said = comment_on(plan, plan.replace(sites=(site, *plan.sites[1:])))
    assert "| ⚠ weaker | limit | sites hk-science-park.pue\\_limit | 1.3 | 1.9 kWh/kWh |" in said.head
    assert said.verdict == "pass"
    assert said.refused


WAIVER = """\
petaplan_waivers: 1
waivers:
- finding: PF-001
  subject: goal
  owner: Planning board
  reason: later
  expires: 2099-12-31
"""


def test_gate_02_a_waiver_that_comes_with_the_change_is_told_and_refused(repository: Repository) -> None:
    repository.write(PLAN.replace(targets=(target(9_000, phase="first"),)))
    repository.write(WAIVER, "waivers.yaml")
    code, comment = repository.comment("--waivers", "waivers.yaml")
    assert code == 0
    assert "waiver PF-001:goal | not given | until 2099-12-31 by Planning board" in head(comment)
    assert "now waived" in head(comment)
    code, _ = repository.comment("--waivers", "waivers.yaml", "--no-weakening")
    assert code == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2099-12-31", "2099-06-30", "stronger | waiver | waiver PF-001:goal.expires | 2099-12-31 | 2099-06-30"),
        ("2098-12-31", "2099-12-31", "⚠ weaker | waiver | waiver PF-001:goal.expires | 2098-12-31 | 2099-12-31"),
        ("later", "much later", "words only | waiver | waiver PF-001:goal.reason | later | much later"),
    ],
)
def test_a_waiver_that_reads_otherwise_is_told(repository: Repository, old: str, new: str, words: str) -> None:
    repository.git("checkout", "--quiet", "main")
    before = WAIVER if old in WAIVER else WAIVER.replace(new, old)
    repository.commit(before, "waivers.yaml")
    repository.write(before.replace(old, new), "waivers.yaml")
    assert words in head(repository.comment("--waivers", "waivers.yaml")[1])


def test_no_change_waives_itself_and_the_waiver_holds_from_the_next_one_on(repository: Repository) -> None:
    about = WAIVER.replace("PF-001", "CHG-002").replace("subject: goal", "subject: PF-001")
    repository.write(PLAN.replace(targets=()))
    repository.write(about, "waivers.yaml")
    report = json.loads(repository.gate("--waivers", "waivers.yaml", "--no-weakening", "--json", "-").out)
    (lost,) = [one for one in report["report"]["findings"] if (one["rule"], one["subject"]) == ("CHG-002", "PF-001")]
    assert (lost["status"], lost["fails"]) == ("open", True)
    repository.git("stash", "--include-untracked", "--quiet")
    repository.git("checkout", "--quiet", "main")
    repository.commit(about, "waivers.yaml")
    repository.write(PLAN.replace(targets=()))
    report = json.loads(repository.gate("--waivers", "waivers.yaml", "--no-weakening", "--json", "-").out)
    (lost,) = [one for one in report["report"]["findings"] if (one["rule"], one["subject"]) == ("CHG-002", "PF-001")]
    assert (lost["status"], lost["fails"]) == ("waived", False)


def test_enforcement_that_is_switched_off_is_a_weaker_judge(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write("name: hub\nruntime: python\n", "Pulumi.yaml")
    repository.commit("config:\n  petaplan:enforce: error\n", "Pulumi.full.yaml")
    repository.write("config:\n  petaplan:enforce: 'off'\n", "Pulumi.full.yaml")
    code, comment = repository.comment()
    assert code == 0
    assert "⚠ weaker | setting | stack full.petaplan:enforce | error | off" in head(comment)
    assert repository.gate("--no-weakening").code == 1


def test_a_baseline_that_accepts_more_is_told(repository: Repository) -> None:
    petaplan("check", repository.plan, "--format", "json", "-o", "baseline.json", cwd=repository.folder)
    repository.git("checkout", "--quiet", "main")
    repository.commit()
    repository.write(PLAN.replace(targets=(target(9_000, phase="first"),)))
    petaplan("check", repository.plan, "--format", "json", "-o", "baseline.json", cwd=repository.folder)
    code, comment = repository.comment("--baseline", "baseline.json")
    assert code == 0
    assert "accepts 1 more: PF-001:goal:first" in head(comment)
    assert repository.gate("--baseline", "baseline.json", "--no-weakening").code == 1


def test_no_weakening_without_a_base_is_bad_input(repository: Repository) -> None:
    assert petaplan("gate", "plan.yaml", "--no-weakening", cwd=repository.folder).code == 2


def test_a_change_of_ten_thousand_objects_has_a_bounded_comment_with_its_head() -> None:
    many = tuple(target(50 + at / 1e6, name=f"goal-{at}", phase="first") for at in range(10_000))
    said = comment_on(PLAN.replace(targets=many), PLAN.replace(targets=many[:1]))
    text = said.text
    assert len(text.encode()) <= 65_536
    assert "9,999 of them weaker" in said.head
    assert "9,939 weaker target" in said.head
    assert "and 9,987 more" in said.head
    assert len(said.head.encode()) < 20_000
    assert "### Phases" in text


def test_a_harmless_change_has_a_head_that_says_so() -> None:
    said = comment_on(PLAN, PLAN.replace(pods=(*PLAN.pods, pod("pod-3"))))
    assert "What judges changed: nothing" in said.head
    assert not said.refused
    assert "Pass, and" not in said.head


def test_words_alone_refuse_nothing() -> None:
    goal = PLAN.targets[0].replace(source="the board, in other words")
    said = comment_on(PLAN, PLAN.replace(targets=(goal,)))
    assert "words only | target | targets goal.source" in said.head
    assert not said.refused


def test_a_later_day_of_a_phase_is_a_weaker_date() -> None:
    said = comment_on(PLAN, PLAN.replace(phases=(phase(in_service=date(2027, 6, 29)),)))
    assert "stronger | date | phases first.in\\_service | 2027-06-30 | 2027-06-29" in said.head


def test_a_check_that_unverified_figures_alone_hold_is_lost() -> None:
    """Only the status of the figures gets weaker: every number stays."""
    plan = reference()
    doubted = plan.replace(
        assumptions=tuple(
            one.replace(status=Status.UNVERIFIED) if one.value is not None else one for one in plan.assumptions
        )
    )
    said = comment_on(plan, doubted)
    assert said.refused
    assert "now held by unverified figures alone" in said.head
    back = comment_on(doubted, plan)
    assert "now held by unverified figures alone" not in back.head


def test_gate_01_many_lost_checks_never_stand_before_what_falls_short(repository: Repository) -> None:
    """A pod goes: the target is missed, and checks of many rules are no longer asked."""
    repository.write(PLAN.replace(pods=(pod(),), targets=(target(400, phase="first"),)))
    code, comment = repository.comment("--no-weakening")
    assert code == 1
    top, reasons = comment.split("### What judges changed")[0], comment.split("### What falls short")[1]
    assert "Falls short: PF-001 goal: needs 400 PFLOP/s, has" in top
    rows = [line.split("|")[1:4] for line in reasons.split("\n\n")[1].splitlines()[2:]]
    rules = [rule.strip(" `") for rule, _, _ in rows]
    lost = json.loads(repository.gate("--no-weakening", "--json", "-").out)["weakening"]["lost"]
    assert len(lost) > 3
    assert rules[0] == "PF-001"
    assert rules.count("CHG-002") == 1, "many of one kind are one row"
    assert rows[rules.index("CHG-002")][1].strip() == f"{len(lost)} subjects"
    assert rules.index("PF-001") < rules.index("CHG-002")

    text = repository.gate("--no-weakening").out
    assert text.index("Falls short: PF-001 goal") < text.index("Checks that held and no longer do")
    findings = text[text.index("\nFindings") :]
    assert findings.index("PF-001") < findings.index("CHG-002")
    sarif = json.loads(repository.gate("--no-weakening", "--sarif", "-").out)["runs"][0]["results"]
    assert sarif[0]["ruleId"] == "PF-001"


def test_gate_01_a_few_findings_about_the_change_have_a_row_each(repository: Repository) -> None:
    repository.commit(PLAN.replace(targets=(*PLAN.targets, target(40, "less", phase="first"))))
    repository.git("branch", "two")
    repository.write(PLAN)
    _, comment = repository.comment("--no-weakening", base="two")
    reasons = comment.split("### What falls short")[1]
    assert "| `CHG-004` | targets less |" in reasons
    assert "Falls short:" not in comment, "the plan itself falls short of nothing"


def test_gate_01_the_numbers_of_lost_checks_have_names_in_the_text(repository: Repository) -> None:
    repository.write(PLAN.replace(targets=()))
    said = " ".join(repository.gate().out.split())
    assert "no longer asked, checks: 1 (held before: 1, hold now: 0)" in said
