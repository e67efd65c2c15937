"""`petaplan` as a process: what only the operating system can do to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from tests import hubs
from tests.commands import BIN
from tests.patience import PATIENCE_SECONDS

PETAPLAN = BIN / "petaplan"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plan that passes and one that falls short."""
    (tmp_path / "good.yaml").write_text(write_yaml(hubs.hub(targets=(hubs.target(288.0),))))
    (tmp_path / "bad.yaml").write_text(write_yaml(hubs.hub(targets=(hubs.target(400.0),))))
    return tmp_path


def shell(folder: Path, command: str, environment: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize(
    "command", [[str(PETAPLAN)], [sys.executable, "-m", "petaplan.capacity"]], ids=["script", "-m"]
)
def test_the_installed_command_starts_and_says_its_version(command: list[str], tmp_path: Path) -> None:
    run = subprocess.run([*command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout, run.stderr) == (0, f"petaplan {version('petaplan')}\n", "")


def test_a_call_imports_its_own_command_and_nothing_of_infra(folder: Path) -> None:
    program = (
        "import sys; from petaplan.capacity.__main__ import petaplan; petaplan(['check', 'good.yaml']); "
        "sys.stderr.write(' '.join(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)

    modules = run.stderr.split()
    commands = [name for name in modules if name.startswith("petaplan.capacity.commands.")]
    assert commands == ["petaplan.capacity.commands.check"]
    assert not [name for name in modules if name.startswith(("petaplan.infra", "petaplan.bench", "pulumi"))]


def test_an_old_import_name_is_one_notice_whatever_python_does_with_warnings(folder: Path) -> None:
    (folder / "old.py").write_text(
        "from capacity.document.plan import read\nfrom capacity.hub import Hub\n"
        "def hub() -> Hub:\n    from capacity.hub import Hub\n    return read('good.yaml')\n"
    )
    for warnings in ("error", "ignore", "default"):
        environment = os.environ | {"PYTHONWARNINGS": warnings}
        run = shell(folder, f"{PETAPLAN} check old.py:hub --format json", environment)

        assert (run.returncode, json.loads(run.stdout)["verdict"]) == (0, "pass"), run.stderr
        lines = run.stderr.splitlines()
        assert sorted(lines) == sorted(set(lines))
        assert {line.partition(" is now ")[0] for line in lines} >= {
            "notice: capacity.hub",
            "notice: capacity.document",
        }
        assert all(line.startswith("notice: capacity") for line in lines)


def test_a_full_disk_leaves_the_old_file(folder: Path) -> None:
    (folder / "out.yaml").write_text("old")
    run = shell(folder, f"ulimit -f 1; exec {PETAPLAN} export good.yaml -o out.yaml")

    assert run.returncode != 0
    assert (folder / "out.yaml").read_text() == "old"


def test_a_terminal_gets_colour_unless_it_asks_for_none(folder: Path) -> None:
    command = f"script -qec '{PETAPLAN} check bad.yaml' /dev/null"
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "120"}

    assert "\x1b[1;31mSHORTFALL" in shell(folder, command, environment).stdout
    assert "31m" not in shell(folder, command, environment | {"NO_COLOR": "1"}).stdout


def test_a_reader_that_goes_away_is_no_shortfall(folder: Path) -> None:
    run = shell(folder, f"set -o pipefail; {PETAPLAN} check good.yaml --all | head -1")

    assert run.returncode in {0, 141}
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rules >&-", "error: standard output: found it closed; expected a terminal, a file or a pipe\n"),
        ("check - <&-", "error: standard input: found it closed; expected a plan document\n"),
        ("rules >/dev/full", "error: output: found No space left on device; expected a place that can be used\n"),
        ("check nowhere.yaml 2>&-", ""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_bad_usage(command: str, said: str, folder: Path) -> None:
    run = shell(folder, f"{PETAPLAN} {command}")

    assert (run.returncode, run.stdout, run.stderr) == (2, "", said)


def test_an_interrupt_ends_a_command_without_a_traceback(folder: Path) -> None:
    (folder / "slow.py").write_text(
        "import time\ndef hub():\n    print('started', flush=True)\n    time.sleep(3_600)\n", encoding="utf-8"
    )
    process = subprocess.Popen(
        [PETAPLAN, "check", "slow.py:hub"], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
