import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("capacity", "bench", "infra", "reporting", "tools")


def modules_with_examples() -> list[str]:
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))
    paths = (file.relative_to(ROOT).with_suffix("") for file in files if ">>> " in file.read_text(encoding="utf-8"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return [name if name.startswith("tools") else f"petaplan.{name}" for name in names]


@pytest.mark.parametrize("module", modules_with_examples())
def test_the_examples_in_docstrings_hold(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0
