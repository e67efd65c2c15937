"""A run: its processes share the seconds that a precision may take."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from petaplan.bench.method import run
from petaplan.bench.method.child import Job
from petaplan.bench.method.children import ChildOutcome, Children
from petaplan.bench.method.run import RunRequest
from petaplan.bench.precision import Precision


class SlowStarters(Children):
    """Children that take two seconds to come up, by a clock that only they move."""

    def __init__(self) -> None:
        super().__init__()
        self.now_seconds = 100.0
        self.measuring: list[Job] = []

    def run(self, job: Job, timeout_seconds: float, tell: Callable[[dict[str, Any]], None]) -> ChildOutcome:
        """The job done, and the clock moved on."""
        outcome = super().run(job, timeout_seconds, tell)
        self.now_seconds += 2.0
        if job.do == "measure":
            self.measuring.append(job)
            self.now_seconds += job.seconds + job.choosing_seconds
        return outcome


def test_a_precision_keeps_within_its_seconds_where_processes_come_up_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    children = SlowStarters()
    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=lambda: children.now_seconds))
    request = RunRequest(devices=("sim:0",), precisions=(Precision.FP32,), seconds=15.0)
    found = run.run(request, lambda step: None, children)
    assert children.now_seconds - 100.0 <= 15.0
    assert len(children.measuring) == 3
    assert found.rows[0].status == "measured"
