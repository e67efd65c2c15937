"""GATE-14: every entry point explains itself and says its version, and starts nothing for it."""

import subprocess
import sys
from importlib.metadata import distribution

import pytest

from tests.commands import BIN

SCRIPTS = sorted(point.name for point in distribution("petaplan").entry_points if point.group == "console_scripts")
MODULES = ("petaplan.capacity", "petaplan.bench", "petaplan.infra.provider", "petaplan.infra.policy")


@pytest.mark.sample(5)
@pytest.mark.parametrize("start", [*SCRIPTS, *MODULES])
@pytest.mark.parametrize(("option", "words"), [("--help", "usage"), ("--version", "petaplan")])
def test_gate_14_an_entry_point_has_help_and_a_version(start: str, option: str, words: str) -> None:
    command = [str(BIN / start)] if start in SCRIPTS else [sys.executable, "-m", start]
    done = subprocess.run(
        [*command, option], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert words in done.stdout.lower()
    assert not done.stdout.strip().isdigit()


def test_gate_14_every_console_script_is_tried() -> None:
    assert {"petaplan", "petaplan-bench", "petaplan-policy", "pulumi-resource-petaplan"} <= {*SCRIPTS}
