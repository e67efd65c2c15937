"""The report of the reference hub in a real browser: what a reader sees, selects, filters, prints and hears."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.report.failover import failover_json
from petaplan.capacity.resolving import resolve
from petaplan.capacity.web.pages.work import WORK
from petaplan.capacity.web.registry import page_kinds
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.rendering import rendered
from tests.commands import petaplan
from tests.hubs import hub as small
from tests.hubs import pod
from tests.web.chromium import Viewer, barriers
from tests.web.pages import page_of
from tests.web.test_report_pages import HOSTILE, hostile_page

HUB = "infra.hong_kong:hub"
DAY = "2028-12-31"
KEYS = [kind.key for kind in page_kinds() if kind is not WORK]
"""Pages of the hub, which declares no work."""

View = Callable[..., Viewer]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the hub as a file."""
    file = tmp_path_factory.mktemp("hub") / "hub.html"
    file.write_text(page_of(HUB).text, encoding="utf-8")
    return file


def opened(viewer: View, file: Path, key: str, **context: object) -> Page:
    """A page of the file, once its charts are drawn."""
    page = viewer(**context).open(file, f"#{key}")
    drawn = page.locator(f"#{key} [data-drawn]")
    for at in range(page.locator(f"#{key} script[data-chart]").count()):
        drawn.nth(at).wait_for(state="attached")
    return page


def shown(page: Page) -> list[str | None]:
    return [one.get_attribute("id") for one in page.locator(".page").all() if one.is_visible()]


@pytest.mark.sample(1)
@pytest.mark.parametrize("key", KEYS)
def test_each_page_is_shown_alone_and_bars_nobody(viewer: View, hub: Path, key: str) -> None:
    page = opened(viewer, hub, key)
    assert shown(page) == [key]
    assert page.locator("[data-tab][aria-current=page]").get_attribute("data-tab") == key
    assert page.locator(f"#{key} .chart svg").count() == page.locator(f"#{key} .chart").count()
    assert barriers(page) == []


@pytest.mark.sample(1)
@pytest.mark.parametrize("key", KEYS)
def test_the_dark_theme_bars_nobody(viewer: View, hub: Path, key: str) -> None:
    page = opened(viewer, hub, key, color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 64
    assert barriers(page, only="color-contrast") == []


def test_pages_are_reached_by_keyboard(viewer: View, hub: Path) -> None:
    page = viewer().open(hub)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for key in KEYS:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.tab") == key
    page.keyboard.press("Enter")
    page.locator(f"#{KEYS[-1]}").wait_for()
    assert shown(page) == [KEYS[-1]]
    page.go_back()
    page.locator(f"#{KEYS[0]}").wait_for()


def test_everything_can_be_read_without_a_script(viewer: View, hub: Path) -> None:
    page = viewer(java_script_enabled=False).open(hub)
    assert shown(page) == KEYS
    assert all(one.is_visible() for one in page.locator("#overview table").all())
    assert not any(one.is_visible() for one in page.locator(".needs-js").all())


@pytest.fixture
def losses(hub: Path) -> dict[str, Any]:
    """What `petaplan failover --format json` says on the day."""
    told = json.loads(petaplan("failover", HUB, "--format", "json").out)["failover"]
    found: dict[str, Any] = [one for one in told if one["day"] <= DAY][-1]
    return found


def on_the_day(page: Page, day: str) -> Locator:
    """The part of the page on power that is shown once its slider stands on a day."""
    slider = page.locator("#power [data-slider]")
    days = json.loads(page.locator("#power script[data-days]").inner_text())
    slider.focus()
    for _ in range([one["day"] <= day for one in days].count(True) - 1):
        page.keyboard.press("ArrowRight")
    part = page.locator("#power .during:not(.off)")
    assert part.count() == 1
    return part


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_the_loss_of_ups_a_shows_what_the_failover_report_says(
    viewer: View, hub: Path, losses: dict[str, Any], way: str
) -> None:
    (loss,) = (one for one in losses["single_losses"] if one["object"] == "hall-a-ups-a" and one["whole"])
    page = opened(viewer, hub, "power")
    part = on_the_day(page, DAY)
    resting = part.locator("svg [data-key]").count()
    shape = part.locator('svg [data-selects][aria-label^="hall-a-ups-a:"]')
    if way == "pointer":
        shape.first.click()
    else:
        shape.first.focus()
        page.keyboard.press("Enter")
    told = part.locator(".told tbody tr")
    assert told.count() == 1
    cells = told.locator("[data-value]")
    values = {
        str(one.get_attribute("data-pointer")).rsplit("/", 1)[-1]: one.get_attribute("data-value")
        for one in cells.all()
    }
    for member in ("racks_dark", "dark_kw", "plant_dark_kw", "before_percent", "after_percent"):
        assert json.loads(str(values.get(member, 0.0))) == pytest.approx(loss[member]), member
    assert loss["survivor"] in told.inner_text()
    nearest = part.locator("svg text", has_text="◀")
    assert nearest.all_text_contents() == [f"{loss['after_percent']:.0f} % ◀"]
    assert part.locator("svg [data-key]").count() == resting
    lost = part.locator("svg .p-lost")
    assert lost.count() == 1
    shape.first.click()
    assert lost.count() == 0


def test_a_loss_that_darkens_racks_darkens_them_on_the_drawing(viewer: View, tmp_path: Path) -> None:
    plan = small(pods=(pod(feeds=("feed-a",)),))
    study = Study(resolve(plan, catalogue_of(plan)), date(2027, 6, 30), draws=2_000)
    file = tmp_path / "small.html"
    file.write_text(rendered(site_of(WebReport(study=study))).text, encoding="utf-8")
    report = json.loads(failover_json(study.failover))["failover"][-1]["single_losses"]
    page = opened(viewer, file, "power")
    part = page.locator("#power")
    box = part.locator("select")
    for at, loss in enumerate(report, start=1):
        box.select_option(index=at)
        racks = part.locator('svg [data-key^="k"]', has_text="✗").count()
        assert (racks > 0) == (loss["racks_dark"] > 0), loss
    assert any(loss["racks_dark"] == 12 for loss in report)


def test_the_floor_shows_the_racks_of_the_day_on_its_slider(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, "halls")
    slider = page.locator("#halls [data-slider]")
    days = [one["day"] for one in json.loads(page.locator("#halls script[data-days]").inner_text())]
    slider.focus()
    for at, day in enumerate(days):
        if at:
            page.keyboard.press("ArrowRight")
        assert day in page.locator("#halls output").inner_text()
        told = json.loads(petaplan("racks", HUB, "--on", day, "--format", "json").out)
        drawn = page.evaluate(
            """() => Array.from(document.querySelectorAll("#halls svg .racks"))
            .filter((group) => group.checkVisibility()).map((group) => group.querySelectorAll("rect").length)"""
        )
        assert sum(drawn) == sum(len(row["cabinets"]) for row in told["racks"]), day


def filtered(page: Page) -> Iterator[tuple[Locator, Locator]]:
    """Tables of the page on display that have a filter, with it."""
    for frame in page.locator(".page.current .table[data-filter]").all():
        if frame.is_visible():
            yield frame.locator("tbody tr"), frame.locator("input[type=search]")


def test_a_filter_leaves_the_rows_that_hold_every_word(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, "comparison")
    rows, box = next(filtered(page))
    texts = [str(one).lower() for one in rows.all_text_contents()]
    words = "bf16 sum"
    box.fill(words)
    wanted = [one for one in texts if all(word in one for word in words.split())]
    assert 0 < len(wanted) < len(texts)
    assert [one.inner_text() for one in rows.all() if one.is_visible()].__len__() == len(wanted)
    box.fill("")
    assert sum(one.is_visible() for one in rows.all()) == len(texts)


def test_a_filter_that_leaves_no_row_says_so(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, "comparison")
    rows, box = next(filtered(page))
    count = box.locator("xpath=ancestor::*[@data-filter][1]").locator(".count")
    box.fill("no such word")
    assert not any(one.is_visible() for one in rows.all())
    assert count.inner_text() == "No row of this table; clear the filter to see every row"
    box.fill("")
    assert count.inner_text() == f"{rows.count()} rows shown"


def test_a_column_sorts_by_its_numbers_and_back(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, "comparison")
    table = page.locator("#comparison .table[data-table=rates] table")
    head = table.get_by_role("columnheader", name="power, MW")
    for order in ("ascending", "descending"):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == order
        cells = table.locator('[data-pointer$="/power_mw/value"]').all()
        values = [json.loads(str(one.get_attribute("data-value"))) for one in cells]
        assert values == sorted(values, reverse=order == "descending") and len(set(values)) > 3


def test_the_rows_of_a_table_are_saved_as_csv(viewer: View, hub: Path, tmp_path: Path) -> None:
    page = opened(viewer, hub, "overview")
    frame = page.locator("#overview .table[data-table=phases]")
    with page.expect_download() as told:
        frame.get_by_role("button", name="Save as CSV").click()
    told.value.save_as(tmp_path / "phases.csv")
    lines = (tmp_path / "phases.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + frame.locator("tbody tr").count()
    assert lines[1].startswith('"phase-1"')


def test_it_prints_to_a4_with_every_page_and_no_control(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, KEYS[0])
    printed = page.pdf(format="A4")
    sizes = {tuple(sorted(map(float, one))) for one in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)}
    assert sizes and all(abs(short - 595) < 2 and abs(long - 842) < 2 for short, long in sizes)
    page.emulate_media(media="print")
    assert shown(page) == KEYS
    assert not any(one.is_visible() for one in page.locator("nav, .tools, .control, .skip").all())


def test_print_has_every_row_the_day_and_short_folded_parts(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, "findings")
    rows, box = next(filtered(page))
    box.fill("no row has these words")
    assert not any(one.is_visible() for one in rows.all())
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert all(one.is_visible() for one in rows.all())
    assert page.locator("#findings details:not(.on-demand):not([open])").count() == 0
    day = page.locator("#halls .shown-day").first
    assert day.is_visible() and re.search(r": \d{4}-\d\d-\d\d", day.inner_text())
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not day.is_visible() and not any(one.is_visible() for one in rows.all())
    assert page.locator("#findings details[open]").count() == 0


def test_print_has_no_heading_alone_wide_charts_and_heads_on_each_sheet(viewer: View, hub: Path) -> None:
    page = opened(viewer, hub, KEYS[0])
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.locator("#timeline [data-drawn]").first.wait_for(state="attached")
    assert not any(one.is_visible() for one in page.locator(".on-demand:not([open])").all())
    boxes = [one.bounding_box() for one in page.locator("#timeline .chart svg").all()]
    assert boxes and all(box is not None and box["width"] > 600 for box in boxes)
    # Chromium repeats the head of a table on each sheet unless it holds the box of a button
    button = page.locator("#overview thead button").first
    assert button.evaluate("one => getComputedStyle(one).display") == "contents"
    assert button.evaluate("one => getComputedStyle(one.closest('thead')).breakInside") == "avoid"


def test_chinese_is_set_in_a_chinese_font(viewer: View, tmp_path: Path) -> None:
    file = tmp_path / "hub.html"
    file.write_text(page_of(HUB, "zh-Hant").text, encoding="utf-8")
    page = opened(viewer, file, "overview")
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "#overview h2"})["nodeId"]
    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [one["familyName"] for one in fonts if "CJK" in one["familyName"]], fonts


def test_hostile_text_stays_text(viewer: View, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(hostile_page(" ".join(HOSTILE)), encoding="utf-8")
    page = viewer().open(file)
    for key in page.eval_on_selector_all("[data-tab]", "tabs => tabs.map(one => one.dataset.tab)"):
        page.goto(f"{file.as_uri()}#{key}")
    assert page.locator("script:not(body > script):not([type])").count() == 0
    assert page.locator("svg[onload], [onclick], [onmouseover], iframe, b").count() == 0
    assert "<b onclick=alert(1)>bold</b>" in page.inner_text("#overview")
