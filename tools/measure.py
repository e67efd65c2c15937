"""Count what the house rules limit: ``python -m tools.measure`` prints lines, functions and ``Any``.

With ``--any`` it lists the uses of ``Any`` by module.

Counted are the modules of petaplan, its tools and its tests; generated modules are left out. Lines are physical lines.
A function has the lines from its ``def`` to its last line, docstring included. ``Any`` counts wherever it is used as a
name, imports left out, in the packages and the tools alone.
"""

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PACKAGES = ("petaplan", "capacity", "infra", "bench", "reporting", "tools")
TESTS = ("tests", "examples")

GENERATED = ("infra/resources.py",)

MODULE_LINES = 400
FUNCTION_LINES = 65
SHORT_LINES = 20
SHORT_SHARE = 0.9
ANY_PER_1000_LINES = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """One function or method."""

    place: str
    """File, line and name."""
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Module:
    """What one module has."""

    name: str
    lines: int
    functions: tuple[Function, ...]
    any_count: int


def modules(folders: Iterable[str], root: Path = ROOT) -> list[Module]:
    """The modules below some folders, those behind links and generated ones left out."""
    paths = sorted(path for folder in folders for path in _python_files(root / folder))
    names = {path.relative_to(root).as_posix(): path for path in paths}
    return [measured(name, path.read_text(encoding="utf-8")) for name, path in names.items() if name not in GENERATED]


def _python_files(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _python_files(path)
        elif path.suffix == ".py":
            yield path


def measured(name: str, source: str) -> Module:
    """One module, measured."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Module(
        name=name,
        lines=len(source.splitlines()),
        functions=tuple(
            Function(place=f"{name}:{node.lineno} {node.name}", lines=(node.end_lineno or 0) - node.lineno + 1)
            for node in functions
        ),
        any_count=sum(_is_any(node) for node in nodes),
    )


def _is_any(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "Any") or (isinstance(node, ast.Attribute) and node.attr == "Any")


def broken(packages: list[Module], tests: list[Module]) -> list[str]:
    """What breaks a limit, one line each."""
    functions = [function for module in packages for function in module.functions]
    found = [
        f"{module.name}: {module.lines} lines; at most {MODULE_LINES}"
        for module in packages + tests
        if module.lines > MODULE_LINES
    ]
    found += [
        f"{function.place}: {function.lines} lines; at most {FUNCTION_LINES}"
        for module in packages + tests
        for function in module.functions
        if function.lines > FUNCTION_LINES
    ]
    if (share := short_share(functions)) < SHORT_SHARE:
        found.append(f"{share:.1%} of the functions have at most {SHORT_LINES} lines; at least {SHORT_SHARE:.0%}")
    if (anys := any_per_1000_lines(packages)) >= ANY_PER_1000_LINES:
        found.append(f"{anys:.1f} uses of Any in 1,000 lines; below {ANY_PER_1000_LINES:g}")
    return found


def short_share(functions: list[Function]) -> float:
    """Share of the functions that are short."""
    return sum(function.lines <= SHORT_LINES for function in functions) / len(functions)


def any_per_1000_lines(counted: list[Module]) -> float:
    """Uses of ``Any`` in 1,000 lines."""
    return 1_000 * sum(module.any_count for module in counted) / sum(module.lines for module in counted)


def main() -> int:
    """Print the figures of each package, and what breaks a limit; exit code 1 where something does."""
    packages, tests = modules(PACKAGES), modules(TESTS)
    print("| folder | modules | lines | longest module | functions | of them short | longest function | Any / 1,000 |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for folder in (*PACKAGES, *TESTS):
        print(_row(folder, [module for module in packages + tests if module.name.startswith(f"{folder}/")]))
    print(_row("all packages", packages))
    found = broken(packages, tests)
    for module in sorted(packages, key=lambda module: (-module.any_count, module.name)) if "--any" in sys.argv else ():
        print(f"{module.name}: {module.any_count} uses of Any")
    print("\n".join(["", *found]) if found else "\nEvery limit is kept.")
    return 1 if found else 0


def _row(name: str, counted: list[Module]) -> str:
    functions = [function for module in counted for function in module.functions]
    cells = (
        name,
        f"{len(counted)}",
        f"{sum(module.lines for module in counted):,}",
        f"{max(module.lines for module in counted)}",
        f"{len(functions):,}",
        f"{short_share(functions):.1%}",
        f"{max(function.lines for function in functions)}",
        f"{any_per_1000_lines(counted):.1f}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
