"""The fleet on Ray: a real cluster of several nodes, one of which dies while it measures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from petaplan.bench.evidence import evidence_file
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_node_killed_mid_run_is_named_and_the_others_leave_sound_files(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("ray_cluster.py")), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0"},
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.strip().splitlines()[-1])
    dead = [node for node, reason in report["first"].items() if reason]
    assert len(report["first"]) == 3 == report["told"]
    assert len(dead) == 1, report
    assert dead[0].endswith(report["doomed"])
    healthy = set(report["first"]) - set(dead)
    assert all(report["second"][node] is None for node in healthy)
    assert report["second"].get(dead[0], "gone") is not None  # its cluster may still list it for some seconds
    assert len(report["files"]) == 2
    seen = {}
    for name in report["files"]:
        record = evidence_file.read(tmp_path / name)
        assert record.rows[0].verified
        assert record.host.name in healthy
        seen[record.host.name.rpartition("-")[2]] = record.devices[0].software.environment
    # The node with GPUs shows its task all of them, and none has the thread count that Ray puts on tasks.
    assert seen[report["with_gpus"]]["CUDA_VISIBLE_DEVICES"] == "0,1"
    assert all("OMP_NUM_THREADS" not in environment for environment in seen.values())
    assert 0.0 < report["killed_after"] < report["first_seconds"]
    assert report["measuring_when_killed"]


def test_an_address_without_a_cluster_is_said_in_words(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    done = subprocess.run(
        [
            sys.executable, "-m", "petaplan.bench", "fleet", "ray", "--out", str(tmp_path), "--run-id", "r1",
            "--address", "127.0.0.1:9",
        ],
        capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert "found no Ray cluster to join" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_ray_the_command_says_which_extra_to_install(tmp_path: Path) -> None:
    blocked = "import sys; sys.modules['ray'] = None; sys.argv = ['petaplan-bench', *sys.argv[1:]]; "
    done = subprocess.run(
        [
            sys.executable, "-c", blocked + "from petaplan.bench.__main__ import main; main()",
            "fleet", "ray", "--out", str(tmp_path), "--run-id", "r1",
        ],
        capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert "install the extra `ray`" in done.stderr
