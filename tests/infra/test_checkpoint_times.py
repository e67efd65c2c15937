"""An update that begins in the second of a checkpoint is told apart from one that the checkpoint has."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from petaplan.infra.checkpoints import checkpoint_time
from petaplan.infra.inventory.model import Owner, Update
from petaplan.infra.inventory.ownership import without_checkpoint

STACK = ("petaplan", "dev")


def owner(checkpoint_at: str = "") -> Owner:
    """An owner of the stack whose checkpoint was written at a time."""
    return Owner(token="t", backend="b", checkpoint_at=checkpoint_at)


def ended(started_at: str) -> Update:
    """An update that said goodbye."""
    project, stack = STACK
    end = "2026-11-28T20:36:09.000000+00:00"
    return Update(
        id=1, project=project, stack=stack, started_at=started_at, program="0.2.0", owner=owner(), ended_at=end
    )


@pytest.mark.parametrize(
    ("checkpoint_at", "started_at", "told"),
    [
        ("2026-11-28T20:36:05.100000+00:00", "2026-11-28T20:36:05.900000+00:00", True),
        ("2026-11-28T20:36:05.900000+00:00", "2026-11-28T20:36:05.100000+00:00", False),
        ("2026-11-28T20:36:05.100000+00:00", "2026-11-28T20:36:05+00:00", False),
        ("2026-11-28T20:36:04.900000+00:00", "2026-11-28T20:36:05+00:00", True),
    ],
)
def test_an_update_is_told_where_it_began_after_the_checkpoint(
    checkpoint_at: str, started_at: str, *, told: bool
) -> None:
    assert bool(without_checkpoint([ended(started_at)], STACK, owner(checkpoint_at))) is told


def test_the_time_of_a_checkpoint_is_finer_than_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".pulumi" / "stacks" / "petaplan" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    told = datetime.fromisoformat(checkpoint_time(*STACK, tmp_path))
    assert abs(told - datetime.fromtimestamp(file.stat().st_ctime, UTC)).total_seconds() < 1e-3


def test_people_are_told_the_second() -> None:
    assert ended("2026-11-28T20:36:05.123456+00:00").begun == "2026-11-28T20:36:05+00:00"
    assert ended("2026-11-28T20:36:05+00:00").begun == "2026-11-28T20:36:05+00:00"
