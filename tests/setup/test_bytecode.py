"""Processes that tests start compile nothing of petaplan, in the checkout and in a copy of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bytecode import copy_bytecode
from tools.copying import copied

ROOT = Path(__file__).parents[2]

ASKING = """
import importlib._bootstrap_external as external
compiled = external.SourceLoader.source_to_code
def told(loader, data, path, **more):
    print(path)
    return compiled(loader, data, path, **more)
external.SourceLoader.source_to_code = told
import petaplan.capacity.check
"""


def compiled_in(root: Path) -> list[str]:
    """The modules of a checkout that a process compiles where no process may write bytecode."""
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", ASKING]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.split() if Path(path).is_relative_to(root)]


def test_a_process_compiles_nothing_of_the_checkout() -> None:
    assert compiled_in(ROOT) == []


@pytest.mark.parametrize("changed", [True, False])
def test_a_copy_of_the_checkout_has_its_bytecode_and_a_changed_module_is_compiled(
    changed: bool, tmp_path: Path
) -> None:
    copy = copied(ROOT, tmp_path / "copy")
    copy_bytecode(ROOT, copy)
    module = copy / "petaplan" / "capacity" / "check.py"
    if changed:
        module.write_text(f"{module.read_text(encoding='utf-8')}\n# changed\n", encoding="utf-8")
    assert compiled_in(copy) == [str(module)] * changed
