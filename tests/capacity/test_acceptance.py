"""The acceptance log: facts replace draws, and a wrong log is refused with every problem."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.forecast.acceptance import Acceptances, read_acceptances
from petaplan.capacity.forecast.forecast import Forecast, forecast
from tests.capacity.forecast_hubs import SURE, design_of, known, ramp, slip, two_phases
from tests.commands import petaplan
from tests.hubs import FIRST, SECOND, target

DOUBT = SURE | {"slip": slip(0.1, 0.2, 0.6), "ramp": ramp(4, 6, 9)}
PLAN = two_phases(first=DOUBT, second=DOUBT, targets=(target(1.0), target(1.0, "later", SECOND + timedelta(days=90))))


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after the second phase, so that logs of its time are no guesses."""
    monkeypatch.setattr("petaplan.capacity.command_line.acceptance_log.today", lambda: SECOND + timedelta(days=1))


def log(folder: Path, *rows: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(["object,delivered,energised,accepted,evidence", *rows]) + "\n", encoding="utf-8")
    return path


def read(path: Path, on: date = SECOND) -> Acceptances:
    return read_acceptances(path, design_of(PLAN), on)


def forecast_after(path: Path, on: date) -> Forecast:
    return forecast(design_of(PLAN), draws=2_000, accepted=read(path, on))


def test_what_is_accepted_is_a_fact(tmp_path: Path) -> None:
    done = log(tmp_path, f"pod-1,{FIRST},{FIRST},{FIRST},photo.jpg", f"pod-2,{FIRST},{FIRST},{FIRST},")
    found = forecast_after(done, FIRST)
    assert found.targets[0].probability == 1.0
    assert set(found.phases[0].accepted) == {FIRST}
    earliest, *_, latest = known(found.phases[1].accepted)
    assert earliest < latest, "the rest is drawn again"


def test_what_is_not_accepted_by_the_day_of_the_log_comes_later(tmp_path: Path) -> None:
    on = FIRST + timedelta(days=200)
    found = forecast_after(log(tmp_path, f"pod-1,,,{FIRST},"), on)
    assert known(found.phases[0].accepted)[0] > on
    assert found.targets[0].probability == 1.0, "one pod is enough for it"
    without = forecast_after(log(tmp_path), on)
    assert without.targets[0].probability == 0.0


def test_progress_compares_planned_and_accepted_petaflops(tmp_path: Path) -> None:
    on = FIRST + timedelta(days=10)
    progress = forecast_after(log(tmp_path, f"pod-1,,,{FIRST + timedelta(days=4)},"), on).progress
    assert progress is not None
    first, second = progress.phases
    assert first.planned_pflops == pytest.approx(2 * first.accepted_pflops)
    assert (first.slip_days, second.planned_pflops, second.slip_days) == (10, 0.0, None)


def test_a_known_first_power_leaves_the_ramp_alone_in_doubt(tmp_path: Path) -> None:
    on = FIRST - timedelta(days=30)
    found = forecast_after(log(tmp_path, f"pod-1,,{on},,"), on).phases[0]
    assert set(found.energised) == {on}
    assert [(day - on).days for day in known(found.accepted)] == [28, 42, 52, 63]


def test_yaml_says_the_same_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    path.write_text(f"acceptances:\n- {{object: pod-1, accepted: {FIRST}, evidence: a photo}}\n", encoding="utf-8")
    assert read(path).rows[0].accepted == read(log(tmp_path, f"pod-1,,,{FIRST},a photo")).rows[0].accepted == FIRST


BAD_ROWS = {
    f"pod-9,,,{FIRST},": r":2: acceptances\[0\].object: found 'pod-9'; expected a pod .*did you mean 'pod-",
    f"pod-1,{FIRST},,2027-01-01,": "found accepted 2027-01-01 before delivered 2027-06-30",
    "pod-1,,,2030-01-01,": "found accepted 2030-01-01, after 2028-06-30",
    "pod-1,,,soon,": '"soon"; expected date',
    "pod-1,,": "found 3 cells; expected 5, one for each column",
    'pod-1,,,"': "broken CSV",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_wrong_row_is_refused_in_words(tmp_path: Path, row: str) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(write_yaml(PLAN), encoding="utf-8")
    command = ["forecast", str(plan), "--accepted", str(log(tmp_path, row)), "--on", str(SECOND), "--draws", "1000"]
    said = petaplan(*command)
    assert (said.code, said.out) == (2, "")
    assert re.search(BAD_ROWS[row], " ".join(said.err.split()))


def test_all_problems_of_a_log_are_told_at_once(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(write_yaml(PLAN), encoding="utf-8")
    path = log(tmp_path, f"pod-8,,,{FIRST},", f"pod-1,{FIRST},2027-01-01,,", f"pod-1,,,{FIRST},")
    said = petaplan("forecast", str(plan), "--accepted", str(path), "--on", str(SECOND))
    assert said.code == 2
    assert said.err.count("log.csv:") == 3


@pytest.mark.parametrize("head", ["name,accepted", "object,acepted", "object,object", ""])
def test_another_head_is_refused(tmp_path: Path, head: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{head}\npod-1,{FIRST}\n", encoding="utf-8")
    with pytest.raises(Exception, match="column"):
        read(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 10])
def test_bytes_that_are_no_table_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(Exception, match="found"):
        read(path)
