"""The table of commands: files of a folder, folders as groups, and what other packages contribute."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from petaplan.capacity import commands
from petaplan.command_table import CommandTable
from tests.commands import petaplan

Contribute = Callable[[str, dict[str, str]], None]


@pytest.fixture
def contribute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contribute:
    """Installs a distribution of that name with these files and one entry point, for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(entry_point: str, files: dict[str, str]) -> None:
        metadata = {
            "METADATA": "Metadata-Version: 2.1\nName: tests-contribution\nVersion: 1.0\n",
            "entry_points.txt": f"[petaplan.commands]\n{entry_point}\n",
        }
        named = {f"tests_contribution-1.0.dist-info/{name}": text for name, text in metadata.items()}
        for name, text in (named | files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return install


COMMAND = 'import sys\n\ndef {name}() -> None:\n    """Say {name}."""\n    sys.stdout.write("{name}\\n")\n'


def test_every_file_of_the_folder_is_listed_with_one_line_of_help() -> None:
    said = petaplan("--help").out
    names = [module.name.rstrip("_") for module in iter_modules(commands.__path__)]

    assert len(names) >= 10
    listed = [line.split() for line in said.partition("Commands:\n")[2].splitlines()]
    assert [words[0] for words in listed] == sorted(words[0] for words in listed)
    assert set(names) < {words[0] for words in listed}
    assert "..." not in said.partition("Commands:\n")[2], "help that is cut off"


@pytest.mark.parametrize(
    "name",
    [
        *sorted(module.name.rstrip("_") for module in iter_modules(commands.__path__)),
        "gate",
        "status",
        "up",
        "inventory list",
    ],
)
def test_every_command_has_a_help_of_its_own(name: str) -> None:
    said = petaplan(*name.split(), "--help")

    assert said.code == 0
    assert f"Usage: petaplan {name} " in said.out
    assert not re.search(r"--\S+ <(str|path|list|int|float)", said.out), "a value that has no name"


def test_a_contributed_folder_adds_its_files_and_its_groups(contribute: Contribute, tmp_path: Path) -> None:
    contribute(
        "anything = added.commands",
        {
            "added/__init__.py": "",
            "added/commands/__init__.py": "",
            "added/commands/_shared.py": "",
            "added/commands/say_hello.py": COMMAND.format(name="say_hello"),
            "added/commands/things/__init__.py": '"""Things."""\n',
            "added/commands/things/list.py": COMMAND.format(name="list_"),
            "added/commands/things/import_.py": COMMAND.format(name="import_"),
        },
    )
    assert petaplan("say-hello", cwd=tmp_path).out == "say_hello\n"
    assert petaplan("things", cwd=tmp_path).out == petaplan("things", "list", cwd=tmp_path).out == "list_\n"
    assert petaplan("things", "import", cwd=tmp_path).out == "import_\n"
    listed = petaplan("--help", cwd=tmp_path).out
    assert "things " in listed
    assert "Things." in listed
    assert "shared" not in listed


def test_a_contributed_function_is_a_command(contribute: Contribute, tmp_path: Path) -> None:
    contribute("mine = single:run", {"single.py": COMMAND.format(name="run")})

    assert petaplan("mine", cwd=tmp_path).out == "run\n"
    assert "Say run." in petaplan("--help", cwd=tmp_path).out


def test_a_command_of_petaplan_is_not_replaced(contribute: Contribute, tmp_path: Path) -> None:
    contribute("rules = other:rules", {"other.py": COMMAND.format(name="rules")})

    assert "PF-001" in petaplan("rules", cwd=tmp_path).out
    assert "Say rules." not in petaplan("--help", cwd=tmp_path).out


@pytest.mark.parametrize(
    ("entry_point", "reason"),
    [
        ("late = broken:run", "ZeroDivisionError: division by zero"),
        ("late = nowhere:run", "ModuleNotFoundError: No module named 'nowhere'"),
        ("late = nowhere.commands", "ModuleNotFoundError: No module named 'nowhere'"),
        ("late = broken:missing", "ZeroDivisionError"),
    ],
)
def test_a_contribution_that_fails_is_told_and_spoils_no_other(
    entry_point: str, reason: str, contribute: Contribute, tmp_path: Path
) -> None:
    contribute(entry_point, {"broken.py": "1 / 0\n"})

    said = petaplan("late", "--any", "argument", cwd=tmp_path)
    assert (said.code, said.out) == (3, "")
    assert reason in said.err
    assert entry_point in said.err
    listed = petaplan("--help", cwd=tmp_path)
    assert listed.code == 0
    assert "late " in listed.out
    assert petaplan("rules", cwd=tmp_path).code == 0


def test_a_module_without_the_function_of_its_name_says_so(contribute: Contribute, tmp_path: Path) -> None:
    contribute(
        "anything = some.commands",
        {"some/__init__.py": "", "some/commands/__init__.py": "", "some/commands/odd.py": ""},
    )

    said = petaplan("odd", cwd=tmp_path)
    assert said.code == 3
    assert "found no function odd" in said.err


@pytest.mark.parametrize("again", ["check", "export"])
def test_an_old_name_is_one_notice_and_leaves_the_output_alone(again: str, tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(
        "import warnings\nfrom petaplan.old_names import OldName\nfrom tests.hubs import hub\n"
        "for name in ('Chain', 'Chain', 'Rack'):\n    warnings.warn(f'{name} has another name', OldName)\n"
    )
    said = petaplan(again, "old.py:hub", "--format", "json", cwd=tmp_path)

    assert said.code == 0
    assert said.out.startswith("{")
    assert said.err == "notice: Chain has another name\nnotice: Rack has another name\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "infra.hong_kong:hub", "--catalogue", ""), "--catalogue"),
        (("check", "infra.hong_kong:hub", "--catalogue="), "--catalogue"),
        (("check", "infra.hong_kong:hub", "--evidence", "a.json", "--evidence", "", "-o", ""), "--output, --evidence"),
        (("init", ""), "DIR"),
    ],
)
def test_an_empty_path_is_not_the_current_folder(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    said = petaplan(*words, cwd=tmp_path)
    assert said.code == 2
    assert f"found an empty path for {told}; expected a path" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("program", ["petaplan.capacity.commands", "petaplan.bench.commands"])
def test_every_path_of_every_command_is_held_against_emptiness(program: str) -> None:
    def commands_of(table: Mapping[str, Any]) -> Iterator[Any]:
        for name in table:
            command = table[name]
            yield from commands_of(command.commands) if hasattr(command, "commands") else [command]

    asked = 0
    for command in commands_of(CommandTable(program, contributed=True)):
        for param in command.params:
            if param.metavar in ("FILE", "PATH", "DIR") and param.type_descriptor.annotation is not str:
                asked += 1
                assert param.name in command.paths, (command.name, param.opts)
    assert asked > 5
