"""README's words, run: its commands in order, its program, its table, its picture."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from petaplan.capacity.check import check
from petaplan.infra.hong_kong import hub
from petaplan.reporting.units import number
from tests.commands import petaplan
from tests.docs import pages
from tools.picture import PICTURE, drawn
from tools.prepare.checkout import Checkout

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The blocks of README.md of one language, in order; those that are marked as not run are left out."""
    every = pages.blocks(ROOT / "README.md")
    return [block.text for block in every if block.language == language and not block.not_run]


def codes(remark: str) -> set[int]:
    """The exit codes that a remark behind a command allows: another one, or another one under a condition."""
    said = re.match(r" *exit (\d)( where)?", remark)
    if said is None:
        return {0}
    return {0, int(said[1])} if said[2] else {int(said[1])}


@pytest.mark.engine
def test_the_commands_of_readme_do_what_it_says(clone: Checkout, environment: dict[str, str]) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
    assert lines[0] == 'eval "$(make -s env)"'

    for line in lines[1:]:
        command, _, remark = line.partition("  # ")
        expected = codes(remark)
        run = subprocess.run(
            ["bash", "-c", command], cwd=clone.root, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode in expected, f"{command}\n{run.stdout[-4000:]}\n{run.stderr[-2000:]}"
        if command.startswith("petaplan check plan.yaml"):
            assert "shortfall PF-001" in run.stdout


@pytest.mark.engine
def test_the_program_of_readme_is_a_hub_that_passes_and_previews(clone: Checkout, environment: dict[str, str]) -> None:
    (program,) = blocks("python")
    (clone.root / "mine.py").write_text(program)

    for command in (
        "petaplan check mine.py:hub",
        "pulumi config set petaplan:hub mine.py:hub --stack dev",
        "pulumi preview --stack dev",
    ):
        run = subprocess.run(
            shlex.split(command), cwd=clone.root, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_target_table_is_what_the_program_says() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in README.splitlines()
        if line.startswith("| phase-")
    ]
    report = check(hub())
    targets = {f.phase: f.demand for f in report.findings if f.rule == "PF-001"}

    assert rows[:3] == [
        [
            phase.name,
            phase.in_service.isoformat(),
            number(targets[phase.name] or 0.0),
            number(dict(phase.pflops)["bf16"]),  # type: ignore[index]
            f"{phase.it_power_mw:.2f}",
            f"{phase.racks:,}",
            f"{phase.accelerators:,}",
        ]
        for phase in report.phases
    ]


def test_the_single_losses_are_what_the_program_prints() -> None:
    shown = next(text for text in blocks("text") if text.startswith("$ "))
    command, _, expected = shown.partition("\n")
    run = petaplan(*shlex.split(command)[2:])

    assert run.code == 0
    assert "\n".join(line.rstrip() for line in run.out.splitlines()).strip() == expected.strip()


def test_the_comment_is_what_the_gate_writes() -> None:
    (shown,) = blocks("markdown")
    run = petaplan("gate", "infra.hong_kong:short", "--markdown", "-")

    assert run.code == 1
    assert run.out.startswith(shown.rstrip())


def test_the_picture_is_what_the_program_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "draw it again: python -m tools.picture"


def test_every_command_that_readme_names_exists() -> None:
    help_text = petaplan("--help").out
    named = set(re.findall(r"petaplan ([a-z]+)", README)) - {"in", "as"}

    assert named <= set(re.findall(r"^[│ ]*([a-z]+) ", help_text, flags=re.MULTILINE)), help_text
