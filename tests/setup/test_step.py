import os
import re
import sys
from pathlib import Path

import pytest

from tools.prepare.checkout import NotReady
from tools.prepare.step import Step, run


def step(folder: Path, program: str) -> Step:
    return Step(
        command=[sys.executable, "-c", program],
        cwd=folder,
        env=os.environ,
        log=folder / "log" / "step.txt",
        offline="plug in the cable",
        failed="read on",
        say_every_seconds=0.2,
    )


def test_a_long_step_says_that_it_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seconds = run(step(tmp_path, "import time; time.sleep(1)"))
    assert seconds >= 1
    assert re.search(r"\d:\d\d and going on", capfd.readouterr().err)


def test_what_a_step_prints_is_in_its_log_and_not_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(step(tmp_path, "print('four hundred lines')"))
    assert (tmp_path / "log" / "step.txt").read_text() == "four hundred lines\n"
    assert capfd.readouterr() == ("", "")


def test_a_step_that_fails_tells_its_last_line_and_the_remedy_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as failure:
        run(step(tmp_path, "raise SystemExit('the disk is full')"))
    assert str(failure.value) == f"read on: the disk is full (details: {tmp_path / 'log' / 'step.txt'})"


def test_a_step_that_failed_for_want_of_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as failure:
        run(step(tmp_path, "raise SystemExit('dial tcp: lookup somewhere: no such host')"))
    assert str(failure.value).startswith("No network: plug in the cable")


def test_a_step_asks_nothing_of_standard_input(tmp_path: Path) -> None:
    run(step(tmp_path, "import sys; print(repr(sys.stdin.read()))"))
    assert (tmp_path / "log" / "step.txt").read_text() == "''\n"
