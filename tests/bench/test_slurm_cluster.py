"""The script for Slurm on a real controller with four nodes, where Debian's packages are installed."""

import pytest

from tests.bench import slurm_cluster


def test_ben_18_the_script_runs_on_a_real_cluster_and_ends_as_its_workers(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = slurm_cluster.missing()
    if lacking:
        pytest.skip(f"this host lacks {', '.join(lacking)}")
    assert slurm_cluster.main() == 0, capsys.readouterr().out
