"""Long tables of a page: packed rows, made when they are opened, filtered, sorted, turned and saved as a whole."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from petaplan.reporting.cells import Number, Phrase, Text
from petaplan.reporting.document import Column, Row, Table
from petaplan.reporting.web.blocks import OnDemand
from petaplan.reporting.web.rendering import write_site
from petaplan.reporting.web.site import Page as SitePage
from petaplan.reporting.web.site import Site
from tests.web.chromium import Viewer, barriers

pytestmark = pytest.mark.xdist_group("web")

COUNT, PART = 1_000, 250
NAMES = ("</script><b>bold</b>", "=1+1", "\u2028 line", "Ünïcode 高")
COLUMNS = (
    Column(key="name", title="name"),
    Column(key="size", title="size", unit="kW", right=True),
    Column(key="note", title="note", wraps=True),
)


def rows(begins: str) -> list[Row]:
    """A thousand rows; sizes fall from row to row."""
    return [
        Row(
            cells={"name": Text(f"{NAMES[at % 4]} {at}"), "size": Number(value=COUNT - at), "note": Text("even")}
            if at % 2 == 0
            else {"name": Text(f"{NAMES[at % 4]} {at}"), "note": Text("odd")},
            pointer=f"{begins}{at}",
            pointers={"size": f"{begins}{at}/size"},
        )
        for at in range(COUNT)
    ]


@pytest.fixture(params=["/things/", "/things/a~1b"])
def table(request: pytest.FixtureRequest, viewer: Callable[..., Viewer], tmp_path: Path) -> Page:
    """A page with its table opened; places are numbers, or other names."""
    made = Table(key="things", columns=COLUMNS, rows=rows(request.param))
    block = OnDemand(key="things", title=Phrase("All things"), table=made)
    file = tmp_path / "site.html"
    site = Site(title="Report on a plan", name="x", pages=(SitePage(key="a", title="Overview", blocks=(block,)),))
    file.write_text(write_site(site), encoding="utf-8")
    page = viewer().open(file)
    assert page.locator("tbody tr").count() == 0
    page.get_by_text("All things").click()
    page.locator("[data-unfolded]").wait_for()
    return page


def shown(page: Page) -> list[str]:
    """Names of the rows that are shown, without what all of them have."""
    return [name.rsplit(" ", 1)[1] for name in page.locator("tbody th").all_inner_texts()]


def told(page: Page) -> str:
    return page.locator(".count").inner_text()


def test_a_part_is_shown_and_the_others_can_be_turned_to(table: Page) -> None:
    assert shown(table) == [str(at) for at in range(PART)]
    assert told(table) == "rows 1 to 250 of 1,000"
    later, earlier = table.get_by_role("button", name="Later rows"), table.get_by_role("button", name="Earlier rows")
    assert earlier.is_disabled()
    for _ in range(3):
        later.click()
    assert shown(table) == [str(at) for at in range(COUNT - PART, COUNT)]
    assert later.is_disabled()
    earlier.click()
    assert told(table) == "rows 501 to 750 of 1,000"
    assert barriers(table) == []


def test_a_filter_looks_at_every_row_and_a_figure_has_its_place(table: Page) -> None:
    table.get_by_label("Filter rows").fill("高 EVEN")
    assert told(table) == "No row of this table; clear the filter to see every row"
    table.get_by_label("Filter rows").fill("高 999")
    assert shown(table) == ["999"]
    table.get_by_label("Filter rows").fill("1+1 odd")
    assert told(table) == "250 rows shown"
    table.get_by_label("Filter rows").fill("< bold 998 even")
    assert shown(table) == []
    table.get_by_label("Filter rows").fill("</script> 500")
    (figure,) = table.locator("[data-pointer]").all()
    assert figure.get_attribute("data-value") == "500" and figure.inner_text() == "500"
    assert str(figure.get_attribute("data-pointer")).startswith("/things/")
    assert str(figure.get_attribute("data-pointer")).endswith("500/size")


def test_a_column_orders_every_row_numbers_before_nothing(table: Page) -> None:
    order = table.get_by_role("button", name="size, kW")
    order.click()
    assert shown(table)[:2] == ["998", "996"]
    assert table.locator("th[aria-sort=ascending]").count() == 1
    order.click()
    assert shown(table)[0] == "1"
    table.get_by_role("button", name="name").click()
    table.get_by_label("Filter rows").fill("ünïcode")
    assert shown(table)[:3] == ["3", "7", "11"]


def test_what_is_saved_has_every_row_that_the_filter_leaves(table: Page, tmp_path: Path) -> None:
    table.get_by_label("Filter rows").fill("1+1")
    with table.expect_download() as saved:
        table.get_by_role("button", name="Save as CSV").click()
    file = tmp_path / "saved.csv"
    saved.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        head, *lines = list(csv.reader(text))
    assert head == ["name", "size, kW", "note"]
    assert [line[0] for line in lines] == [f"'=1+1 {at}" for at in range(1, COUNT, 4)]


def test_print_has_every_row(table: Page) -> None:
    table.get_by_label("Filter rows").fill("501")
    table.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert len(shown(table)) == COUNT
    table.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown(table) == ["501"]
