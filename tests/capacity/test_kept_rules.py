"""The kept texts of the rules are those of the rules, and count for no other modules."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from petaplan.capacity.report import rule_list
from petaplan.capacity.report.rule_list import CAPACITY, KEPT, MODULES, every_rule, kept_text
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS

RULES = [(rule.id, rule.title, str(rule.severity), rule.formula, rule.basis) for rule in (*all_rules(), *ABOUT_REPORTS)]

MAKERS = ("rule", "plan_rule", "_about_reports")
HERE = "petaplan.capacity.rules"


def said(texts: tuple[rule_list.RuleText, ...]) -> list[tuple[str, ...]]:
    return [(text.id, text.title, text.severity, text.formula, text.basis) for text in texts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the modules of the rules, with what is kept of them."""
    for path in (CAPACITY / KEPT, *modules()):
        copy = tmp_path / path.relative_to(CAPACITY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def modules() -> list[Path]:
    return [path for pattern in MODULES for path in CAPACITY.glob(pattern)]


def test_the_kept_texts_are_those_of_the_rules() -> None:
    assert (CAPACITY / KEPT).read_text(encoding="utf-8") == kept_text()
    assert said(every_rule()) == RULES


def test_the_list_imports_no_rule() -> None:
    code = (
        "import sys\nfrom petaplan.capacity.report.rule_list import every_rule\nassert every_rule()\n"
        "print(any(name.startswith('petaplan.capacity.rules') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def _more(folder: Path) -> None:
    (folder / "rules" / "pwr" / "another.py").write_text("", encoding="utf-8")


def _fewer(folder: Path) -> None:
    (folder / "rules" / "pwr" / "generators.py").unlink()


def _other_text(folder: Path) -> None:
    path = folder / "rules" / "pwr" / "generators.py"
    path.write_text(path.read_text(encoding="utf-8").replace("Fuel lasts", "Fuel suffices"), encoding="utf-8")


def _damaged(folder: Path) -> None:
    (folder / KEPT).write_text("[1]", encoding="utf-8")


def _without_a_field(folder: Path) -> None:
    kept = json.loads((folder / KEPT).read_bytes())
    del kept["rules/pwr/generators.py"]["rules"][0]["basis"]
    (folder / KEPT).write_text(json.dumps(kept), encoding="utf-8")


@pytest.mark.parametrize("change", [_more, _fewer, _other_text, _damaged, _without_a_field])
def test_other_modules_are_asked_themselves(
    folder: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = rule_list._asked

    def counted() -> tuple[Rule, ...]:
        asked.append(1)
        return ask()

    monkeypatch.setattr(rule_list, "_asked", counted)
    assert said(every_rule(folder)) == RULES
    assert not asked
    change(folder)
    assert said(every_rule(folder)) == RULES
    assert asked


def test_every_word_of_a_text_stands_in_these_modules() -> None:
    """A text that took words from another module would stay as it was when that module changes."""
    assert [name for path in modules() for name in foreign_names(path)] == []


def foreign_names(path: Path) -> Iterator[str]:
    """Names in the texts of the rules of a module that come from elsewhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    local = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    imported = {
        name.asname or name.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    waiting: list[ast.AST] = [text for call in rule_calls(tree) for text in texts_of(call)]
    for node in waiting:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in local:
                waiting.append(local.pop(inner.id))
            elif isinstance(inner, ast.Name) and not imported.get(inner.id, HERE).startswith(HERE):
                yield f"{path.name}: {inner.id}"


def rule_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            yield node


def texts_of(call: ast.Call) -> Iterator[ast.AST]:
    """Id, title, formula and basis of a rule."""
    yield from (one for one in call.args if not isinstance(one, ast.Attribute))
    yield from (one.value for one in call.keywords if one.arg in {"title", "formula", "basis"})
