"""Every command that prints a table writes it in every format, to standard output and to a file."""

import csv
import io
import json
from pathlib import Path

import pytest

from petaplan.bench.command_line.reports import KINDS
from petaplan.bench.evidence import evidence_file
from petaplan.reporting.registry import outputs_of
from tests.bench.records import evidence, row
from tests.commands import petaplan_bench

TABLES = {
    "calibrate": "mean",
    "compare": "ratio",
    "merge": "median",
    "show": "sustained",
}
"""Commands that read records, each with a column that holds a number."""


@pytest.fixture
def records(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for index, path in enumerate(paths):
        evidence_file.write(path, evidence(row(800.0 + index), host=f"node-{index}"))
    return [str(path) for path in paths]


def arguments(command: str, records: list[str]) -> list[str]:
    return [command, *(records[:1] if command == "show" else records)]


@pytest.mark.parametrize("command", TABLES)
def test_a_spreadsheet_gets_bare_numbers_and_their_unit(command: str, records: list[str]) -> None:
    said = petaplan_bench(*arguments(command, records), "--format", "csv")
    first = next(csv.DictReader(io.StringIO(said.out)))
    assert float(first[TABLES[command]]) > 0.0
    assert first["unit"] == "TFLOP/s"


@pytest.mark.parametrize("command", TABLES)
@pytest.mark.parametrize("format", ["text", "markdown", "csv", "json"])
def test_a_file_gets_what_standard_output_would(command: str, format: str, records: list[str], tmp_path: Path) -> None:
    words = [*arguments(command, records), "--format", format]
    shown = petaplan_bench(*words)
    target = tmp_path / "out" if command != "merge" else tmp_path.parent / f"{tmp_path.name}.out"
    kept = petaplan_bench(*words, "-o", str(target))
    assert kept.code == shown.code
    assert kept.out == ""
    assert target.read_text() == shown.out != ""


def test_json_of_calibrations_is_the_list_that_version_0_1_printed(records: list[str]) -> None:
    new, old = (
        petaplan_bench("calibrate", *records, "--format", "json"),
        petaplan_bench("calibrate", *records, "--json"),
    )
    assert new.out == old.out
    assert json.loads(new.out)[0]["model"] == "Example 900"
    assert old.err.count("\n") == 1
    assert "--format json" in old.err


def test_a_folder_is_no_output(records: list[str], tmp_path: Path) -> None:
    said = petaplan_bench("show", records[0], "-o", str(tmp_path))
    assert said.code == 2
    assert "is a folder; expected a file name" in said.err


def test_every_report_has_the_general_formats() -> None:
    for kind in KINDS:
        assert {"text", "markdown", "csv", "json"} <= {output.name for output in outputs_of(kind)}, kind.key
