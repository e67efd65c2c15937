"""A run that is held against a baseline: exit 1 where a rate fell, 4 where it cannot be held."""

from dataclasses import replace
from pathlib import Path

import pytest

from petaplan.bench.errors import Exit
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.baseline import against_baseline
from petaplan.bench.evidence.record import RunRecord
from petaplan.bench.precision import Precision
from tests.bench.records import evidence, row, with_model
from tests.bench.test_command import simulated
from tests.commands import petaplan_bench


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        (evidence(row(800.0)), Exit.OK, "no difference beyond the intervals"),
        (evidence(row(900.0)), Exit.OK, "faster"),
        (evidence(row(799.0)), Exit.OK, "no difference"),
        (evidence(row(700.0)), Exit.FOUND, "0.8750 of the baseline, slower"),
        (evidence(with_model(row(800.0), "Example 901")), Exit.NOT_MEASURED, "model differs"),
        (evidence(replace(row(), precision=Precision.FP16)), Exit.NOT_MEASURED, "this run has none"),
    ],
)
def test_a_rate_is_held_against_the_baseline(now: RunRecord, code: Exit, words: str) -> None:
    found = against_baseline(evidence(row(800.0)), now)
    assert found.exit_code is code
    assert words in found.lines[0]


def test_a_fall_is_told_before_what_cannot_be_held() -> None:
    before = evidence(row(800.0), replace(row(800.0), precision=Precision.FP16))
    found = against_baseline(before, evidence(row(700.0)))
    assert found.exit_code is Exit.FOUND
    assert "slower" in found.lines[0] and "this run has none" in found.lines[1]


def test_a_baseline_without_a_figure_holds_nothing() -> None:
    empty = evidence(replace(row(), sustained=None, burst=None, status="not-measured", verified=False))
    assert against_baseline(empty, evidence(row())).exit_code is Exit.NOT_MEASURED


def test_run_ends_with_1_where_the_device_became_slower(tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    usual = ("run", "--device", "sim", "--seconds", "2")
    done = petaplan_bench(*usual, "--json", str(before), **simulated(kernel_efficiency=0.9))
    assert done.code == 0, done.err
    same = petaplan_bench(*usual, "--baseline", str(before), **simulated(kernel_efficiency=0.9))
    assert same.code == 0, same.err
    slower = petaplan_bench(*usual, "--baseline", str(before), "--json", str(after), **simulated(kernel_efficiency=0.6))
    assert slower.code == 1
    assert "baseline: sim:0 fp32 random: 0.66" in slower.err
    assert evidence_file.read(after).rows, "the record is kept"


def test_a_bad_baseline_stops_before_anything_is_measured(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    done = petaplan_bench("run", "--device", "sim", "--seconds", "2", "--baseline", str(bad), **simulated())
    assert done.code == 2
    assert str(bad) in done.err
    assert done.out == ""
