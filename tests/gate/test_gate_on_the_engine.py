"""The gate on the real engine: what it judges, and how it tells a bad plan from a broken tool."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from tests.commands import BIN
from tests.gate.conftest import Project
from tests.hubs import hub, pod, target
from tests.patience import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.engine

GOOD = hub(targets=(target(100, phase="first"),))
SHORT = hub(targets=(target(10_000, phase="first"),))

BY_HAND = """
from petaplan.infra.resources import Hub, Phase, Site, Target
Site("site", country="HK", jurisdiction="HK")
Phase("first", starts="2026-01-01", in_service="2027-06-30")
Target("goal", pflops={pflops}, precisions=["bf16"], by="2027-06-30", source="a test", phase="first")
Hub("by-hand")
"""


def test_one_preview_gives_every_output_and_the_lines_of_the_plan(project: Project) -> None:
    project.declare(SHORT)
    said = project.petaplan(
        *("gate", "--json", "gate.json", "--markdown", "gate.md", "--junit", "gate.xml", "--sarif", "gate.sarif"),
        *("--save", "approved.json"),
    )
    assert said.code == 1, said.err
    assert said.err == "not approved: approved.json was not written\n"
    assert not (project.folder / "approved.json").exists()
    assert said.out.startswith("SHORTFALL  small")
    judged = project.json("gate.json")
    reasons = [one for one in judged["report"]["findings"] if one["fails"]]
    assert [(one["rule"], one["subject"]) for one in reasons] == [("PF-001", "goal")]
    line = int(reasons[0]["declared_at"].removeprefix("plan.yaml:"))
    assert "goal" in (project.folder / "plan.yaml").read_text(encoding="utf-8").splitlines()[line - 1]
    assert "## ❌ Shortfall: small" in (project.folder / "gate.md").read_text(encoding="utf-8")
    project.declare(GOOD)
    assert project.petaplan("gate", "--json", "gate.json").code == 0
    assert project.json("gate.json")["verdict"] == "pass"


def test_a_program_written_by_hand_is_judged_by_the_resources_in_its_graph(project: Project) -> None:
    project.program(BY_HAND.format(pflops=5))
    said = project.petaplan("gate", "--sarif", "gate.sarif", "--json", "gate.json")
    assert said.code == 1, said.err
    reasons = [one["subject"] for one in project.json("gate.json")["report"]["findings"] if one["fails"]]
    assert "goal" in reasons
    located = project.json("gate.sarif")["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert located["artifactLocation"]["uri"] == "Pulumi.yaml"


def test_a_value_that_only_the_update_knows_is_no_pass(project: Project) -> None:
    unknown = "import pulumi\nfrom pulumi import Output\n" + BY_HAND.replace(
        "pflops={pflops}", "pflops=Output.from_input(5).apply(lambda value: value)"
    )
    later = unknown.replace(
        'Site("site", country="HK", jurisdiction="HK")',
        'site = Site("site", country="HK", jurisdiction="HK")',
    ).replace("Output.from_input(5).apply(lambda value: value)", "site.id.apply(len)")
    project.program(later)
    said = project.petaplan("gate", "--json", "gate.json", "--junit", "gate.xml")
    assert said.code == 4, said.out + said.err
    assert said.out.startswith("CANNOT TELL")
    assert "resource Target 'goal': pflops a value that isn't known yet" in project.json("gate.json")["cannot_tell"]


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise RuntimeError('the network is down')\n", "the network is down"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        (BY_HAND.format(pflops='"many"'), "goal"),
    ],
    ids=["fails", "cannot be imported", "refused by the provider"],
)
def test_a_preview_that_fails_for_its_own_reason_says_nothing_about_the_plan(
    program: str, words: str, project: Project
) -> None:
    project.program(program)
    said = project.petaplan("gate", "--json", "gate.json", "--markdown", "gate.md")
    assert said.code == 3
    assert "the preview failed for a reason of its own, so the plan was not judged" in said.err
    assert words in said.err
    assert not list(project.folder.glob("gate.*"))


def test_a_plan_that_is_not_valid_is_bad_input(project: Project) -> None:
    project.declare(GOOD.replace(pods=(pod(hall="nowhere"),)))
    said = project.petaplan("gate", "--json", "gate.json")
    assert said.code == 2
    assert "hall 'nowhere'" in said.err
    assert not (project.folder / "gate.json").exists()


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "arguments",
    [
        ("gate", "--stack", "nowhere"),
        ("gate", "--stack", "nowhere", "--save", "approved.json"),
        ("status", "--stack", "nowhere"),
        ("diff", "stack:nowhere", "program:dev"),
    ],
    ids=" ".join,
)
def test_an_unknown_stack_is_bad_input(arguments: tuple[str, ...], project: Project) -> None:
    project.declare(GOOD)
    said = project.petaplan(*arguments)
    assert (said.code, "nowhere" in said.err, "expected a stack; see `pulumi stack ls`" in said.err) == (2, True, True)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "arguments",
    [("gate",), ("status",), ("diff", "stack:dev", "program:dev"), ("gate", "--save", "approved.json")],
    ids=" ".join,
)
def test_a_tool_that_is_not_there_is_exit_3(arguments: tuple[str, ...], project: Project) -> None:
    project.declare(GOOD)
    project.environment["PATH"] = str(BIN)
    said = project.petaplan(*arguments, *(("--stack", "dev") if arguments[0] != "diff" else ()))
    assert (said.code, said.out) == (3, "")
    assert "there is no Pulumi CLI on PATH" in said.err


@pytest.fixture
def waiting(project: Project) -> Iterator["subprocess.Popen[str]"]:
    """A gate whose program has begun and waits; nothing of it is left after the test."""
    project.program("import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(3_600)\n")
    process = subprocess.Popen(
        [str(BIN / "petaplan"), "gate", "--json", "gate.json"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert eventually(lambda: any(project.folder.rglob("begun")))
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    yield process
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    process.communicate()


def test_a_killed_engine_is_exit_3_and_leaves_no_output(waiting: "subprocess.Popen[str]", project: Project) -> None:
    (engine,) = psutil.Process(waiting.pid).children()
    engine.kill()
    _, err = waiting.communicate(timeout=PATIENCE_SECONDS)
    assert waiting.returncode == 3
    assert "the engine was killed (signal 9, SIGKILL); nothing was judged, run it again" in err
    assert not (project.folder / "gate.json").exists()


@pytest.mark.sample(1)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_gate_ends_with_its_engine_and_leaves_no_output(
    how: signal.Signals, waiting: "subprocess.Popen[str]", project: Project
) -> None:
    (engine,) = psutil.Process(waiting.pid).children()
    waiting.send_signal(how)
    out, err = waiting.communicate(timeout=PATIENCE_SECONDS)
    assert not engine.is_running()
    assert waiting.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert not (project.folder / "gate.json").exists()
