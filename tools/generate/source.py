"""Signatures and docstrings of a module, read from its source, as Markdown."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from types import ModuleType

from tools.generate.markdown import code, table

Declared = ast.ClassDef | ast.FunctionDef


@cache
def declarations(module: ModuleType) -> dict[str, Declared]:
    """The public classes and functions of a module by name, in the order of the source."""
    parsed = ast.parse(inspect.getsource(module)).body
    return {node.name: node for node in parsed if isinstance(node, Declared) and not node.name.startswith("_")}


def summary(node: Declared | ast.Module) -> str:
    """The first paragraph of a docstring in one line."""
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].replace("``", "`").split())


def attributes(node: ast.ClassDef) -> Iterator[tuple[str, str, str, str]]:
    """Name, annotation, default and docstring of each public attribute of a class, or member of an enumeration."""
    for item, after in pairwise([*node.body, ast.Pass()]):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            name, kind = item.target.id, ast.unparse(item.annotation)
        elif isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            name, kind = item.targets[0].id, ""
        else:
            continue
        if not name.startswith("_"):
            yield name, kind, ast.unparse(item.value) if item.value is not None else "", _text(after)


def _text(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    found = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
    return " ".join(found.replace("``", "`").split())


def signature(node: ast.FunctionDef) -> str:
    """The head of a function without ``self``."""
    given = ast.unparse(node.args)
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    return f"{node.name}({re.sub(r'^self(?:, )?', '', given)}){result}"


def described(node: Declared, title: str = "###") -> str:
    """A class or a function with its docstring, its fields and its methods."""
    if isinstance(node, ast.FunctionDef):
        return f"{title} {node.name}\n\n{code(signature(node))}\n\n{docstring(node)}"
    rows = [(code(name), code(kind), code(value), text) for name, kind, value, text in attributes(node)]
    fields = table(("name", "type", "default or value", "meaning"), rows) if rows else ""
    methods = [
        f"- {code(_of_class(each))}: {summary(each)}" for each in node.body
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
    ]  # fmt: skip
    parts = (f"{title} {node.name}", docstring(node), fields, "\n".join(methods))
    return "\n\n".join(part for part in parts if part)


def _of_class(node: ast.FunctionDef) -> str:
    """A property as the attribute that it is, a method as a call."""
    if any(isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list):
        return f"{node.name}: {ast.unparse(node.returns)}" if node.returns is not None else node.name
    return signature(node)


def docstring(node: Declared) -> str:
    """A docstring as Markdown: paragraphs, examples as code, errors and attributes as lists."""
    paragraphs = (ast.get_docstring(node) or "").replace("``", "`").split("\n\n")
    return "\n\n".join(_paragraph(each.strip("\n")) for each in paragraphs if each.strip())


def _paragraph(text: str) -> str:
    if text.lstrip().startswith(">>>"):
        return f"```text\n{text}\n```"
    head, _, rest = text.partition("\n")
    if head in {"Raises:", "Args:", "Returns:", "Yields:"}:
        items = re.split(r"\n(?=    \S)", f"\n{rest}")[1:]
        named = (re.sub(r"^(\w+): ", r"`\1`: ", " ".join(item.split())) for item in items)
        return f"{head}\n\n" + "\n".join(f"- {item}" for item in named)
    if text.startswith(" "):
        return f"```text\n{text}\n```"
    return " ".join(text.split()).replace("<", "&lt;") if "`" not in text else " ".join(text.split())
