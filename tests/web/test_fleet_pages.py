"""`petaplan-bench report`: the files of a fleet as pages."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import RunRecord
from petaplan.bench.fleet.merge import merge
from tests.bench.records import device, evidence, row
from tests.commands import petaplan_bench
from tests.web.chromium import Viewer, barriers
from tests.web.pages import Element, Reader
from tests.web.test_report_pages import HOSTILE

HOSTS, SLOW, RATE = 12, 5, 800.0
KEYS = ["fleet", "time", "waterfall"]


def record(at: int, *, model: str = "Example 900") -> RunRecord:
    """One host of two devices; the host ``SLOW`` has one whose clock is low."""
    name = f"node-{at:02}"
    devices = tuple(device(f"cuda:{place}", uuid=f"GPU-{at}-{place}", model=model) for place in range(2))
    usual = [row(RATE + (at * 7 + place * 3) % 11, key=f"cuda:{place}") for place in range(2)]
    if at == SLOW:
        usual[1] = row(RATE * 0.85, key="cuda:1", clock_mhz=1500 * 0.85)
    found = evidence(*usual, devices=devices, host=name)
    day = f"2026-11-{at + 1:02}"
    started, finished = f"{day}T00:00:00Z", f"{day}T00:00:20Z"
    return replace(found, run=replace(found.run, started_at=started, finished_at=finished, as_of=day))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the fleet, and their report."""
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "runs").mkdir()
    for at in range(HOSTS):
        evidence_file.write(folder / "runs" / f"{at}.json", record(at))
    said = petaplan_bench("report", str(folder / "runs"), "-o", str(folder / "fleet.html"))
    assert (said.code, said.err) == (0, "")
    return folder


def elements(fleet: Path) -> list[Element]:
    return Reader((fleet / "fleet.html").read_text(encoding="utf-8")).elements


def spec(fleet: Path, key: str) -> Any:
    (chart,) = (one for one in elements(fleet) if one.attributes.get("data-chart", "").endswith(key))
    return json.loads(chart.text)


def values(chart: Any) -> list[dict[str, Any]]:
    """Every inline value of a chart."""
    parts = chart.get("layer", [chart])
    named = [value for one in chart.get("datasets", {}).values() for value in one]
    return named or [value for part in parts for value in part.get("data", {}).get("values", [])]


def test_the_histogram_has_every_rate_and_names_the_slow_device(fleet: Path) -> None:
    found = values(spec(fleet, "rates-0"))
    rates = [one for one in found if "kind" in one]
    assert len(rates) == 2 * HOSTS
    assert [one["name"] for one in found if "name" in one] == [f"node-{SLOW:02} cuda:1"]
    assert [one["rate"] for one in rates if one["kind"] == "slow"] == [RATE * 0.85]


def test_the_slow_device_has_the_cause_that_the_verdict_gives(fleet: Path) -> None:
    (outlier,) = merge((fleet / "runs").glob("*.json")).outliers
    rows = [one.text for one in elements(fleet) if one.name == "tr" and f"node-{SLOW:02}cuda:1" in one.text]
    assert any(outlier.cause in text and "%" in text for text in rows)


def test_rates_over_time_have_each_run_with_its_interval(fleet: Path) -> None:
    found = values(spec(fleet, "time-0"))
    assert {(one["at"], one["device"]) for one in found} == {
        (f"2026-11-{at + 1:02}T00:00:00Z", f"node-{at:02} cuda:{place}") for at in range(HOSTS) for place in range(2)
    }
    assert all(one["low"] < one["rate"] < one["high"] for one in found)


def test_the_steps_lead_from_the_sheet_to_the_rate(fleet: Path) -> None:
    found = values(spec(fleet, "sheet-0"))
    assert found[0]["step"] == "sheet" and found[-1]["step"] == "delivered"
    assert [one["rows"] for one in found] == [2 * HOSTS] * len(found)
    for one, after in pairwise(found[:-1]):
        assert after["before"] == one["after"]
    sheets = [
        one.waterfall[0].value for file in (fleet / "runs").glob("*.json") for one in evidence_file.read(file).rows
    ]
    assert found[0]["after"] == median(sheets)


@pytest.mark.parametrize("key", KEYS)
def test_each_page_is_read_without_a_fault(viewer: Callable[..., Viewer], fleet: Path, key: str) -> None:
    page = viewer().open(fleet / "fleet.html", f"#{key}")
    page.locator(f"#{key} [data-drawn] svg").first.wait_for()
    assert barriers(page) == []
    if key == "fleet":
        assert page.locator("#fleet .chart svg").get_by_text(f"node-{SLOW:02} cuda:1").count() == 1


def test_hostile_text_of_evidence_stays_text(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    for at, text in enumerate(HOSTILE):
        evidence_file.write(tmp_path / f"{at}.json", record(at, model=text[:200]))
    assert petaplan_bench("report", str(tmp_path), "-o", str(tmp_path / "fleet.html")).code == 0
    page = viewer().open(tmp_path / "fleet.html")
    for key in KEYS:
        page.goto(f"{(tmp_path / 'fleet.html').as_uri()}#{key}")
        page.locator(f"#{key} [data-drawn] svg").first.wait_for()
    assert page.locator("svg[onload], [onclick], [onmouseover], iframe, main b").count() == 0


def test_the_same_files_give_the_same_bytes(fleet: Path) -> None:
    said = petaplan_bench("report", str(fleet / "runs"))
    assert said.out == (fleet / "fleet.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, "", "{}", '{"format": "petaplan-bench-evidence", "version": 1}'])
def test_files_without_evidence_are_bad_input(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    said = petaplan_bench("report", str(tmp_path), "-o", str(tmp_path / "fleet.html"))
    assert said.code == 2 and str(tmp_path) in said.err
    assert not (tmp_path / "fleet.html").exists()


def test_a_report_takes_the_place_of_no_file_that_it_is_about(fleet: Path) -> None:
    before = (fleet / "runs" / "0.json").read_bytes()
    assert petaplan_bench("report", str(fleet / "runs"), "-o", str(fleet / "runs" / "0.json")).code == 2
    assert (fleet / "runs" / "0.json").read_bytes() == before
