"""The page of declared work: the figures of `petaplan work`, each run with its days, energy and verdict."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from petaplan.capacity.report.work import work_report
from petaplan.capacity.web.pages.work import WORK
from petaplan.reporting.web.blocks import Chart
from tests.commands import petaplan
from tests.web.chromium import Viewer, barriers
from tests.web.pages import Element, figures, page_of, study_of

PLAN = "tests.web.plans:working"
SHIPPED = "petaplan.infra.hong_kong_work:hub"


def test_the_json_of_the_page_is_that_of_the_command() -> None:
    assert study_of(PLAN).json["work"] == json.loads(petaplan("work", PLAN, "--format", "json").out)


def test_a_plan_without_work_has_no_page() -> None:
    bare = study_of("tests.web.plans:bare")
    assert WORK.build(bare) is None
    assert "work" not in bare.json


def test_every_run_has_days_devices_share_energy_and_verdict() -> None:
    shown = {one.attributes["data-pointer"].rsplit("/rows/")[-1] for one in work_figures(SHIPPED)}
    for at in range(len(work_report(study_of(SHIPPED).design).runs)):
        members = ("accelerators", "days", "days_given", "device_hours", "energy")
        assert {f"{at}/{name}/value" for name in members} <= shown
        assert {f"{at}/{name}" for name in ("share", "mfu", "goodput", "ends")} <= shown
    assert len(re.findall("in time</span>", work_of(SHIPPED).partition("<figure")[0])) == 2


def test_late_work_and_work_of_unknown_length_are_told_apart() -> None:
    page = WORK.build(study_of(PLAN))
    assert page is not None
    (chart,) = (one for one in page.blocks if isinstance(one, Chart))
    assert re.findall(r'"series": "([a-z ]+)"', json.dumps(chart.spec)) == ["in time", "late", "not known"]


def test_a_reader_sees_the_runs(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    file = tmp_path / "work.html"
    file.write_text(page_of(PLAN).text, encoding="utf-8")
    page = viewer().open(file, "#work")
    page.locator("#work--runs-over-time[data-drawn]").wait_for()
    assert page.locator("#work--runs-over-time .mark-rect.role-mark.layer_0_marks path").count() == 3
    assert page.locator("#work table").first.locator("tbody tr").count() == 3
    assert barriers(page) == []


def work_of(plan: str) -> str:
    """The page as markup."""
    _, begin, after = page_of(plan).text.partition('<section class="page" id="work"')
    assert begin
    return after.partition('<section class="page"')[0]


def work_figures(plan: str) -> list[Element]:
    """Its figures."""
    return [one for one in figures(page_of(plan).text) if one.attributes.get("data-pointer", "").startswith("/work/")]
