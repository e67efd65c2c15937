"""The same document in each output; nothing that a plan says becomes markup, a formula or a command of a terminal."""

import csv
import json
import unicodedata
from dataclasses import replace
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from petaplan.reporting.cells import Number, Phrase, Several, Text
from petaplan.reporting.comment import code, plain_text
from petaplan.reporting.document import Column, Document, Layout, Lines, Row, Section, Table
from petaplan.reporting.flat import field, separated
from petaplan.reporting.formulas import as_written
from petaplan.reporting.markdown import inside_comment, write_markdown
from petaplan.reporting.registry import Rendering
from petaplan.reporting.safety import json_text, one_line, visible
from petaplan.reporting.terminal import write_text
from petaplan.reporting.values import values_of
from tests.reporting.documents import COLUMNS, document
from tests.variants import examples

HOSTILE = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "a | b \\| c",
        "two\nlines",
        "\x1b[31mred\x1b[0m",
        "::error::stop",
        "=HYPERLINK(1)",
        "+1",
        "@someone #12",
        "<script>",
        "![x](y)",
        "`a`|`b`",
        "a\u202eb",
        "&lt;b&gt;",
        "\r\nx",
        "-- >",
        "\u2028",
    ]
)


def rows_in(markdown: str) -> list[list[str]]:
    """The rows of every table that CommonMark with tables sees."""
    rows: list[list[str]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif before.type in ("th_open", "td_open"):
            rows[-1].append(token.content)
    return rows


def obeyed(text: str) -> set[str]:
    """Characters that a terminal would obey, other than a line feed."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cs") and one != "\n"} | {
        one for one in text if one in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    }


def test_a_grid_has_titles_units_and_only_what_people_read() -> None:
    text = write_text(document("hall-a", "hall-b"))
    assert text.startswith("needs 5 kW, has 3 kW\n\nHalls\n")
    head, unit = text.splitlines()[4:6]
    assert head.split() == ["load"]
    assert unit.split() == ["name", "kW", "declared", "at"]
    assert "pass   hall-a    510   plan.yaml:3" in text
    assert "Hall " not in text


def test_rows_as_lines_read_in_the_order_of_the_columns() -> None:
    text = write_text(document("hall-a", layout=Layout.LINES))
    assert "Halls\n  pass hall-a: 510\n      declared at plan.yaml:3\n" in text


def test_only_a_terminal_gets_colour() -> None:
    assert "\x1b[" not in write_text(document("hall-a"))
    assert "\x1b[32mpass" in write_text(document("hall-a"), Rendering(width=100, colour=True))


@settings(max_examples=examples(40))
@given(HOSTILE)
def test_no_text_reaches_a_terminal_raw(text: str) -> None:
    for layout in Layout:
        assert obeyed(write_text(document(text, layout=layout))) == set()


@given(HOSTILE)
def test_a_name_is_one_cell_of_one_row_in_markdown(text: str) -> None:
    rows = rows_in(write_markdown(document(text, "after")))
    assert [len(row) for row in rows] == [len(COLUMNS) - 1] * 3
    assert rows[2][1] == "after"


@given(HOSTILE)
def test_a_name_is_no_markup_in_markdown(text: str) -> None:
    shown = MarkdownIt("commonmark").enable("table").render(write_markdown(document(text)))
    for tag in ("<script", "<a ", "<img", "<em", "<strong", "<b>"):
        assert tag not in shown


@given(HOSTILE)
def test_text_and_code_stay_on_one_line_and_in_one_cell(text: str) -> None:
    assert obeyed(plain_text(text) + code(text)) == set()
    assert "\n" not in plain_text(text) + code(text)
    assert "@" not in plain_text(text)


@given(HOSTILE)
def test_a_marker_never_ends_its_comment(text: str) -> None:
    written = write_markdown(document("hall-a", marker=f"petaplan {text} end"))
    first = written.splitlines()[0]
    assert first.startswith("<!-- petaplan ")
    assert first.endswith(" end -->")
    assert "-->" not in inside_comment(text)


@given(HOSTILE)
def test_a_record_reads_back_with_its_fields(text: str) -> None:
    (read,) = csv.DictReader(StringIO(separated(document(text), ",")))
    assert list(read) == ["phase", "status", "name", "load", "place", "kind"]
    assert as_written(read["name"]) == one_line(text)
    assert float(read["load"]) == 510.0


@given(HOSTILE)
def test_no_field_is_a_formula(text: str) -> None:
    assert not field(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert obeyed(field(text)) == set()


def test_a_table_without_rows_still_has_its_head_in_a_flat_output_and_is_not_shown() -> None:
    assert separated(document(), ",") == "status,name,load,place,kind\n"
    assert "load" not in write_text(document())
    assert rows_in(write_markdown(document())) == []


@given(HOSTILE)
def test_json_of_the_view_has_values_units_and_pointers(text: str) -> None:
    written = json_text(values_of(document(text)))
    assert obeyed(written) == set()
    _, halls = json.loads(written)["sections"]
    (found,) = halls["blocks"]
    assert found["constants"] == {"phase": "first"}
    (row,) = found["rows"]
    assert row["load"] == {"value": 510.0, "unit": "kW", "lower_bound": False}
    assert row["place"] == {"file": "plan.yaml", "line": 3}
    assert row["pointer"] == "/halls/0"


@given(HOSTILE)
def test_what_is_made_visible_stays_as_it_is_when_made_visible_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert "\n" not in one_line(text)


@pytest.mark.parametrize("limit", [1_500, 2_000, 5_000, 10_000])
@pytest.mark.parametrize("folded", [False, True])
def test_a_comment_is_cut_in_whole_rows_and_says_what_is_left_out(limit: int, folded: bool) -> None:
    names = [f"hall-{at:03}" for at in range(400)]
    cut = write_markdown(document(*names, folded=folded, marker="m"), Rendering(limit_bytes=limit))
    assert len(cut.encode()) <= limit
    assert cut.startswith("<!-- m -->\n\nneeds 5 kW, has 3 kW\n")
    assert "rows of “Halls”" in cut
    kept = [row for row in rows_in(cut) if "hall-" in row[1]]
    assert all(len(row) == len(COLUMNS) - 1 for row in kept)
    assert cut.count("<details>") == cut.count("</details>")


def test_a_column_that_needs_a_value_is_left_out_where_no_row_has_one() -> None:
    columns = (Column(key="name", title="name"), Column(key="note", title="note", if_any=True))
    rows = [Row(cells={"name": Text("hall-a")}), Row(cells={"name": Text("hall-b"), "note": Text("late")})]
    with_note = Table(key="halls", columns=columns, rows=rows)
    without = replace(with_note, rows=rows[:1])
    assert [column.key for column in with_note.shown] == ["name", "note"]
    assert [column.key for column in without.shown] == ["name"]
    assert [column.key for column in without.columns] == ["name", "note"], "programs have every column"


def test_json_keeps_the_template_and_the_cells_of_a_sentence() -> None:
    sentence = Phrase("{count} of {hall}", {"count": Number(value=3, unit="racks"), "hall": Text("hall-a")})
    section = Section(key="one", blocks=(Lines(cells=(sentence,)),))
    (written,) = json.loads(json_text(values_of(Document(key="test", name="", sections=(section,)))))["sections"]
    (line,) = written["blocks"][0]["lines"]
    assert line["text"] == "3 racks of hall-a"
    assert line["template"] == "{count} of {hall}"
    assert line["cells"]["count"] == {"value": 3, "unit": "racks", "lower_bound": False}


def bounded(*cells: object, unit: str = "", bounded: bool = False) -> list[dict[str, str]]:
    """The rows of a CSV table with one column of numbers."""
    column = Column(key="capex", unit=unit, bounded=bounded)
    rows = [Row(cells={"capex": cell}) for cell in cells]  # type: ignore[dict-item]
    table = Table(key="t", columns=(Column(key="name"), column), rows=rows)
    made = Document(key="d", name="d", sections=(Section(key="s", blocks=(table,)),))
    return list(csv.DictReader(StringIO(separated(made, ","))))


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_flat_output_names_its_lower_bounds(wrapped: bool) -> None:
    least, whole = Number(value=2, lower_bound=True), Number(value=3)
    rows = bounded(Several((least,)) if wrapped else least, whole)
    assert [(row["capex"], row["lower_bounds"]) for row in rows] == [("2", "capex"), ("3", "")]
    assert "lower_bounds" not in bounded(whole)[0]
    assert bounded(whole, bounded=True)[0]["lower_bounds"] == "", "the same columns whatever the numbers are"


def test_a_flat_output_keeps_the_unit_that_only_the_cell_has() -> None:
    euros, dollars = Number(value=2, unit="million EUR"), Number(value=3, unit="million USD")
    assert [row["capex_unit"] for row in bounded(euros, Several((dollars,)))] == ["million EUR", "million USD"]
    assert bounded(Several((euros, dollars)))[0]["capex"] == "2 million EUR, 3 million USD"
    assert "capex_unit" not in bounded(euros, unit="million EUR")[0]
