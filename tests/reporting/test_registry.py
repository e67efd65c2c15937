"""Outputs are found in folders; every list of formats, option and table is made from them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from petaplan.bench.command_line.reports import KINDS as BENCH
from petaplan.capacity.report.kinds import KINDS as CAPACITY
from petaplan.infra.report.kinds import KINDS as INFRA
from petaplan.reporting.document import Document
from petaplan.reporting.registry import (
    Output,
    Rendering,
    ReportKind,
    formats_table,
    output_named,
    outputs_of,
    render,
    scanned,
)
from tests.reporting.documents import document

OUTPUT = """
from petaplan.reporting.registry import Output

{name} = Output(name="{name}", renders="{renders}", help="of a test", media_type="text/plain", suffix=".txt",
                write=lambda value, rendering: f"{{value}} {{rendering.everything}}", whole={whole})
"""


def view(names: list[str], _rendering: Rendering) -> Document:
    return document(*names)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of outputs that can be imported."""
    folder = tmp_path / "outputs_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    scanned.cache_clear()
    yield folder
    scanned.cache_clear()
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


def kind(folder: Path, **changes: object) -> ReportKind[list[str]]:
    given = {"key": "test", "title": "test", "command": "petaplan test", "outputs": folder.name, "view": view}
    return ReportKind(**(given | changes))  # type: ignore[arg-type]


def names_of(one: ReportKind[list[str]]) -> list[str]:
    return [output.name for output in outputs_of(one)]


def test_a_report_with_a_view_has_the_general_outputs_text_first(package: Path) -> None:
    assert names_of(kind(package)) == ["text", "csv", "json", "markdown"]
    assert names_of(kind(package, view=None)) == []


def test_a_module_of_the_folder_is_an_output_of_its_kind_alone(package: Path) -> None:
    (package / "mine.py").write_text(OUTPUT.format(name="mine", renders="test", whole=False))
    (package / "other.py").write_text(OUTPUT.format(name="other", renders="another", whole=False))
    assert names_of(kind(package)) == ["text", "csv", "json", "markdown", "mine"]
    assert render(kind(package), ["hall"], "mine") == "['hall'] False"


def test_an_output_of_the_kind_takes_the_place_of_a_general_one(package: Path) -> None:
    (package / "json_of_a_test.py").write_text(OUTPUT.format(name="json", renders="test", whole=True))
    assert names_of(kind(package)) == ["text", "csv", "json", "markdown"]
    assert render(kind(package), ["hall"], "json") == "['hall'] True"


def test_two_outputs_of_one_name_are_refused(package: Path) -> None:
    for module in ("first", "second"):
        (package / f"{module}.py").write_text(OUTPUT.format(name="mine", renders="test", whole=False))
    with pytest.raises(ValueError, match="two outputs of test are called mine"):
        outputs_of(kind(package))


def test_a_name_that_no_output_has_is_a_key_error(package: Path) -> None:
    with pytest.raises(KeyError):
        output_named(kind(package), "html")


@pytest.mark.parametrize("one", [*CAPACITY, *INFRA], ids=lambda one: one.key)
def test_every_kind_of_report_has_outputs_with_all_that_a_reader_needs(one: ReportKind[object]) -> None:
    outputs: tuple[Output[object], ...] = outputs_of(one)
    assert outputs
    for output in outputs:
        assert output.name == output.name.lower()
        assert output.help
        assert "/" in output.media_type
        assert output.suffix.startswith(".")


@pytest.mark.parametrize("one", [*CAPACITY, *INFRA, *BENCH], ids=lambda one: f"{one.command} {one.key}")
def test_every_report_is_written_as_tables(one: ReportKind[object]) -> None:
    assert output_named(one, "csv").files is not None


def test_the_table_of_formats_has_every_output_and_its_commands() -> None:
    table = formats_table(CAPACITY)
    for one in CAPACITY:
        for output in outputs_of(one):
            rows = [row for row in table.splitlines() if row.startswith(f"| `{output.name}` |")]
            assert any(f"`{one.command}`" in row for row in rows)
