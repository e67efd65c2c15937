"""Mutations of a module: comparisons, arithmetic, conditions, numbers, smallest and largest.

Left out are texts, annotations, decorators and assertions (``strict`` of ``zip`` is one).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}

Node = TypeVar("Node", bound=ast.expr)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Mutation:
    """One expression of one module, and what takes its place."""

    module: str
    """File below the root of the checkout."""
    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.old} → {self.new}"

    def applied(self, source: str) -> str:
        """The module with the change; columns count bytes, as Python's parser does."""
        lines = source.encode().splitlines(keepends=True)
        first, last = lines[self.line - 1], lines[self.end_line - 1]
        changed = first[: self.column] + f"({self.new})".encode() + last[self.end_column :]
        return b"".join([*lines[: self.line - 1], changed, *lines[self.end_line :]]).decode()


def mutations_of(root: Path, module: str) -> list[Mutation]:
    """Every change that a module of a checkout offers, in the order of its lines."""
    tree = ast.parse((root / module).read_text(encoding="utf-8"))
    return sorted(
        Mutation(
            module=module,
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or node.col_offset,
            old=ast.unparse(node),
            new=ast.unparse(changed),
        )
        for node in _expressions(tree)
        for changed in _changes(node)
    )


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions below a node that a change may touch."""
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.keyword) and node.arg == "strict":
            continue  # two sequences of one length: an assertion
        if name in ("annotation", "returns", "decorator_list", "bases") or isinstance(node, ast.Assert | ast.Raise):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.JoinedStr) or not isinstance(inner, ast.AST):
                continue
            if isinstance(inner, ast.expr) and not _is_type(node, inner):
                yield inner
            yield from _expressions(inner)


def _is_type(parent: ast.AST, node: ast.expr) -> bool:
    """Whether an expression is a union of types that a module gives a name, or an argument of ``isinstance``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and isinstance(parent, ast.Assign | ast.Call)


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    """What may take the place of an expression."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if (other := COMPARISONS.get(type(operator))) is not None:
                yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)
    elif isinstance(node, ast.BinOp) and (swapped := ARITHMETIC.get(type(node.op))) is not None:
        yield ast.BinOp(node.left, swapped(), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp) and not (_is_text(node.body) or _is_text(node.orelse)):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant):
        yield from _other_constant(node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield ast.Call(ast.Name(CALLS[node.func.id]), node.args, node.keywords)
    yield from _without_a_condition(node)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _other_constant(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)


def _without_a_condition(node: ast.expr) -> Iterator[ast.expr]:
    """A comprehension that takes all."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        for at, loop in enumerate(node.generators):
            if loop.ifs:
                taken = ast.comprehension(loop.target, loop.iter, [], loop.is_async)
                yield type(node)(node.elt, [*node.generators[:at], taken, *node.generators[at + 1 :]])
