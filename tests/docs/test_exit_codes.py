"""The page of exit codes: each code of a command's source is in its help, and real runs end so."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from petaplan.bench.errors import Exit
from petaplan.capacity.command_line.exit_codes import ExitCode
from petaplan.capacity.document.plan import write_yaml
from tests.commands import BIN, ROOT, petaplan, petaplan_bench
from tests.hubs import hub, target
from tools.generate.commands import all_commands
from tools.generate.exit_codes import meanings, of_commands

PAGE = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
NAMED = {**ExitCode.__members__, **Exit.__members__}


def source_of(name: str) -> Path:
    """The module of a command, by its name."""
    program, *words = name.split()
    folders = [ROOT / "bench"] if program == "petaplan-bench" else [ROOT / "capacity", ROOT / "infra"]
    for folder in folders:
        path = folder.joinpath("commands", *words[:-1])
        for file in (path / f"{words[-1]}.py", path / f"{words[-1]}_.py"):
            if file.is_file():
                return file
    raise AssertionError(f"no module of {name}")


def codes_in(path: Path) -> Iterator[int]:
    """Every exit code that a module gives by number or by name, in what it raises as typer.Exit."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and "typer.Exit" in ast.unparse(node):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and type(part.value) is int:
                    yield part.value
                elif isinstance(part, ast.Attribute) and part.attr in NAMED:
                    yield int(NAMED[part.attr])


@pytest.mark.parametrize("name", [name for name, _ in all_commands()])
def test_every_code_of_a_command_is_in_its_help(name: str) -> None:
    path = source_of(name)
    said = of_commands().get(name)
    given = set(codes_in(path))
    raises = "raise typer.Exit(" in path.read_text(encoding="utf-8")

    assert not raises or said is not None, f"{path.name} ends with a code of its own and names none in its help"
    if said is not None:
        listed = {int(code) for code in re.findall(r"(?:^|, )(\d+) ", said)}
        assert given <= listed and {0, 2} <= listed
        assert f"| `{name}` | {said} |" in PAGE


def test_every_code_of_the_programs_has_a_meaning_on_the_page() -> None:
    for kind in (ExitCode, Exit):
        found = meanings(kind)
        assert {int(member) for member in kind} == set(found)
        assert all(text in PAGE.replace("`", "") for text in (text.replace("`", "") for text in found.values()))


def test_runs_end_with_the_codes_of_the_page(tmp_path: Path) -> None:
    plans = {"pass.yaml": hub(targets=(target(10),)), "short.yaml": hub(targets=(target(10_000),))}
    for name, plan in plans.items():
        (tmp_path / name).write_text(write_yaml(plan), encoding="utf-8")
    runs = {
        ("check", "pass.yaml"): ExitCode.OK,
        ("check", "short.yaml"): ExitCode.FOUND,
        ("diff", "pass.yaml", "short.yaml"): ExitCode.FOUND,
        ("check", "nowhere.yaml"): ExitCode.BAD_INPUT,
        ("check", "--no-such-option"): ExitCode.BAD_INPUT,
        ("check", "pass.yaml", "--require-evidence", "0.5"): ExitCode.CANNOT_TELL,
    }
    assert {run: petaplan(*run, cwd=tmp_path).code for run in runs} == {run: int(code) for run, code in runs.items()}
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nruntime: yaml\n", encoding="utf-8")
    nothing = {"PATH": str(tmp_path / "empty")}
    assert petaplan("gate", "--stack", "dev", cwd=tmp_path, environment=nothing).code == ExitCode.TOOL_BROKE
    assert petaplan_bench("show", str(tmp_path / "nowhere.json")).code == Exit.BAD_INPUT
    assert petaplan_bench("run", "--device", "cuda:99", "--dtype", "fp16").code in {Exit.BAD_INPUT, Exit.NOT_MEASURED}


@pytest.mark.parametrize("command", [("petaplan", "schema"), ("petaplan", "rules"), ("petaplan-bench", "schema")])
def test_a_reader_that_goes_away_ends_it_with_141(command: tuple[str, str]) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        run = subprocess.run([BIN / command[0], command[1]], stdout=writes, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writes)
    assert (run.returncode, run.stderr) == (ExitCode.READER_GONE, b"")
