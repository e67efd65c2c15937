"""The Pulumi program on the real engine: what it declares, what it refuses, and how it says so."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from petaplan.infra.settings import JUDGED_AFTERWARDS
from tools.prepare.checkout import Checkout

pytestmark = pytest.mark.engine


class Shell:
    """Pulumi in a clone of the checkout."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def pulumi(self, *arguments: str, stack: str = "full") -> "subprocess.CompletedProcess[str]":
        """One command, whatever it returns."""
        return subprocess.run(
            ["pulumi", *arguments, "--stack", stack],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def setting(self, key: str, value: str, stack: str = "full") -> None:
        """One setting of a stack."""
        self.pulumi("config", "set", f"petaplan:{key}", value, stack=stack).check_returncode()

    def resources(self, stack: str = "full") -> list[dict[str, Any]]:
        """What the stack holds."""
        exported = json.loads(self.pulumi("stack", "export", stack=stack).stdout)
        rows: list[dict[str, Any]] = exported["deployment"].get("resources") or []
        return rows


@pytest.fixture
def shell(clone: Checkout, environment: dict[str, str]) -> Shell:
    return Shell(clone.root, environment)


def test_a_shortfall_stops_an_update_before_anything_is_created_and_stands_on_its_resource(shell: Shell) -> None:
    shell.setting("hub", "infra.hong_kong:short")

    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        run = shell.pulumi(*command)
        assert run.returncode != 0
        assert "petaplan:index:Target (end-2028):" in run.stdout
        assert "PF-001 shortfall: end-2028 needs 20,000 PFLOP/s, has 19,801.9 PFLOP/s" in run.stdout
        assert "declared at infra/hong_kong.py:" in run.stdout
        assert "Traceback" not in run.stdout + run.stderr
    assert [row["type"] for row in shell.resources() if row["type"].startswith("petaplan:")] == []
    assert not (shell.folder / ".petaplan" / "inventory.db").exists()


@pytest.mark.variant
def test_a_stack_that_only_warns_shows_the_shortfall_and_goes_on(shell: Shell) -> None:
    shell.setting("hub", "infra.hong_kong:short", stack="dev")

    run = shell.pulumi("preview", stack="dev")
    assert run.returncode == 0
    assert "warning: PF-001 shortfall: end-2028" in run.stdout
    assert "petaplan:index:Pod hall-a-cm384-01 create" in run.stdout


def test_a_stack_that_enforces_nothing_says_nothing(shell: Shell) -> None:
    shell.setting("hub", "infra.hong_kong:short")
    shell.setting("enforce", "off")

    run = shell.pulumi("preview")
    assert run.returncode == 0
    assert "PF-001" not in run.stdout
    assert "verdict" in run.stdout, run.stdout[-2_000:]


def test_only_a_preview_that_enforces_nothing_may_leave_the_judgement_to_its_command(shell: Shell) -> None:
    shell.environment |= {JUDGED_AFTERWARDS: "1"}
    shell.setting("hub", "infra.hong_kong:short")

    run = shell.pulumi("preview")
    assert (run.returncode != 0, "PF-001 shortfall: end-2028" in run.stdout) == (True, True)

    shell.setting("enforce", "off")
    run = shell.pulumi("preview")
    assert (run.returncode, "verdict" in run.stdout) == (0, False), run.stdout


def test_the_first_phase_alone_is_declared_and_exports_its_figures(shell: Shell) -> None:
    run = shell.pulumi("up", "--yes", "--skip-preview", stack="phase-1")
    assert run.returncode == 0, run.stdout

    outputs = json.loads(shell.pulumi("stack", "output", "--json", stack="phase-1").stdout)
    assert outputs["verdict"] == "pass"
    assert list(outputs["phases"]) == ["phase-1"]
    assert outputs["phases"]["phase-1"]["peakDensePflops"]["bf16"] == pytest.approx(6202.266)
    types = {row["type"] for row in shell.resources("phase-1")}
    assert {"petaplan:index:Pod", "petaplan:index:Rack", "petaplan:index:Feed", "petaplan:index:Target"} <= types


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("enforce", "warning", "expected one of error, warn, off; did you mean 'warn'?"),
        ("phase", "phase-4", "found no phase 'phase-4'; expected one of its phases"),
        ("hub", "infra.hong_kong:hubb", "did you mean 'hub'?"),
        ("hub", "nowhere.yaml", "nowhere.yaml:1: found No such file or directory"),
    ],
)
def test_a_wrong_setting_is_said_in_words_and_nothing_is_created(key: str, value: str, said: str, shell: Shell) -> None:
    shell.setting(key, value)

    run = shell.pulumi("preview")
    assert run.returncode != 0
    assert said in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


def test_a_document_that_is_no_plan_is_refused_with_every_problem(shell: Shell) -> None:
    (shell.folder / "plan.yaml").write_text("petaplan: 1\nname: A B\nsites: []\nphases: 3\n")
    shell.setting("hub", "plan.yaml")

    said = shell.pulumi("preview").stdout
    assert 'plan.yaml:2: name: found "A B"' in said
    assert "plan.yaml:4: phases: found 3" in said
