"""`petaplan` as people and programs call it: exit codes, plain text, errors in words."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from petaplan.capacity.document import plan
from tests import hubs
from tests.commands import petaplan
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(plan.write_yaml(hubs.hub(targets=(hubs.target(288.0),))))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(plan.write_yaml(hubs.hub(targets=(hubs.target(400.0),))))
    return path


def test_a_plan_that_passes_exits_0_with_the_verdict_first(good: Path) -> None:
    run = petaplan("check", "good.yaml", cwd=good.parent)

    assert run.code == 0, run.err
    assert run.out.startswith("PASS  small: ")


def test_a_plan_that_falls_short_exits_1_and_says_by_how_much(bad: Path) -> None:
    run = petaplan("check", "bad.yaml", cwd=bad.parent)

    assert run.code == 1
    assert "shortfall PF-001 goal: needs 400 PFLOP/s, has 288.8 PFLOP/s" in run.out
    assert "declared at bad.yaml:" in run.out


def test_a_plan_is_read_from_standard_input(bad: Path) -> None:
    run = petaplan("check", "-", cwd=bad.parent, stdin=bad.read_bytes())

    assert run.code == 1
    assert "declared at standard input:" in run.out


def test_json_is_json_and_the_same_bytes_each_time(bad: Path) -> None:
    first = petaplan("check", "bad.yaml", "--format", "json", cwd=bad.parent)
    second = petaplan("check", "bad.yaml", "--format", "json", cwd=bad.parent)

    report = json.loads(first.out)
    assert first.out == second.out
    assert (report["petaplan_report"], report["verdict"]) == (2, "shortfall")
    assert {"rule": "PF-001", "verdict": "shortfall"}.items() <= report["findings"][0].items()


def test_strict_makes_the_unknown_a_shortfall(tmp_path: Path) -> None:
    path = tmp_path / "unknown.yaml"
    path.write_text(plan.write_yaml(hubs.hub(pods=(hubs.pod(model="alibaba-yitian-rack"),))))

    assert petaplan("check", str(path), cwd=tmp_path).code == 0
    assert petaplan("check", str(path), "--strict", cwd=tmp_path).code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.yaml"], "nowhere.yaml:1: found No such file or directory"),
        (["check", "no.such.module:hub"], "no module 'no'"),
        (["check", "infra.hong_kong:hubb"], "did you mean 'hub'?"),
        (["check", "infra.hong_kong:SITE"], "found a str; expected a capacity.Hub"),
        (["explain", "PWR-999"], "expected the id of a rule"),
        (["catalog", "nvidia-h100-sx"], "'nvidia-h100-sxm'"),
        (["catalog", "--kind", "chips"], "expected one of accelerators"),
        (["check"], "Missing argument 'PLAN'"),
        (["check", "x.yaml", "--format", "xml"], "'xml' is not one of"),
        (["chekc"], "No such command 'chekc'"),
    ],
)
def test_bad_usage_exits_2_in_one_breath_and_without_a_traceback(
    arguments: list[str], said: str, pytestconfig: pytest.Config
) -> None:
    run = petaplan(*arguments, cwd=pytestconfig.rootpath)

    text = " ".join(run.err.split())
    assert run.code == 2, text
    assert said in text
    assert run.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["waterfall"],
        ["compare"],
        ["fabric"],
        ["failover"],
        ["gate"],
        ["explain", "PWR-013", "--plan"],
        ["diff", "good.yaml"],
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_every_command_tells_wrong_names_and_wrong_models_together(arguments: list[str], good: Path) -> None:
    wrong = hubs.hub(pods=(hubs.pod(hall="nowhere", model="huawei-cloud"),))
    (good.parent / "wrong.yaml").write_text(plan.write_yaml(wrong))
    run = petaplan(*arguments, "wrong.yaml", cwd=good.parent)

    assert run.code == 2
    assert "hall 'nowhere'" in run.err
    assert "the model 'huawei-cloud'" in run.err


def test_a_program_that_fails_is_bad_input_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def hub():\n    return 1 / 0\n")

    run = petaplan("check", "mine.py:hub", cwd=tmp_path)
    assert run.code == 2
    assert "ZeroDivisionError: division by zero at " in run.err
    assert "mine.py:2" in run.err


def test_a_program_with_a_syntax_error_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def hub(:\n")

    run = petaplan("check", "mine:hub", cwd=tmp_path)
    assert (run.code, "SyntaxError" in run.err) == (2, True)


def test_a_plan_without_the_evidence_that_was_asked_for_exits_4(good: Path) -> None:
    run = petaplan("check", "good.yaml", "--require-evidence", "0.5", cwd=good.parent)

    assert run.code == 4
    assert "goal: 0% of its petaflops is measured; expected at least 50%" in run.err


def test_evidence_that_is_none_is_refused(good: Path) -> None:
    run = petaplan("check", "good.yaml", "--evidence", "good.yaml", cwd=good.parent)

    assert run.code == 2


def test_an_export_reads_back_as_the_same_plan(good: Path) -> None:
    run = petaplan("export", "good.yaml", "--format", "json", "-o", "out.json", cwd=good.parent)

    assert (run.code, run.out) == (0, "")
    assert plan.read(str(good.parent / "out.json")) == plan.read(str(good))


def test_an_export_that_cannot_be_written_leaves_nothing(good: Path) -> None:
    run = petaplan("export", "good.yaml", "-o", "no/such/folder/out.yaml", cwd=good.parent)

    assert run.code == 2
    assert [path.name for path in good.parent.iterdir()] == ["good.yaml"]


def test_a_pipe_gets_plain_text(bad: Path) -> None:
    assert "\x1b[" not in petaplan("check", "bad.yaml", cwd=bad.parent).out


def test_the_rules_list_themselves(good: Path) -> None:
    from petaplan.capacity.rules import all_rules
    from petaplan.capacity.verdict.rules import ABOUT_REPORTS

    rows = json.loads(petaplan("rules", "--format", "json", cwd=good.parent).out)
    assert [row["id"] for row in rows] == [rule.id for rule in (*all_rules(), *ABOUT_REPORTS)]


def test_a_rule_about_reports_is_explained_like_any_other(good: Path) -> None:
    said = petaplan("explain", "wvr-003", cwd=good.parent).out

    assert "A waived finding is within the waiver's limit" in said
    assert "asked of a report, by petaplan gate" in said


def test_a_rule_is_explained_with_the_numbers_of_a_plan(good: Path) -> None:
    said = petaplan("explain", "pwr-013", "--plan", "good.yaml", cwd=good.parent).out

    assert "sum of it_power_kw of the racks in the hall" in said
    assert "needs 510 kW, has 5,000 kW   ratio 0.102" in said


@pytest.mark.parametrize(
    ("subject", "advice"), [("halll", "did you mean 'hall'?"), ("nowhere", "there are hall"), ("all", None)]
)
def test_a_subject_of_which_a_rule_says_nothing_is_refused_with_those_there_are(
    subject: str, advice: str | None, good: Path
) -> None:
    run = petaplan("explain", "PWR-013", "--plan", "good.yaml", "--subject", subject, cwd=good.parent)

    assert run.code == (2 if advice else 0)
    if advice:
        expected = "expected a part of the name of a subject of PWR-013 in this plan"
        assert f"--subject: found '{subject}'; {expected}; {advice}" in run.err
        assert run.out == ""


def test_a_rule_that_finds_nothing_in_a_plan_says_so_whatever_the_subject(good: Path) -> None:
    run = petaplan("explain", "COOL-003", "--plan", "good.yaml", "--subject", "nowhere", cwd=good.parent)

    assert run.code == 0
    assert "Asked on every day on which the plan changes: " in run.out
    assert "Nothing in small concerns it" in run.out


def test_a_rule_about_reports_finds_nothing_in_a_plan_alone(good: Path) -> None:
    run = petaplan("explain", "WVR-001", "--plan", "good.yaml", cwd=good.parent)

    assert run.code == 0
    assert "it judges a report with waivers, a baseline or evidence" in run.out


@pytest.mark.parametrize(
    ("model", "contents"),
    [
        (
            "huawei-cloudmatrix384",
            "racks: 12 x huawei-cloudmatrix384-compute-rack, 4 x huawei-cloudmatrix384-switch-rack",
        ),
        ("huawei-cloudmatrix384-compute-rack", "nodes: 4 x "),
        ("huawei-cloudmatrix384-switch-rack", "switches: 28 x huawei-ub-l2-switch"),
        ("nvidia-dgx-h100", "accelerators: 8 x nvidia-h100-sxm"),
        ("nvidia-dgx-h100", "cpus: 2 x "),
    ],
)
def test_the_catalogue_shows_what_a_model_contains(model: str, contents: str, good: Path) -> None:
    assert f"  {contents}" in petaplan("catalog", model, cwd=good.parent).out


def test_the_catalogue_shows_a_figure_with_its_source(good: Path) -> None:
    said = petaplan("catalog", "huawei-ascend-910c", cwd=good.parent).out

    assert "752 TFLOP/s" in said
    assert "arxiv" in said.lower()


def test_the_schema_is_json(good: Path) -> None:
    assert json.loads(petaplan("schema", cwd=good.parent).out)["$id"] == "urn:petaplan:plan:1"


@pytest.mark.parametrize("ending", ["import sys; sys.exit(0)", "raise SystemExit(0)", "raise GeneratorExit", "exit()"])
def test_a_plan_that_ends_the_process_is_bad_input_and_no_success(ending: str, tmp_path: Path) -> None:
    (tmp_path / "inside.py").write_text(f"def hub():\n    {ending}\n")
    (tmp_path / "outside.py").write_text(f"{ending}\n")

    for plan_ in ("inside.py:hub", "outside.py:hub"):
        for command in ("check", "export", "fabric", "failover", "waterfall"):
            run = petaplan(command, plan_, cwd=tmp_path)
            assert (run.code, run.out) == (2, ""), (command, run.err)


def test_what_a_plan_prints_stays_out_of_the_output(good: Path) -> None:
    (good.parent / "loud.py").write_text(
        "from petaplan.capacity.document import plan\nprint('noise')\n"
        "def hub():\n    print('noise')\n    return plan.read('good.yaml')\n"
    )

    run = petaplan("check", "loud.py:hub", "--format", "json", cwd=good.parent)
    assert json.loads(run.out)["verdict"] == "pass"
    assert run.err.count("noise") == 2


def test_a_plan_in_a_folder_with_spaces_is_found(good: Path) -> None:
    folder = good.parent / "a folder"
    folder.mkdir()
    (folder / "my plan.py").write_text(f"from petaplan.capacity.document import plan\nHUB = plan.read({str(good)!r})\n")

    assert petaplan("check", "a folder/my plan.py:HUB", cwd=good.parent).code == 0


def test_a_python_file_without_a_name_in_it_is_told_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("HUB = 3\n")

    assert "such as mine.py:hub" in petaplan("check", "mine.py", cwd=tmp_path).err


def test_an_export_to_a_pipe_or_a_link_replaces_neither(good: Path) -> None:
    target, link, pipe = (good.parent / name for name in ("target.yaml", "link.yaml", "pipe"))
    target.write_text("old")
    link.symlink_to(target)
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)

    assert petaplan("export", "good.yaml", "-o", "link.yaml", cwd=good.parent).code == 0
    assert petaplan("export", "good.yaml", "-o", "pipe", cwd=good.parent).code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("petaplan: 1")
    assert pipe.is_fifo()
    assert reader.communicate(timeout=PATIENCE_SECONDS)[0].startswith(b"petaplan: 1")


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    run = petaplan("check", "/dev/zero", cwd=tmp_path)

    assert run.code == 2
    assert "more than 128 MiB" in run.err


def test_every_command_that_prints_a_report_writes_it_to_a_file_or_to_standard_output(good: Path) -> None:
    calls = {
        "check": ["good.yaml"],
        "waterfall": ["good.yaml"],
        "compare": ["good.yaml"],
        "fabric": ["good.yaml"],
        "failover": ["good.yaml"],
        "racks": ["good.yaml"],
        "diff": ["good.yaml", "good.yaml"],
        "export": ["good.yaml"],
        "explain": ["PWR-013", "--plan", "good.yaml"],
        "rules": [],
        "catalog": [],
        "schema": [],
    }
    for command, arguments in calls.items():
        printed = petaplan(command, *arguments, cwd=good.parent)
        assert printed.out, command
        assert petaplan(command, *arguments, "-o", "-", cwd=good.parent) == printed
        written = petaplan(command, *arguments, "-o", "out.txt", cwd=good.parent)
        assert (written.code, written.out) == (printed.code, "")
        assert (good.parent / "out.txt").read_text() == printed.out
        assert petaplan(command, *arguments, "-o", "good.yaml/out.txt", cwd=good.parent).code == 2


@pytest.mark.parametrize(
    "command", ["check", "compare", "waterfall", "fabric", "failover", "racks", "rules", "catalog", "explain"]
)
def test_every_table_is_written_as_json_markdown_and_csv(command: str, good: Path) -> None:
    plan_ = {"rules": (), "catalog": (), "explain": ("PWR-013",)}.get(command, ("good.yaml",))

    json.loads(petaplan(command, *plan_, "--format", "json", cwd=good.parent).out)
    assert petaplan(command, *plan_, "--format", "markdown", cwd=good.parent).out
    head = petaplan(command, *plan_, "--format", "csv", cwd=good.parent)
    assert (head.err, head.code) == ("", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "good.yaml"],
        ["check", "mine.py:hub"],
        ["waterfall", "good.yaml"],
        ["fabric", "good.yaml"],
        ["failover", "good.yaml"],
        ["racks", "good.yaml"],
        ["diff", "bad.yaml", "good.yaml"],
        ["explain", "PWR-013", "--plan", "good.yaml"],
    ],
    ids=" ".join,
)
def test_a_report_is_not_written_over_the_plan_that_it_is_of(arguments: list[str], good: Path, bad: Path) -> None:
    (good.parent / "mine.py").write_text("from tests.hubs import hub\n")
    plan_file = bad.with_name(arguments[-1].partition(":")[0])
    before = plan_file.read_bytes()
    (good.parent / "link").symlink_to(plan_file)

    for name in (plan_file.name, str(plan_file), "link"):
        run = petaplan(*arguments, "-o", name, cwd=good.parent)
        assert (run.code, run.out) == (2, "")
        assert f"{name}: found the file that the report is about" in run.err
    assert plan_file.read_bytes() == before


def test_an_export_may_replace_the_plan_that_it_writes_anew(good: Path) -> None:
    before = plan.read(str(good))

    assert petaplan("export", "good.yaml", "-o", "good.yaml", cwd=good.parent).code == 0
    assert plan.read(str(good)) == before
