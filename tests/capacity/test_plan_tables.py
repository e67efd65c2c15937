"""A plan as tables: `petaplan export --format csv|xlsx`, and `petaplan import` of what it wrote, without loss."""

import csv
import os
import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.document.columns import Form, columns_page, table_forms
from petaplan.capacity.document.plan import document, write_yaml
from petaplan.capacity.document.plan_rows import written
from petaplan.capacity.document.plan_tables import csv_files, hub_of_tables, read_tables
from petaplan.capacity.document.workbook import workbook
from petaplan.capacity.errors import PlanError
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.supply import Budget
from petaplan.infra.hong_kong import hub as hong_kong
from petaplan.infra.hong_kong import with_h100
from petaplan.reporting.formulas import as_written, is_formula, neutral
from petaplan.reporting.packing import put_files, zipped
from tests import hubs, strategies
from tests.commands import ROOT, Said, petaplan
from tests.scenario import scenario, scenario_files
from tests.variants import examples

PLACE = Path("tables")


def through_tables(hub: Hub) -> Hub:
    return hub_of_tables(PLACE, {name: text.encode() for name, text in csv_files(hub).items()})


def odd_hubs() -> Iterator[Hub]:
    """Hubs with values that a table of its own has to keep apart."""
    plain = hubs.hub()
    yield plain.replace(catalogues=("own", "a folder/with spaces.yaml", "[x]", "-1+1"))
    yield plain.replace(description=" ", owner="'=1+1")
    yield plain.replace(phases=(hubs.phase(budget=Budget(currency="EUR")), hubs.phase("second", hubs.SECOND)))
    (pod,) = plain.pods
    racks = tuple(rack.replace(feeds=()) for rack in pod.racks)
    yield plain.replace(pods=(pod.replace(racks=racks), pod.replace(name="pod-2")))
    yield plain.replace(assumptions=(Assumption(name="a", statement='"\\u0000"', reason="1\r\n2\0", as_of=hubs.FIRST),))


@pytest.mark.parametrize("hub", [hong_kong(), with_h100(), *odd_hubs()], ids=lambda hub: hub.name)
def test_tables_of_a_hub_read_back_as_the_same_plan(hub: Hub) -> None:
    assert write_yaml(through_tables(hub)) == write_yaml(hub)


@pytest.mark.sample(80)
@pytest.mark.parametrize("path", scenario_files(), ids=lambda path: path.stem)
def test_tables_of_every_scenario_read_back_as_the_same_plan(path: Path) -> None:
    found = scenario(path)
    if found.refused is None:
        assert write_yaml(through_tables(found.hub)) == write_yaml(found.hub)


@settings(max_examples=examples(60), deadline=None)
@given(strategies.hubs())
def test_tables_of_hubs_at_random_read_back_as_the_same_plan(hub: Hub) -> None:
    assert write_yaml(through_tables(hub)) == write_yaml(hub)


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.sampled_from(
    [
        "=1",
        "'=1",
        "''",
        " ",
        "\t=1",
        '"\\u0001"',
        "[1]",
        "{}",
        "\ufeffa",
        "a\r\nb",
        "true",
        "1",
        "null",
        "\uff1d1",
        "\0",
    ]
)


@settings(max_examples=examples(150), deadline=None)
@given(TEXT, TEXT)
def test_any_text_reads_back_and_no_cell_is_a_formula(first: str, second: str) -> None:
    hub = hubs.hub(description=first, catalogues=(second, first))
    files = csv_files(hub)

    assert document(through_tables(hub)) == document(hub)
    for text in files.values():
        for row in csv.reader(StringIO(text, newline="")):
            assert not any(is_formula(cell) for cell in row)
    assert "\r" not in files["hub.csv"]
    assert "\0" not in files["hub.csv"]


@given(TEXT)
def test_what_keeps_text_from_being_a_formula_is_undone(text: str) -> None:
    assert as_written(neutral(text)) == text


def test_every_field_of_every_noun_is_a_column_or_a_table() -> None:
    columns = {f"{table.name}.{column.name}" for table in table_forms().values() for column in table.columns}
    for place in (
        "hub.owner",
        "halls.it_power_limit_kw",
        "phases.budget.capex",
        "pods.racks.feeds",
        "fabrics.tiers.up.gbps",
    ):
        assert place in columns
    assert {"hub", *(name for name, _ in hong_kong().tables())} <= {*table_forms()}
    assert columns_page().strip() in (ROOT / "docs" / "reference" / "tables.md").read_text()


def exported(folder: Path, *how: str) -> Said:
    (folder / "plan.yaml").write_text(write_yaml(hubs.hub()))
    return petaplan("export", "plan.yaml", *how, cwd=folder)


@pytest.mark.parametrize("place", ["tables", "tables.zip"])
def test_export_and_import_by_the_command_line(tmp_path: Path, place: str) -> None:
    assert exported(tmp_path, "--format", "csv", "-o", place).code == 0
    said = petaplan("import", place, "-o", "new.yaml", cwd=tmp_path)

    assert said.code == 0, said.err
    assert (tmp_path / "new.yaml").read_text() == (tmp_path / "plan.yaml").read_text()


def test_a_folder_with_files_and_standard_output_take_no_tables(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.csv").write_text("mine")

    assert "not empty" in exported(tmp_path, "--format", "csv", "-o", "full").err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.csv"]
    for name in ("csv", "xlsx"):
        said = exported(tmp_path, "--format", name)
        assert (said.code, said.out) == (2, "")
        assert "-o" in said.err


def refused(folder: Path, name: str = "tables") -> str:
    said = petaplan("import", name, "-o", "new.yaml", cwd=folder)
    assert said.code == 2, (said.code, said.err[:500])
    assert not (folder / "new.yaml").exists()
    assert "Traceback" not in said.err
    return said.err


def tables(folder: Path, **changes: str | bytes | None) -> Path:
    """The tables of a small hub in a folder, some of them changed or left out."""
    place = folder / "tables"
    put_files(place, csv_files(hubs.hub()))
    for name, text in changes.items():
        path = place / f"{name.replace('__', '.')}.csv"
        if text is None:
            path.unlink()
        else:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


HUB = "petaplan,name\n1,small\n"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"hub": None}, ["no hub.csv"]),
        ({"hub": "petaplan,name\n"}, ["hub.csv:1", "no row"]),
        ({"hub": HUB + "1,again\n"}, ["hub.csv:3", "second row"]),
        ({"hub": "petaplan,name\n2,small\n"}, ["hub.csv", "version 2"]),
        ({"hub": "name\nsmall\n"}, ["no column 'petaplan'"]),
        ({"hub": "petaplan,name,owner\n1,small,=1+1\n"}, ["hub.csv:2", "a formula '=1+1' in owner"]),
        ({"sites": "name,country,jurisdiction\nsite,HK,mars\n"}, ["sites.csv:2", "'mars'"]),
        ({"phases": "name,starts,in_service\nfirst,soon,2027-06-30\n"}, ["phases.csv:2", "starts"]),
        ({"pods__racks": "of,name,model\nnobody,x,y\n"}, ["pods.racks.csv:2", "no row 'nobody' in pods.csv"]),
        ({"pods__racks": "name,model\nx,y\n"}, ["pods.racks.csv:1", "no column 'of'"]),
        ({"pods": "name,name,phase,hall\n"}, ["pods.csv:1", "2 columns 'name'"]),
        ({"pods": "name,phase,hall,modle\n"}, ["pods.csv:1", "did you mean 'model'?"]),
        (
            {"pods": "name,phase,hall,declared.racks\npod-1,first,hall,twelve\n"},
            ["pods.csv:2", 'found "twelve"'],
        ),
        ({"pods": "name,phase,hall,declared\npod-1,first,hall,yes\n"}, ["pods.csv:2", 'found "yes"']),
        ({"pods": "name,phase,hall,feeds\npod-1,first,hall,[1\n"}, ["pods.csv:2", "feeds"]),
        ({"feeds": "name;phase\n'a;b\n"}, ["feeds.csv:1", "no column 'fed_by'"]),
        ({"feeds": "caf\u00e9\n".encode("latin-1")}, ["feeds.csv:1", "UTF-8"]),
        ({"feeds": b"\0\0"}, ["feeds.csv:1", "NUL"]),
        ({"feedz": "name\n"}, ["'feedz.csv'", "did you mean 'feeds.csv'"]),
        ({"halls": 'name,site\n"x'}, ["halls.csv"]),
        (
            {
                "sites": "name,country,jurisdiction,owner\n",
                "feeds": "name,phase,fed_by,rated_current_a\n=1,first,,1e999\n",
            },
            ["'owner'", "feeds.csv:2: found a formula"],
        ),
        (
            {"hub": HUB + "", "feeds": "name,phase,fed_by,rated_current_a\n=1,first,busway-a,1e999\nx,,busway-a,NaN\n"},
            ["feeds.csv:2: found a formula", "feeds.csv:3", "'phase'", '"NaN"'],
        ),
    ],
    ids=str,
)
def test_bad_tables_are_refused_with_every_problem(
    tmp_path: Path, changes: dict[str, str | bytes | None], told: list[str]
) -> None:
    tables(tmp_path, **changes)
    said = refused(tmp_path)

    for words in told:
        assert words in said, (words, said)


def test_problems_of_many_tables_are_told_at_once(tmp_path: Path) -> None:
    tables(tmp_path, sites="name,country\nsite,hk\n", phases="nmae\nx\n", pods__racks="of,name,model\nnobody,x,y\n")
    said = refused(tmp_path)

    for words in ("sites.csv", "phases.csv", "pods.racks.csv"):
        assert words in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_tables_that_a_spreadsheet_saved_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    place = tables(tmp_path)
    for path in place.iterdir():
        rows = csv.reader(StringIO(path.read_text(), newline=""))
        page = StringIO()
        csv.writer(page, delimiter=separator).writerows(rows)
        path.write_bytes(page.getvalue().encode(encoding))

    assert document(read_tables(place)) == document(hubs.hub())


def test_each_object_has_the_place_of_its_row(tmp_path: Path) -> None:
    hub = read_tables(tables(tmp_path))
    assert str(hub.declared_at).endswith("hub.csv:2")
    assert str(hub.pods[0].racks[0].declared_at).endswith("pods.racks.csv:2")


def test_links_pipes_and_many_rows_are_refused(tmp_path: Path) -> None:
    place = tables(tmp_path, feeds=None, halls=None, pods="name,phase,hall\n" + "x,first,hall\n" * 1_000_000)
    (place / "feeds.csv").symlink_to("/etc/passwd")
    os.mkfifo(place / "halls.csv")
    said = refused(tmp_path)

    assert "feeds.csv: found a link" in said
    assert "halls.csv: found neither a file" in said
    (place / "feeds.csv").unlink()
    (place / "halls.csv").unlink()
    said = refused(tmp_path)
    assert "more than 200,000 rows" in said
    assert len(said) < 20_000


def test_problems_without_end_are_counted_only(tmp_path: Path) -> None:
    wide = "name,phase,hall\n" + "x\n" * 150_000
    formulas = "name,phase,fed_by,rated_current_a\n" + "=a,=b,=c,=d\n" * 150_000
    tables(tmp_path, pods=wide, feeds=formulas)
    with pytest.raises(PlanError) as refusal:
        read_tables(tmp_path / "tables")
    problems = [str(one) for one in refusal.value.problems]
    assert len(problems) < 20_000
    assert any("more formulas" in one for one in problems)
    assert any("more rows, not read" in one for one in problems)


def test_a_folder_behind_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    repository = tmp_path / "mine"
    (repository / ".git").mkdir(parents=True)
    tables(tmp_path)
    (repository / "tables").symlink_to(tmp_path / "tables")
    put_files(tmp_path / "all.zip", csv_files(hubs.hub()))
    (repository / "all.zip").symlink_to(tmp_path / "all.zip")

    for name in ("tables", "all.zip"):
        assert "a link that leads out of its repository" in refused(repository, name)


@pytest.mark.parametrize("template", ["hub", "one-hall"])
def test_tables_of_the_plans_of_templates_read_back_as_the_same_plan(tmp_path: Path, template: str) -> None:
    package = f"https://host.example/team/petaplan.git@{'0123456789' * 4}"
    assert petaplan("init", "mine", "--template", template, "--package", package, cwd=tmp_path).code == 0
    folder = tmp_path / "mine"
    plan = yaml.safe_load((folder / "Pulumi.yaml").read_text())["config"]["petaplan:hub"]
    for how in (("-o", "plan-before.yaml"), ("--format", "csv", "-o", "tables")):
        assert petaplan("export", plan, *how, cwd=folder).code == 0
    assert petaplan("import", "tables", "-o", "plan-after.yaml", cwd=folder).code == 0
    assert (folder / "plan-after.yaml").read_text() == (folder / "plan-before.yaml").read_text()


def test_archives_are_bounded_and_never_unpacked(tmp_path: Path) -> None:
    files = csv_files(hubs.hub())
    (tmp_path / "tables.zip").write_bytes(zipped(files | {"pods.csv": "name,phase,hall\n" + "a" * 300 * 2**20}))
    assert (tmp_path / "tables.zip").stat().st_size < 2**20
    assert "128 MiB" in refused(tmp_path, "tables.zip")

    (tmp_path / "tables.zip").write_bytes(zipped({"../hub.csv": HUB, "/etc/hub.csv": HUB}))
    said = refused(tmp_path, "tables.zip")
    assert "'../hub.csv'" in said
    assert "'/etc/hub.csv'" in said

    (tmp_path / "tables.zip").write_bytes(zipped(files)[:-30])
    assert "no whole ZIP file" in refused(tmp_path, "tables.zip")
    (tmp_path / "tables.zip").write_bytes(b"PK" * 50)
    assert "no whole ZIP file" in refused(tmp_path, "tables.zip")

    twice = zipped({"hub.csv": HUB, "hub.cs_": HUB}).replace(b"hub.cs_", b"hub.csv")
    (tmp_path / "tables.zip").write_bytes(twice)
    assert "hub.csv again" in refused(tmp_path, "tables.zip")


def test_the_tables_that_are_read_are_never_replaced(tmp_path: Path) -> None:
    place = tables(tmp_path)
    before = {path: path.read_bytes() for path in place.iterdir()}
    for name in ("tables/hub.csv", "tables"):
        assert petaplan("import", "tables", "-o", name, cwd=tmp_path).code == 2
    assert {path: path.read_bytes() for path in place.iterdir()} == before
    assert "--into beside tables" in petaplan("import", "tables", "--into", "x.yaml", cwd=tmp_path).err


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.XLS", "plan.ods"])
def test_a_workbook_is_not_read_and_says_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(workbook(hubs.hub()))
    (tmp_path / "plan.yaml").write_text(write_yaml(hubs.hub()))
    for how in ((), ("--into", "plan.yaml")):
        said = petaplan("import", name, *how, "-o", "new.yaml", cwd=tmp_path)
        assert said.code == 2
        assert f"{name}: found a workbook" in said.err
        assert "save its sheets as CSV" in said.err


XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula() -> None:
    hub = hubs.hub(description="=HYPERLINK(1)", owner="http://a")
    raw = workbook(hub)
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - written here
        names = [sheet.attrib["name"] for sheet in book.iter(f"{XML}sheet")]
        words = [one.text for one in ET.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{XML}t")]  # noqa: S314
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]

    assert names == [name.removesuffix(".csv") for name in csv_files(hub)]
    assert "'=HYPERLINK(1)" in words
    assert "http://a" in words
    for sheet in sheets:
        assert not [*ET.fromstring(sheet).iter(f"{XML}f")]  # noqa: S314
    assert raw == workbook(hub)


def test_a_table_with_more_rows_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petaplan.capacity.document.workbook.MOST_ROWS", 1)
    with pytest.raises(PlanError, match="export it as csv"):
        workbook(hubs.hub())


def test_a_report_puts_every_table_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(hubs.hub(targets=(hubs.target(1_000),))))
    (tmp_path / "tables").mkdir()
    said = petaplan("check", "plan.yaml", "--format", "csv", "-o", "tables", cwd=tmp_path)

    assert said.code == 1
    rows = [*csv.DictReader((tmp_path / "tables" / "findings.csv").read_text().splitlines())]
    assert "PF-001" in {row["rule"] for row in rows}
    assert (tmp_path / "tables" / "phases.csv").is_file()


def test_cells_of_numbers_and_lists() -> None:
    assert written(Form.WORDS, ["a", "b"]) == "a b"
    assert written(Form.WORDS, []) == "[]"
    assert written(Form.WORDS, ["a b"]) == '["a b"]'
    assert written(Form.NUMBER, -1.5) == -1.5
    assert written(Form.TRUTH, True) is True
    assert written(Form.WORD, "2027-01-01") == "2027-01-01"


def test_files_keep_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    put_files(tmp_path / "tables", {"hub.csv": HUB})
    assert stat.S_IMODE((tmp_path / "tables" / "hub.csv").stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
