"""Tests of one group run in one process: what they share, such as pages and a browser, is made once."""

import os
import subprocess
import sys
from pathlib import Path

GROUPED = """
import os, pathlib, pytest
@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("group", [pytest.param(g, marks=pytest.mark.xdist_group(g)) for g in "abc"])
def test_it(group, n):
    (pathlib.Path(os.environ["PIDS"]) / f"{group}-{n}").write_text(str(os.getpid()))
"""


def test_tests_of_a_group_share_a_process(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(GROUPED, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    pids = tmp_path / "pids"
    pids.mkdir()
    words = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    subprocess.run([sys.executable, *words], cwd=tmp_path, env={**os.environ, "PIDS": str(pids)}, check=True)
    processes = {group: {path.read_text() for path in pids.glob(f"{group}-*")} for group in "abc"}
    assert {group: len(found) for group, found in processes.items()} == {"a": 1, "b": 1, "c": 1}
    assert len(set().union(*processes.values())) == 2
