"""The maps in the folders' README: each module with the first sentence of its docstring."""

import ast
from pathlib import Path

from tools.generate.files import Files
from tools.generate.markdown import code, table

FOLDERS = ("capacity", "infra", "bench", "reporting", "tools", "tests")


def folder_maps(files: Files) -> None:
    """A map in the README of every folder that has Python in it."""
    for folder in FOLDERS:
        files.section(f"{folder}/README.md", "map", folder_map(files.root / folder))


def folder_map(folder: Path) -> str:
    """The modules of a folder, those of inner folders under a line of their own."""
    rows: list[tuple[str, str]] = []
    for inner in _folders(folder):
        name = inner.relative_to(folder.parent).as_posix()
        if inner != folder:
            rows.append((code(f"{name}/"), summary(inner / "__init__.py")))
        rows += [(code(module.relative_to(folder).as_posix()), summary(module)) for module in _modules(inner)]
    return table(("module", "what it holds"), rows)


def _folders(folder: Path) -> list[Path]:
    """A folder and those below it that have Python in them."""
    return sorted({path.parent for path in folder.rglob("*.py")} | {folder})


def _modules(folder: Path) -> list[Path]:
    """The modules right in a folder; tests say by their names what they hold."""
    return [
        path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py" and not path.name.startswith("test_")
    ]


def summary(module: Path) -> str:
    """The first paragraph of a module's docstring; nothing for a file that has none.

    Raises:
        SyntaxError: where the module is no Python.
    """
    if not module.is_file():
        return ""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].replace("``", "`").split())
