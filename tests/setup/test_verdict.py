import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout
from tools.prepare.verdict import verdict_meanwhile


def first_verdict(folder: Path, stack: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.first_verdict", stack]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verdict_of_a_stack_needs_no_engine(repository: Checkout) -> None:
    said = first_verdict(repository.root, "phase-1")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("PASS  hk-hub") and "phase-1" in said.stdout and "phase-2" not in said.stdout


def test_the_verdict_is_said_while_something_else_is_made(
    repository: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    with verdict_meanwhile(repository, "full", time.monotonic()):
        print("the CLI is made", flush=True)  # noqa: T201 - stands for what takes minutes
    out, err = capfd.readouterr()
    assert out == "the CLI is made\n"
    assert re.search(r"^The plan, judged after \d:\d\d .*:\n\nPASS  hk-hub", err, re.MULTILINE)


def test_what_is_made_goes_on_where_no_verdict_can_be_had(
    repository: Checkout, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = Checkout(root=tmp_path)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    with verdict_meanwhile(broken, "full", time.monotonic()):
        pass
    assert "Traceback" not in capfd.readouterr().err


def test_a_step_that_fails_leaves_no_verdict_behind(repository: Checkout) -> None:
    with pytest.raises(ValueError, match="no network"), verdict_meanwhile(repository, "full", time.monotonic()):
        raise ValueError("no network")


def test_a_plan_that_is_none_is_told_with_its_problems(repository: Checkout, tmp_path: Path) -> None:
    for name in ("tools", "petaplan", "capacity", "infra", "reporting", "bench"):
        (tmp_path / name).symlink_to(repository.root / name)
    (tmp_path / "Pulumi.yaml").write_text("name: petaplan\nconfig: {petaplan:hub: plan.yaml}\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text("petaplan: 1\nname: mine\nhals: []\n", encoding="utf-8")
    said = first_verdict(tmp_path, "dev")
    assert said.returncode == 2 and "hals" in said.stdout and "Traceback" not in said.stdout + said.stderr
