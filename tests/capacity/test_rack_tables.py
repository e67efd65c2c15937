"""`petaplan import`: racks from a CSV table into a plan; every bad row is told and nothing is written."""

import csv
import dataclasses
import io
import random
from pathlib import Path

import pytest

from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.document import rack_table
from petaplan.capacity.document.columns import table_forms
from petaplan.capacity.document.plan import members, read, write_yaml
from petaplan.infra.hong_kong import hub as hong_kong
from tests import hubs
from tests.commands import ROOT, Said, petaplan

HEAD = "name,model,phase,hall,count\n"
ROW = "store,generic-storage-rack,first,hall,2\n"


def imported(folder: Path, table: str | bytes, *, plan: str = "plan.yaml", name: str = "racks.csv") -> Said:
    if plan == "plan.yaml":
        (folder / plan).write_text(write_yaml(hubs.hub()))
    (folder / "racks.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    return petaplan("import", name, "--into", plan, "-o", "new.yaml", cwd=folder)


def refused(folder: Path, table: str | bytes, **how: str) -> str:
    said = imported(folder, table, **how)
    assert said.code == 2, said.err
    assert not said.out
    assert not (folder / "new.yaml").exists()
    assert "Traceback" not in said.err
    return said.err


def as_table(groups: tuple[StandAloneRackGroup, ...]) -> str:
    """What a spreadsheet holds of rack groups without fields that are no columns."""
    page = io.StringIO()
    writer = csv.DictWriter(page, [*rack_table.EXAMPLE])
    writer.writeheader()
    for group in groups:
        cells = members(group)
        writer.writerow({name: " ".join(cell) if isinstance(cell, list) else cell for name, cell in cells.items()})
    return page.getvalue()


def test_the_template_is_a_table_that_is_taken(tmp_path: Path) -> None:
    said = petaplan("import", "--template")

    assert said.code == 0
    assert imported(tmp_path, said.out).code == 0
    (group,) = read(str(tmp_path / "new.yaml")).racks
    assert (group.name, group.count, group.it_power_kw, group.feeds) == ("store-1", 2, 12.5, ("feed-a", "feed-b"))


def test_racks_of_the_reference_hub_come_back_from_a_table(tmp_path: Path) -> None:
    hub = hong_kong()
    plain = {*rack_table.EXAMPLE}
    moved = tuple(group for group in hub.racks if {*members(group)} <= plain)
    assert moved
    rest = hub.replace(racks=tuple(group for group in hub.racks if group not in moved))
    table = tmp_path / "racks.csv"
    table.write_text(as_table(moved))

    back = rack_table.with_racks(rest, table)
    assert {group.name: members(group) for group in back.racks} == {group.name: members(group) for group in hub.racks}


def test_racks_of_a_layer_that_the_command_line_names_are_taken(tmp_path: Path) -> None:
    """The plan names no layer: it is judged with the same option, or by a stack that names the layer."""
    rack = "{model: own-store, name: Own, based_on: generic-storage-rack}"
    (tmp_path / "own.yaml").write_text(f"racks:\n- {rack}\n", encoding="utf-8")
    table = HEAD + ROW.replace("generic-storage-rack", "own-store")
    assert "'own-store'" in refused(tmp_path, table)
    given = ("import", "racks.csv", "--into", "plan.yaml", "--catalogue", "own.yaml")
    said = petaplan(*given, "-o", "own.yaml", cwd=tmp_path)
    assert said.code == 2 and rack in (tmp_path / "own.yaml").read_text(encoding="utf-8")
    assert petaplan(*given, "-o", "new.yaml", cwd=tmp_path).code == 0
    assert petaplan("check", "new.yaml", "--catalogue", "own.yaml", cwd=tmp_path).code in {0, 1}
    assert petaplan("import", "own.yaml", "--catalogue", "own.yaml", cwd=tmp_path).code == 2


def test_racks_at_random_come_back_from_a_table(tmp_path: Path) -> None:
    chance = random.Random(15)  # noqa: S311 - plans, not secrets
    for _ in range(20):
        groups = tuple(
            StandAloneRackGroup(
                name=f"store-{at}",
                model="generic-storage-rack",
                phase="first",
                hall="hall",
                count=chance.randint(1, 9),
                it_power_kw=chance.choice([None, round(chance.uniform(1, 20), 3)]),
                feeds=chance.choice([None, ("feed-a", "feed-b")]),
            )
            for at in range(chance.randint(1, 12))
        )
        (tmp_path / "racks.csv").write_text(as_table(groups))
        back = rack_table.with_racks(hubs.hub(), tmp_path / "racks.csv").racks
        assert [members(group) for group in back] == [members(group) for group in groups]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_spreadsheets_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    said = imported(tmp_path, (HEAD + ROW).replace(",", separator).replace("\n", "\r\n").encode(encoding))

    assert said.code == 0, said.err
    assert [group.name for group in read(str(tmp_path / "new.yaml")).racks] == ["store"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (HEAD + ROW + "x,,first,hall,two\ny,generic-storage-rack,first,hal,1\n", ["racks.csv:3", "'model'", "count"]),
        (HEAD + "store,generic-storage-rack,first,hal,1\n", ["racks.csv:2", "hal"]),
        (HEAD + "=1,generic-storage-rack,first,hall,1\nx,,first,hall,1e999\n", ["formula", "'model'", "1e999"]),
        (HEAD + '"=1+1",generic-storage-rack,first,hall,1\n@a,b,c,d,1\n', ["racks.csv:2", "racks.csv:3", "formula"]),
        (HEAD + "a,b\n" + ROW + "a,b,c,d,1,2\n", ["racks.csv:2: found 2 cells", "racks.csv:4: found 6 cells"]),
        (HEAD.replace("phase", "fase") + ROW, ["'fase'", "did you mean 'phase'?", "no column 'phase'"]),
        (HEAD.replace("count", "name") + ROW, ["2 columns 'name'"]),
        (HEAD + ROW + ROW, ["store"]),
        (HEAD + ROW.replace("2", "-2"), ["racks.csv:2", "-2"]),
        (HEAD, ["no row"]),
        ("", ["no column 'name'"]),
        (HEAD + '"a\n', ["racks.csv:2", "broken CSV"]),
        ((HEAD + ROW).encode() + b"\n\0", ["racks.csv:4", "NUL"]),
        ((HEAD + "caf\u00e9\n").encode("latin-1"), ["racks.csv:2", "UTF-8"]),
        (b"\xff\xfea", ["encoding"]),
        (b"PK\x03\x04" + bytes(100), ["NUL"]),
    ],
)
def test_bad_tables_are_refused_whole(tmp_path: Path, table: str | bytes, told: list[str]) -> None:
    said = refused(tmp_path, table)

    for words in told:
        assert words in said, (words, said)


def test_a_decimal_comma_is_refused_with_the_number_that_is_meant(tmp_path: Path) -> None:
    """Which of the two was meant by 1,030 nobody can tell from one cell."""
    table = rack_table.template().replace(",", ";").replace("12.5", "12,5")
    assert "write a decimal point, such as 12.5" in refused(tmp_path, table)


def test_endless_and_large_input_ends_soon(tmp_path: Path) -> None:
    assert "16 MiB" in refused(tmp_path, "", name="/dev/zero")
    assert "more than 20,000 rows" in refused(tmp_path, HEAD + "a,b,c,d,1\n" * 1_000_000)
    assert "100" in refused(tmp_path, HEAD + "a,b\n" * 10_000)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text(HEAD + ROW)
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")

    assert "link" in refused(inside, "", name="link.csv")


def test_the_plan_and_the_table_are_never_replaced(tmp_path: Path) -> None:
    assert imported(tmp_path, HEAD + ROW).code == 0
    for name in ("racks.csv", "plan.yaml"):
        before = (tmp_path / name).read_bytes()
        assert petaplan("import", "racks.csv", "--into", "plan.yaml", "-o", name, cwd=tmp_path).code != 0
        assert (tmp_path / name).read_bytes() == before


def test_every_field_is_a_column_or_left_to_the_plan_and_the_page_has_them() -> None:
    fields = {field.name for field in dataclasses.fields(StandAloneRackGroup) if field.init}
    columns = {column.path[0] for column in table_forms()["racks"].columns}

    assert {*rack_table.EXAMPLE} <= columns
    assert fields == columns | {*rack_table.ONLY_IN_PLANS}
    assert rack_table.columns() in (ROOT / "docs" / "tables.md").read_text()
