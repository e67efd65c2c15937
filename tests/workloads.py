"""Declared work that tests start from: one run of training and one service, each on part of a small hub."""

from datetime import date
from typing import Any

from petaplan.capacity.figures import Precision
from petaplan.capacity.workloads import InferenceService, TrainingRun

ASCEND = "huawei-ascend-910c"
START, END = date(2027, 7, 1), date(2027, 9, 1)


def run(**changes: Any) -> TrainingRun:
    """A run of a test."""
    plain = TrainingRun(
        name="run",
        active_parameters=7e9,
        tokens=1e12,
        model=ASCEND,
        accelerators_in_step=128,
        precision=Precision.BF16,
        mfu_fraction=0.4,
        mfu_source="a test",
        starts=START,
        done_by=END,
        source="a test",
    )
    return plain.replace(**changes)


def service(**changes: Any) -> InferenceService:
    """A service of a test."""
    plain = InferenceService(
        name="chat",
        active_parameters=7e10,
        tokens_per_s=1e5,
        memory_gb=500,
        model=ASCEND,
        precision=Precision.BF16,
        utilisation_fraction=0.1,
        utilisation_source="a test",
        starts=START,
        source="a test",
    )
    return plain.replace(**changes)
