"""Grids of scenarios: each combination is the scenario with its changes, and any number of workers writes the same."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import psutil
import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.resolving import resolve
from petaplan.capacity.scenarios.changes import Scenario
from petaplan.capacity.scenarios.comparison import compared
from petaplan.capacity.scenarios.grid import grid_of, read_grid
from petaplan.spread import SpreadError, spread
from tests.capacity.forecast_hubs import two_phases
from tests.commands import ROOT, petaplan
from tests.patience import PATIENCE_SECONDS, eventually

GRID = """axes:
- name: first-late
  source: a test
  choices:
  - name: in-time
  - {name: late, changes: [{change: late, object: first, weeks: 4}]}
- name: chip
  source: a test
  choices:
  - name: as-announced
  - {name: slower, changes: [{change: rate, model: huawei-ascend-910c, factor: 0.5}]}
  - {name: cut-off, changes: [{change: cut-off, vendor: Huawei, from_date: 2028-01-01}]}
"""

THIRD_AXIS = """- name: second-late
  source: a test
  choices:
  - {name: late, changes: [{change: late, object: second, weeks: 30}]}
  - name: in-time
  - {name: gone, changes: [{change: remove, object: second}]}
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A plan of two phases, as a file."""
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(two_phases()), encoding="utf-8")
    return str(path)


def grid_file(folder: Path, text: str = GRID) -> Path:
    """A grid file."""
    path = folder / "grid.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_combination_is_the_scenario_with_its_changes(tmp_path: Path) -> None:
    design = resolve(two_phases(), load())
    axes = read_grid(grid_file(tmp_path, GRID + THIRD_AXIS), design)
    found = grid_of(design, load(), axes, 1_000, spread)
    assert [one.choices for one in found.variants] == [
        tuple(choice.name for choice in choices) for choices in product(*(axis.choices for axis in axes))
    ]
    for variant in found.variants:
        picked = [
            choice
            for axis, name in zip(axes, variant.choices, strict=True)
            for choice in axis.choices
            if choice.name == name
        ]
        changes = tuple(change for choice in picked for change in choice.changes)
        if changes:
            scenario = Scenario(name="one", statement="a test", source="a test", changes=changes)
            alone = compared(design, load(), (scenario,), 1_000).outcomes[1]
            said = (variant.verdict, variant.targets, variant.it_power_mw, variant.new_failures)
            assert said == (alone.verdict, alone.targets, alone.it_power_mw, alone.new_failures)
        else:
            assert variant.targets == found.planned


def test_two_workers_write_the_bytes_of_one(plan: str, tmp_path: Path) -> None:
    arguments = ("scenarios", plan, "--grid", str(grid_file(tmp_path)), "--draws", "1000", "--format", "csv")
    alone, both = petaplan(*arguments), petaplan(*arguments, "--workers", "2")
    assert (alone.code, both.code) == (0, 0), both.err
    assert alone.out == both.out
    assert len(list(csv.DictReader(io.StringIO(alone.out)))) == 6


@pytest.mark.slow
def test_a_ray_cluster_writes_the_bytes_of_one_process() -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.capacity.grid_on_ray", "4"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"},
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    on_ray, alone = done.stdout.strip().splitlines()[-1].split()
    assert on_ray == alone


def test_a_combination_that_is_no_plan_says_so_and_stops_no_other(plan: str, tmp_path: Path) -> None:
    cut = "change: cut-off, vendor: Huawei, from_date: 2026-01-01"
    text = GRID.replace("change: late, object: first, weeks: 4", cut)
    said = petaplan("scenarios", plan, "--grid", str(grid_file(tmp_path, text)), "--draws", "1000", "--format", "csv")
    assert said.code == 0, said.err
    rows = list(csv.DictReader(io.StringIO(said.out)))
    verdicts = [row["verdict"] for row in rows]
    assert "no plan" in verdicts
    assert verdicts[0] != "no plan"
    assert all(("expected" in row["first"]) == (row["verdict"] == "no plan") for row in rows)


WRONG = {
    "an unknown object": (("object: first", "object: frist"), "did you mean 'first'"),
    "an unknown model": (("huawei-ascend-910c", "huawei-ascend-910d"), "expected an accelerator of the plan"),
    "an axis twice": (("name: chip", "name: first-late"), "axes[1].name: found 'first-late'; expected each name once"),
    "a choice twice": (("name: slower", "name: cut-off"), "axes[1].choices[2].name: found 'cut-off'"),
    "an unknown field": (("source: a test", "sauce: a test"), "did you mean 'source'"),
    "a field of another kind": (("weeks: 4", "weeks: 4, factor: 2"), "factor in a change of kind late"),
    "no axis": ((GRID, "axes: []\n"), "axes"),
    "another table": (("axes:", "scenarios:"), "scenarios"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_grid_is_refused_with_nothing_written(plan: str, tmp_path: Path, fault: str) -> None:
    (old, new), words = WRONG[fault]
    output = tmp_path / "out.csv"
    file = grid_file(tmp_path, GRID.replace(old, new))
    said = petaplan("scenarios", plan, "--grid", str(file), "--format", "csv", "-o", str(output))
    assert (said.code, said.out, output.exists()) == (2, "", False)
    assert words in " ".join(said.err.split())


def test_more_combinations_than_a_hundred_thousand_are_refused(plan: str, tmp_path: Path) -> None:
    choices = "".join(f"  - name: c{at}\n" for at in range(400))
    axes = "".join(f"- name: a{at}\n  source: a test\n  choices:\n{choices}" for at in range(2))
    said = petaplan("scenarios", plan, "--grid", str(grid_file(tmp_path, f"axes:\n{axes}")))
    assert said.code == 2
    assert "160,000 combinations; expected at most 100,000" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "no scenario file"),
        (("what.yaml", "--grid", "grid.yaml"), "expected scenario files or a grid"),
        (("what.yaml", "--workers", "2"), "found no grid"),
        (("what.yaml", "--ray"), "found no grid"),
        (("--grid", "grid.yaml", "--ray", "--workers", "2"), "expected one of them"),
        (("--grid", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_options_that_do_not_go_together_are_refused(plan: str, options: tuple[str, ...], words: str) -> None:
    said = petaplan("scenarios", plan, *options)
    assert (said.code, said.out) == (2, "")
    assert words in " ".join(said.err.split())


def _ends(state: int) -> Callable[[int], int]:
    def end(task: int) -> int:
        os._exit(state + task)

    return end


def _sleeps(seconds: float) -> Callable[[int], int]:
    def sleep(task: int) -> int:
        time.sleep(seconds)
        return task

    return sleep


def test_a_worker_that_is_lost_is_an_error_and_not_a_hang() -> None:
    with pytest.raises(SpreadError, match="a worker ended before its task"):
        list(spread(_ends, 1, [1, 2, 3], workers=2))


def test_workers_end_with_the_process_that_started_them() -> None:
    program = "from tests.capacity.test_grid import _sleeps; from petaplan.spread import spread\n"
    program += "if __name__ == '__main__': list(spread(_sleeps, 600.0, [1, 2], workers=2))\n"
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    process = psutil.Process(parent.pid)
    assert eventually(lambda: sum("spawn_main" in " ".join(one.cmdline()) for one in process.children()) == 2)
    children = process.children()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert eventually(lambda: not any(one.is_running() and one.status() != "zombie" for one in children))
