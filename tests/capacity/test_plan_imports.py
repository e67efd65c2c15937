"""Imports of a plan in a Python file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import petaplan


def test_a_plan_in_a_file_imports_what_lies_beside_it_from_any_folder(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "beside_the_plan.py").write_text("from petaplan.infra.hong_kong import short as hub\n")
    (folder / "mine.py").write_text("from beside_the_plan import hub\n")

    run = petaplan("check", "plans/mine.py:hub", cwd=tmp_path)

    assert run.code == 1, run.err


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import json\nimport datetim\n", ["No module named 'datetim' at", "mine.py:2", "did you mean 'datetime'"]),
        ("import neighbor\n", ["No module named 'neighbor' at", "mine.py:1", "did you mean 'neighbour'"]),
        ("from neighbour import x\n", ["No module named 'zzz_zzz' at", "neighbour.py:1", "put it beside the plan"]),
    ],
)
def test_an_import_that_fails_in_a_plan_is_told_with_its_line(tmp_path: Path, program: str, said: list[str]) -> None:
    (tmp_path / "mine.py").write_text(program)
    (tmp_path / "neighbour.py").write_text("import zzz_zzz\n")

    run = petaplan("check", "mine.py:hub", cwd=tmp_path)

    assert run.code == 2
    for words in said:
        assert words in " ".join(run.err.split())


def test_a_file_that_is_not_there_is_no_module(tmp_path: Path) -> None:
    run = petaplan("check", "nowhere.py:hub", cwd=tmp_path)

    assert run.code == 2
    assert "found no file nowhere.py" in " ".join(run.err.split())


def test_the_process_of_a_plan_in_python_imports_no_library_that_it_does_not_need() -> None:
    code = (
        "import sys\nimport petaplan.capacity.document.apart as apart\n"
        "told = apart._told('petaplan.infra.hong_kong:hub')\nassert told.plan\n"
        "heavy = {'pydantic', 'yaml', 'rustworkx', 'rich', 'typer', 'numpy'}\n"
        "print(sorted(heavy.intersection(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
