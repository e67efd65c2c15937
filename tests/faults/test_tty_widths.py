"""TTY-04: at any width of a terminal every table of every command shows every word, number and verdict whole."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text as Styled

from petaplan.bench.command_line.reports import KINDS as BENCH
from petaplan.bench.evidence import evidence_file
from petaplan.capacity.report.kinds import KINDS as CAPACITY
from petaplan.infra.report.kinds import KINDS as INFRA
from petaplan.infra.report.kinds import STATUS
from petaplan.infra.report.status import Drift, KindCount, StackComparison, StatusReport
from petaplan.reporting import publishing
from petaplan.reporting.cells import Number, Status, Text
from petaplan.reporting.document import Column, Document, Row, Section, Table
from petaplan.reporting.grid import wrapped
from petaplan.reporting.registry import Rendering, render
from petaplan.reporting.terminal import write_text
from tests.bench.records import evidence
from tests.commands import ROOT, Said, petaplan, petaplan_bench, petaplan_bench_in
from tests.evidence_files import leave_made_up
from tests.infra.test_inventory_command import checkout

__all__ = ["checkout"]

WIDE = 2_000
WIDTHS = (40, 60, 80, 100, 132)
HUB = "infra.hong_kong:hub"
SHORT = "infra.hong_kong:short"
FOREIGN = ROOT / "tests" / "bench" / "foreign"
RULE = re.compile(r"[─━╶╴]+|[█░]+")

COMMANDS = (
    ("check", SHORT),
    ("check", SHORT, "--all"),
    ("gate", SHORT),
    ("failover", HUB, "--phase", "phase-2"),
    ("fabric", HUB),
    ("waterfall", HUB),
    ("compare", HUB),
    ("compare", HUB, "--announced", "1000"),
    ("cost", HUB, "--on", "2026-11-28"),
    ("forecast", HUB, "--draws", "1000"),
    ("scenarios", HUB, "examples/scenarios/hong-kong.yaml", "--draws", "1000"),
    ("scenarios", HUB, "--grid", "examples/scenarios/grid.yaml", "--draws", "1000"),
    ("work", "examples/work/llama.yaml"),
    ("explain", "PWR-011", "--plan", HUB),
    ("rules",),
    ("doctor",),
    ("catalog",),
    ("catalog", "huawei-ascend-910c"),
    ("racks", HUB, "--hall", "hall-a", "--on", "2027-06-30"),
    ("diff", HUB, SHORT),
    ("diff", HUB, SHORT, "--all"),
)


def words(text: str) -> Counter[str]:
    """Every word of a page; rules and bars are none."""
    return Counter(word.rstrip(":") for word in RULE.sub(" ", text).split())


def is_whole(narrow: str, wide: str, width: int) -> None:
    """Every word of the wide page is in the narrow one as often, unless it is longer than a line."""
    assert max(map(cell_len, narrow.splitlines())) <= width
    assert re.findall(r"\S…", narrow) == re.findall(r"\S…", wide)
    lost = {word for word, count in (words(wide) - words(narrow)).items() if cell_len(word) + 8 < width}
    assert lost == set(), lost
    joined = "".join(narrow.split())
    assert [word for word in words(wide) if not RULE.search(word) and word not in joined and "/" not in word] == []


Pages = Callable[..., Callable[[int], str]]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    """What a command shows on a terminal of a width: it runs once, and its report is laid out again for each width."""
    monkeypatch.setattr(publishing, "terminal", lambda: Rendering(width=WIDE))

    def of(run: Callable[..., Said], *arguments: object, **options: Any) -> Callable[[int], str]:
        asked: list[tuple[Any, Any, str, Rendering]] = []

        def kept(kind: Any, value: Any, name: str, rendering: Rendering) -> str:
            asked.append((kind, value, name, rendering))
            return render(kind, value, name, rendering)

        monkeypatch.setattr(publishing, "render", kept)
        monkeypatch.setattr(publishing, "content", kept)
        said = run(*arguments, **options)
        assert said.code in {0, 1, 4}, said.err
        ((kind, value, name, rendering),) = asked
        assert rendering.width == WIDE
        assert render(kind, value, name, rendering) == said.out
        return lambda width: render(kind, value, name, replace(rendering, width=width))

    return of


def holds_at_every_width(page: Callable[[int], str]) -> None:
    assert len(words(page(WIDE))) > 5
    for width in WIDTHS:
        is_whole(page(width), page(WIDE), width)


@pytest.mark.sample(4)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_tty_04_no_command_loses_a_word(command: tuple[str, ...], pages: Pages) -> None:
    holds_at_every_width(pages(petaplan, *command))


@pytest.mark.parametrize("command", [(), ("--racks",), ("--kind", "pod")])
def test_tty_04_the_inventory_loses_no_word(command: tuple[str, ...], checkout: Path, pages: Pages) -> None:
    holds_at_every_width(pages(petaplan, "inventory", *command, cwd=checkout))


@pytest.mark.parametrize("command", [("show", "a.json"), ("compare", "a.json", "a.json"), ("calibrate", "a.json")])
def test_tty_04_the_bench_loses_no_word(command: tuple[str, ...], tmp_path: Path, pages: Pages) -> None:
    evidence_file.write(tmp_path / "a.json", evidence())
    holds_at_every_width(pages(petaplan_bench_in, tmp_path, *command))


def test_tty_04_the_rates_that_others_reported_lose_no_word(pages: Pages) -> None:
    names = ("mamf-finder-sustained.txt", "hipblaslt-bench.txt", "nvbench.json", "torch-table.md")
    holds_at_every_width(pages(petaplan_bench_in, FOREIGN, "import", *names))


@pytest.mark.parametrize("precision", ["fp64", "int8"])
def test_tty_04_the_grid_loses_no_word(precision: str, pages: Pages) -> None:
    options = ("--m", "8,16", "--dtype", precision, "--layout", "NN", "--layout", "NT", "--seconds", "0.01")
    holds_at_every_width(pages(petaplan_bench, "grid", *options))


def test_tty_04_the_doctor_loses_no_word(pages: Pages) -> None:
    holds_at_every_width(pages(petaplan_bench, "doctor"))


@pytest.mark.parametrize("command", [("merge",), ("report", "--format", "text")], ids=" ".join)
def test_tty_04_the_verdict_over_a_fleet_loses_no_word(command: tuple[str, ...], tmp_path: Path, pages: Pages) -> None:
    for file in leave_made_up(tmp_path):
        assert file.exists()
    names = sorted(one.name for one in tmp_path.iterdir())
    holds_at_every_width(pages(petaplan_bench_in, tmp_path, *command, *names))


def test_tty_04_the_status_of_a_stack_loses_no_word() -> None:
    kinds = tuple(
        KindCount(
            kind=kind, in_stack=12, in_inventory=12, since="#1 2026-11-28 10:00", changed="#3 2026-11-28 12:00", drift=1
        )
        for kind in ("hall", "pod", "rack-group")
    )
    drift = tuple(Drift(kind="pod", name=f"pod-{at}", how="changed") for at in range(9))
    made = StackComparison(
        stack="dev", inventory="sqlite:/a/b.db", verdict="pass", state="a" * 20, plan="", kinds=kinds, drift=drift
    )
    report = StatusReport(comparison=made, approval="the approval holds")
    holds_at_every_width(lambda width: render(STATUS, report, "text", Rendering(width=width)))


def test_tty_04_every_kind_of_report_is_in_these_tests() -> None:
    """A new kind of report gets a line above, then one here."""
    shown = {kind.command for kind in (*CAPACITY, *INFRA, *BENCH) if kind.view is not None}
    assert shown - {f"petaplan {command}" for command, *_ in COMMANDS} == {
        "petaplan status",
        "petaplan scenarios --grid",
        "petaplan inventory list",
        "petaplan-bench calibrate",
        "petaplan-bench compare",
        "petaplan-bench doctor",
        "petaplan-bench grid",
        "petaplan-bench import",
        "petaplan-bench show",
        "petaplan-bench merge",
        "petaplan-bench report",
    }


def test_tty_04_verdict_and_precision_stand_in_the_first_band(pages: Pages) -> None:
    page = pages(petaplan, "check", SHORT)
    for width in WIDTHS:
        (row,) = (line for line in page(width).split("phase-3")[0].splitlines() if "19,801.9" in line)
        assert row.split()[0] == "phase-2" and "shortfall" in row


CELLS = st.text("abc 123,.", min_size=1, max_size=30).filter(str.strip)


def _documents() -> st.SearchStrategy[Document]:
    """Tables of any columns and any texts."""

    def made(columns: list[tuple[str, bool, bool, bool]], rows: list[list[str]], keys: int) -> Document:
        table = Table(
            key="any",
            columns=tuple(
                Column(key=str(at), title=title, right=right, wraps=wraps, matters=matters)
                for at, (title, right, wraps, matters) in enumerate(columns)
            ),
            rows=[
                Row(cells={str(at): Text(row[at % len(row)]) for at in range(len(columns))} | {"9": Number(value=1)})
                for row in rows
                if row
            ],
            keys=min(keys, len(columns)),
        )
        return Document(key="any", name="any", sections=(Section(key="any", blocks=(table,)),))

    column = st.tuples(CELLS, st.booleans(), st.booleans(), st.booleans())
    rows = st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=4)
    return st.builds(made, st.lists(column, min_size=1, max_size=9), rows, st.integers(1, 3))


@given(_documents(), st.integers(30, 140))
def test_tty_04_no_table_loses_a_word(document: Document, width: int) -> None:
    narrow = write_text(document, Rendering(width=width))
    wide = write_text(document, Rendering(width=5_000))
    assert not narrow or max(map(cell_len, narrow.splitlines())) <= width
    lost = {word for word, count in (words(wide) - words(narrow)).items() if cell_len(word) + 8 < width}
    assert lost == set()


@given(CELLS, st.integers(0, 12), st.integers(8, 60))
def test_lines_are_broken_at_spaces_and_lose_nothing(text: str, indent: int, width: int) -> None:
    line = " " * indent + text
    lines = [piece.plain for piece in wrapped(Styled(line), width)]
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert all(cell_len(piece) <= width for piece in lines)


def test_a_status_is_a_word() -> None:
    table = Table(
        key="one",
        columns=(Column(key="a", title="name"), Column(key="b", title="verdict", matters=True)),
        rows=[Row(cells={"a": Text("n" * 60), "b": Status(key="shortfall")})],
    )
    text = write_text(Document(key="x", name="x", sections=(Section(key="x", blocks=(table,)),)), Rendering(width=40))
    assert "verdict: shortfall" in text
