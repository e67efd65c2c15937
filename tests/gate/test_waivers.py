import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Verdict
from petaplan.capacity.report.findings import amounts
from petaplan.capacity.report.gate import write_gate_json
from petaplan.capacity.report.json import as_values, write_json
from petaplan.capacity.verdict.baseline import Baseline, read_baseline
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement, judge_report
from petaplan.capacity.verdict.waivers import Waiver, read_waivers
from petaplan.old_names import OldName
from tests.hubs import hub, target

SHORT = hub(targets=(target(10_000, phase="first"),))
ENDS = date(2027, 3, 31)

DOCUMENT = """\
petaplan_waivers: 1
waivers:
  - finding: PF-001
    subject: goal
    owner: Planning board
    reason: the second pod was ordered
    expires: 2027-03-31
    limit: 50
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def waiver(**changes: Any) -> Waiver:
    given = {"finding": "PF-001", "subject": "goal", "owner": "board", "reason": "ordered", "expires": ENDS}
    return Waiver(**{**given, **changes})


def judged(*waivers: Waiver, today: date = ENDS) -> Judgement:
    return judge_report(check(SHORT), waivers=waivers, today=today)


def about_waivers(judgement: Judgement) -> list[tuple[str, str]]:
    return [(one.rule, one.subject) for one in judgement.report.findings if one.rule.startswith("WVR")]


def test_a_file_says_finding_subject_owner_reason_end_and_limit(tmp_path: Path) -> None:
    (read,) = read_waivers(file(tmp_path, DOCUMENT))
    assert (read.finding, read.subject, read.owner, read.expires, read.limit) == (
        "PF-001", "goal", "Planning board", ENDS, 50,
    )  # fmt: skip
    assert str(read.declared_at).endswith("waivers.yaml:3")


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = DOCUMENT.replace("PF-001", "PF-0001").replace("limit: 50", "limit: 1\n    until: never")
    text += "  - finding: PF-001\n    subject: goal\n"
    with pytest.raises(PlanError) as caught:
        read_waivers(file(tmp_path, text))
    told = [str(problem) for problem in caught.value.problems]
    assert any(":8: waivers[0].limit: found 1" in line for line in told)
    stranger = ":9: waivers[0].until: found the unknown field 'until'; expected a field of a waiver; there are finding,"
    assert any(stranger in line for line in told)
    for field in ("owner", "reason", "expires"):
        assert any(":10: waivers[1]" in line and f"the field {field!r}" in line for line in told)
    assert any(":3: waivers[0].finding: found the rule 'PF-0001'" in line for line in told)


def test_a_finding_waived_twice_is_told_also_where_fields_are_missing(tmp_path: Path) -> None:
    text = DOCUMENT + "  - finding: PF-001\n    subject: goal\n  - finding: PF-001\n  - finding: PF-001\n  - PF-001\n"
    with pytest.raises(PlanError) as caught:
        read_waivers(file(tmp_path, text))
    twice = [str(problem) for problem in caught.value.problems if "waived once" in str(problem)]
    assert len(twice) == 1
    assert ":9: waivers[1].finding: found the waiver of waivers[0] again" in twice[0]


def test_a_rule_that_does_not_exist_is_bad_input_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"waivers.yaml:3: .*the rule 'PF-0O1'.*did you mean 'PF-001'"):
        read_waivers(file(tmp_path, DOCUMENT.replace("PF-001", "PF-0O1")))


def test_a_finding_waived_twice_is_bad_input(tmp_path: Path) -> None:
    twice = DOCUMENT + DOCUMENT.partition("waivers:\n")[2]
    with pytest.raises(PlanError, match="expected each finding waived once"):
        read_waivers(file(tmp_path, twice))


@pytest.mark.parametrize(
    ("phases", "problems"),
    [(("", ""), 1), (("", "  phase: first\n"), 1), (("  phase: first\n", "  phase: second\n"), 0)],
)
def test_a_finding_waived_by_two_owners_is_bad_input_that_names_both(
    tmp_path: Path, phases: tuple[str, str], problems: int
) -> None:
    entry = DOCUMENT.partition("waivers:\n")[2]
    first, second = (entry + phase.replace("  ", "    ", 1) for phase in phases)
    text = f"petaplan_waivers: 1\nwaivers:\n{first}{second.replace('Planning board', 'Finance')}"
    if not problems:
        assert len(read_waivers(file(tmp_path, text))) == 2
        return
    with pytest.raises(PlanError, match="by Planning board and by Finance") as told:
        read_waivers(file(tmp_path, text))
    assert len(told.value.problems) == problems


def test_a_finding_just_beyond_its_limit_never_reads_like_one_within_it() -> None:
    ratio = next(one.ratio for one in check(SHORT).findings if one.rule == "PF-001")
    assert ratio is not None
    limit = float(f"{ratio * 0.99999:.6g}")
    (said,) = [one for one in judged(waiver(limit=limit)).report.findings if one.rule == "WVR-003"]
    words = amounts(said)
    needs, _, has = words.removeprefix("needs ").partition(", has ")
    assert needs != has
    assert float(needs.split()[0].replace(",", "")) > float(has.split()[0].replace(",", ""))


def test_a_limit_that_is_the_ratio_itself_accepts_the_finding() -> None:
    ratio = next(one.ratio for one in check(SHORT).findings if one.rule == "PF-001")
    assert ratio is not None
    assert judged(waiver(limit=ratio * (1 - 1e-10))).exit_code == 0


def test_an_entry_of_the_baseline_that_nothing_needs_is_a_finding() -> None:
    baseline = Baseline(source="main.json", hub="small", ratios={"PF-001:gone:first": 2.0, "PF-001:goal:first": 99.0})
    found = [one for one in judge_report(check(SHORT), baseline=baseline).report.findings if one.rule == "BSL-002"]
    assert [(one.subject, one.phase) for one in found] == [("gone/PF-001", "first")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DOCUMENT.replace("petaplan_waivers: 1", "petaplan_waivers: 2"), "newer than this petaplan: upgrade"),
        ("waivers: []\n", "no field 'petaplan_waivers'"),
        (DOCUMENT[:40], "waivers"),
        ("", "found nothing"),
    ],
    ids=["newer", "no version", "cut short", "empty"],
)
def test_a_file_of_another_kind_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=words):
        read_waivers(file(tmp_path, text))


def test_a_waived_shortfall_does_not_fail_the_plan() -> None:
    assert judged().exit_code == 1
    judgement = judged(waiver())
    assert judgement.exit_code == 0
    assert [one.subject for one in judgement.of(FindingStatus.WAIVED)] == ["goal"]
    assert {judgement.verdict_of(phase) for phase in judgement.report.phases} == {Verdict.PASS}


def test_a_waiver_holds_on_its_last_day_and_is_a_finding_on_the_next() -> None:
    assert judged(waiver(), today=ENDS).exit_code == 0
    late = judged(waiver(), today=date(2027, 4, 1))
    assert late.exit_code == 1
    assert about_waivers(late) == [("WVR-001", "PF-001:goal")]


def test_a_waiver_that_nothing_needs_is_a_finding() -> None:
    judgement = judged(waiver(), waiver(subject="goaal"), waiver(phase="second"))
    assert judgement.exit_code == 0
    assert about_waivers(judgement) == [("WVR-002", "PF-001:goaal"), ("WVR-002", "PF-001:goal:second")]


def test_a_finding_beyond_the_limit_stands() -> None:
    ratio = next(one.ratio for one in check(SHORT).findings if one.rule == "PF-001")
    assert ratio is not None
    assert judged(waiver(limit=ratio * 1.01)).exit_code == 0
    beyond = judged(waiver(limit=ratio * 0.99))
    assert beyond.exit_code == 1
    assert about_waivers(beyond) == [("WVR-003", "PF-001:goal/first")]


def test_an_unknown_has_no_ratio_so_a_limit_does_not_cover_it() -> None:
    unknown = replace(check(SHORT).findings[0], verdict=Verdict.UNKNOWN, demand=None, missing=("a figure",))
    report = replace(check(SHORT), findings=(unknown,), strict=True)
    assert judge_report(report, waivers=[waiver()], today=ENDS).exit_code == 0
    assert judge_report(report, waivers=[waiver(limit=100.0)], today=ENDS).exit_code == 1


def test_waivers_without_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="say which day it is"):
        judge_report(check(SHORT), waivers=[waiver()])


@pytest.mark.parametrize("written", ["check", "gate"])
def test_a_baseline_lets_known_shortfalls_pass_and_new_ones_fail(written: str, tmp_path: Path) -> None:
    path = tmp_path / "main.json"
    report = check(SHORT)
    path.write_text(write_json(report) if written == "check" else write_gate_json(judged()), encoding="utf-8")
    baseline = read_baseline(path, "small")
    assert judge_report(report, baseline=baseline).exit_code == 0
    more = check(hub(targets=(target(10_000, phase="first"), target(9_000, name="another"))))
    judgement = judge_report(more, baseline=baseline)
    assert [one.subject for one in judgement.reasons] == ["another"]


def test_a_known_shortfall_that_grows_is_a_warning() -> None:
    (known,) = (one for one in check(SHORT).findings if one.verdict is Verdict.SHORTFALL)
    baseline = Baseline(source="main.json", hub="small", ratios={known.identity: (known.ratio or 0) * 0.9})
    judgement = judge_report(check(SHORT), baseline=baseline)
    assert judgement.exit_code == 0
    assert [(one.rule, one.subject) for one in judgement.of(FindingStatus.OPEN, Verdict.WARNING)] == [
        ("BSL-001", "goal/PF-001")
    ]


def test_a_baseline_of_the_version_before_is_read_with_one_notice(tmp_path: Path) -> None:
    values = as_values(check(SHORT))
    values["petaplan_report"] = 1
    values["findings"].append({**values["findings"][0], "verdict": "question", "subject": "old words"})
    path = tmp_path / "main.json"
    path.write_text(json.dumps({"petaplan_gate": 1, "report": values}), encoding="utf-8")
    with pytest.warns(OldName, match="report of version 1") as notices:
        baseline = read_baseline(path, "small")
    assert len(notices) == 1
    path.write_text(write_json(check(SHORT)), encoding="utf-8")
    assert baseline.ratios == read_baseline(path, "small").ratios


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"petaplan_report": 2, "hub": "small", "findings": [', "cut short or no JSON"),
        ('{"petaplan_report": 3, "hub": "small"}', "newer than this petaplan: upgrade"),
        ('{"petaplan_report": 2, "hub": "large", "findings": []}', "compare a hub with itself"),
        ('{"petaplan_report": 2, "hub": "small", "findings": [{}]}', "the findings of a JSON report"),
        ("[]", "found no report"),
    ],
    ids=["cut short", "newer", "another hub", "no findings", "no report"],
)
def test_a_baseline_that_is_none_is_bad_input(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "main.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=words):
        read_baseline(path, "small")


def test_a_baseline_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        read_baseline(tmp_path / "nothing.json", "small")
