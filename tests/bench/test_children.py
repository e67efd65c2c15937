"""Children: a hard time-out is hard, even where no signal helps."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from petaplan.bench.errors import Exit
from petaplan.bench.method import children
from petaplan.bench.method.child import Job
from petaplan.bench.method.children import Children
from tests.patience import PATIENCE_SECONDS


def test_a_child_whose_pipe_stays_open_after_its_death_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process asleep in its driver does, which no signal ends: here a grandchild holds the pipe."""
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/bash\nsleep 3600 &\necho $! > " + str(tmp_path / "pid") + "\nsleep 3600\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    started = time.monotonic()
    outcome = Children().run(Job(do="list"), 3.0, lambda told: None)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert outcome.kind == "timed-out"
    assert "did not answer within 3 s" in outcome.text
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_process_that_no_signal_ends_is_left_behind_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/bash\nexec sleep 3600\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    monkeypatch.setattr("subprocess.Popen.kill", lambda self: None)
    monkeypatch.setattr(children, "_KILL_SECONDS", 0.2)
    outcome = Children().run(Job(do="list"), 0.5, lambda told: None)
    assert outcome.kind == "timed-out"
    assert "cannot be ended" in outcome.text
    left = children._LEFT_BEHIND.pop()
    os.kill(left.pid, signal.SIGKILL)
    left.wait(timeout=PATIENCE_SECONDS)


def test_a_fault_in_what_shows_progress_is_raised_where_the_child_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/bash\ncat >/dev/null\necho '{\"progress\": {}}'\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))

    def fail(told: dict[str, object]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Children().run(Job(do="list"), PATIENCE_SECONDS, fail)


def test_an_interrupted_crew_starts_nobody() -> None:
    children = Children()
    children.interrupt()
    assert children.run(Job(do="list"), 5.0, lambda told: None).exit_code is Exit.INTERRUPTED
