"""One block of each kind, for tests of how blocks look: `python -m tests.web.specimen` records the pictures again."""

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from petaplan.reporting.cells import Number, Phrase, Share, Status, Text, Tone
from petaplan.reporting.document import Column, Row, Section, Table
from petaplan.reporting.web import site
from petaplan.reporting.web.blocks import Block, Chart, Choices, DaySlider, Legend, LegendEntry, Mark, State
from petaplan.reporting.web.drawing import Circle, Drawing, Group, Label, Rect
from petaplan.reporting.web.drawing import Path as Line
from petaplan.reporting.web.paint import SERIES, STEPS, Paint
from petaplan.reporting.web.rendering import write_site
from tests.web.chromium import OPTIONS, Viewer, program

RECORDED = Path(__file__).with_name("specimen.json")
THEMES = ("light", "dark")
PARTS = {
    "table": "#specimen section .table",
    "chart": "#specimen figure.charted .chart svg",
    "drawing": "#specimen svg[data-drawing=all]",
    "legend": "#specimen .legend",
}
"""What a picture is taken of."""
COLUMNS, LINES = 32, 20
"""Fields of a picture that are compared: the mean brightness of each, 0 to 255."""

Picture = Sequence[Sequence[int]]

_BRIGHTNESS = """
async ([address, columns, lines]) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const board = document.createElement("canvas");
  board.width = picture.width;
  board.height = picture.height;
  const pen = board.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const points = pen.getImageData(0, 0, board.width, board.height).data;
  const sums = Array.from({ length: lines }, () => Array(columns).fill(0));
  const counts = Array.from({ length: lines }, () => Array(columns).fill(0));
  for (let y = 0; y < board.height; y += 1) {
    for (let x = 0; x < board.width; x += 1) {
      const line = Math.floor((y * lines) / board.height);
      const column = Math.floor((x * columns) / board.width);
      const at = 4 * (y * board.width + x);
      sums[line][column] += 0.2126 * points[at] + 0.7152 * points[at + 1] + 0.0722 * points[at + 2];
      counts[line][column] += 1;
    }
  }
  return sums.map((line, y) => line.map((sum, x) => Math.round(sum / Math.max(counts[y][x], 1))));
}
"""


def specimen() -> str:
    """The site as HTML."""
    page = site.Page(key="specimen", title="Overview", blocks=tuple(_blocks()))
    verdict = Status(key="pass", label="PASS", tone=Tone.GOOD)
    return write_site(site.Site(title="Report on a plan", name="specimen", pages=(page,), verdict=verdict))


def _blocks() -> Sequence[Block]:
    table = _table()
    values = [{"name": f"n{at}", "value": at + 1} for at in range(6)]
    spec = {
        "data": {"values": values},
        "mark": "bar",
        "encoding": {"x": {"field": "name", "type": "nominal"}, "y": {"field": "value", "type": "quantitative"}},
        "width": 480,
        "height": 200,
    }
    words = Phrase("A specimen")
    entries = tuple(LegendEntry(paint=paint, label=Text(str(paint))) for paint in Paint)
    states = (State(key="rest", label=words), State(key="one", label=words, marks={"s0": Mark(paint=Paint.DARK)}))
    return (
        Section(key="table", blocks=(table,)),
        Chart(key="bars", title=words, description=words, spec=spec, table=table),
        DaySlider(key="day", title=words, days=((date(2027, 1, 1), words), (date(2028, 1, 1), words))),
        Choices(key="states", title=words, drawing="all", states=states),
        _drawing(),
        Legend(entries=entries),
    )


def _table() -> Table:
    columns = (
        Column(key="name", title="name"),
        Column(key="power", title="power", unit="kW", right=True),
        Column(key="share", title="share", right=True),
        Column(key="state", title="state"),
    )
    tones = (Tone.GOOD, Tone.BAD, Tone.WARNING, Tone.UNKNOWN, Tone.NOTE)
    rows = [
        Row(
            cells={
                "name": Text(f"row {at}"),
                "power": Number(value=1_000.0 * at, decimals=1),
                "share": Share(value=at / 10),
                "state": Status(key=str(tone), tone=tone),
            }
        )
        for at, tone in enumerate(tones)
    ]
    return Table(key="rows", columns=columns, rows=rows)


def _drawing() -> Drawing:
    paints = (*SERIES, *STEPS, Paint.GOOD, Paint.WARNING, Paint.BAD, Paint.LOST, Paint.DARK, Paint.UNKNOWN, Paint.QUIET)
    boxes = tuple(
        Rect(x=20 + 70 * (at % 7), y=20 + 60 * (at // 7), width=56, height=44, radius=4, paint=paint, key=f"s{at}")
        for at, paint in enumerate(paints)
    )
    more = (
        Circle(x=560, y=60, radius=30, paint=Paint.SERIES_1),
        Line(points=((540, 120), (600, 180), (540, 180)), closed=True, paint=Paint.SERIES_2),
        Line(points=((520, 210), (620, 230)), dashed=True, paint=Paint.SERIES_3),
        Label(x=20, y=225, text=Text("a label"), strong=True),
    )
    group = Group(shapes=boxes, selects="one", title=Text("boxes"))
    words = Phrase("A specimen")
    return Drawing(key="all", title=words, description=words, width=640, height=240, shapes=(group, *more))


def pictures(browser: Browser, folder: Path) -> Mapping[str, Picture]:
    """The picture of each part in each theme, as a grid of brightness."""
    file = folder / "specimen.html"
    file.write_text(specimen(), encoding="utf-8")
    found: dict[str, Picture] = {}
    for theme in THEMES:
        viewer = Viewer(browser, color_scheme=theme)
        page = viewer.open(file)
        page.locator("#specimen [data-drawn]").wait_for(state="attached")
        shots = {name: page.locator(part).first.screenshot() for name, part in PARTS.items()}
        page.goto("about:blank")
        found |= {f"{name} {theme}": brightness(page, shot) for name, shot in shots.items()}
        viewer.close()
    return found


def brightness(page: Page, picture: bytes) -> Picture:
    """The mean brightness of each field of a picture (PNG); the browser reads it."""
    address = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    read: Picture = page.evaluate(_BRIGHTNESS, [address, COLUMNS, LINES])
    return read


def main() -> int:
    """Record the pictures again; look at what changed before it is committed."""
    with sync_playwright() as playwright, TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=program(), args=list(OPTIONS))
        found = pictures(browser, Path(scratch))
        browser.close()
    lines = (f"{json.dumps(name)}: {json.dumps(picture, separators=(',', ':'))}" for name, picture in found.items())
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    sys.stdout.write(f"{RECORDED}: {len(found)} pictures\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
