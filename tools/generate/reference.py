"""The pages of docs/reference: rules, plan document, catalogue, devices, formats, settings."""

import re

from petaplan.bench.devices.common import registry
from petaplan.capacity.document.plan import schema
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from petaplan.infra.inventory.opening import all_backends
from petaplan.infra.provider.settings import KEYS
from tools.generate.catalogue import Schema
from tools.generate.files import Files
from tools.generate.markdown import code, page, table

FOLDER = "docs/reference"


def rules_page(files: Files) -> None:
    """Every rule with what it asks."""
    rows = [
        (code(rule.id), rule.title, str(rule.severity), code(rule.formula.replace("`", "")), _linked(rule.basis))
        for rule in (*all_rules(), *ABOUT_REPORTS)
    ]
    listed = table(("rule", "what it asks", "a failure is", "formula", "basis"), rows)
    words = "`petaplan explain RULE --plan PLAN` shows one rule with the numbers of a plan."
    files.write(f"{FOLDER}/rules.md", page("Rules", words, listed))


def _linked(basis: str) -> str:
    """A basis with links to the pages of docs/ that it names."""
    return re.sub(r"docs/([a-z/]+\.md)(#[\w-]+)?", r"[\1](../\1\2)", basis)


def plan_page(files: Files) -> None:
    """Every noun of the plan document with its fields."""
    whole = schema()
    nouns = {"Hub": whole, **{name: made for name, made in whole["$defs"].items() if "properties" in made}}
    parts = [
        f"## {name}\n\n{made.get('description', '').replace('``', '`')}\n\n{_fields(made)}"
        for name, made in nouns.items()
    ]
    words = "`petaplan schema` writes the same as JSON Schema. A field without a default is required."
    files.write(f"{FOLDER}/plan.md", page("Plan document", words, *parts))


def _fields(noun: Schema) -> str:
    required = noun.get("required", ())
    rows = [
        (code(name), _type(made), "" if name in required else code(_default(made)), made.get("description", ""))
        for name, made in noun["properties"].items()
    ]
    return table(("field", "type", "default", "meaning"), rows)


def _default(made: Schema) -> str:
    value = made.get("default")
    return "none" if value is None else "[]" if value == [] else str(value)


def _type(made: Schema) -> str:
    if "anyOf" in made:
        return " or ".join(_type(choice) for choice in made["anyOf"] if choice.get("type") != "null")
    if "$ref" in made:
        name = made["$ref"].rsplit("/", 1)[-1]
        return _values(name) or f"[{name}](#{name.lower()})"
    if "const" in made:
        return code(str(made["const"]))
    if made.get("type") == "array":
        return f"list of {_type(made['items'])}"
    return str(made.get("format") or {"string": "text"}.get(made["type"], made["type"]))


def _values(name: str) -> str:
    """The values of an enumeration; nothing for a noun."""
    return ", ".join(code(str(value)) for value in schema()["$defs"][name].get("enum", ()))


def settings_page(files: Files) -> None:
    """Every setting of a stack, and every kind of inventory."""
    rows = [(code(f"petaplan:{key}"), meaning) for key, meaning in KEYS.items()]
    words = "`pulumi config set KEY VALUE --stack STACK` sets one."
    files.write(
        f"{FOLDER}/settings.md", page("Settings of a stack", words, table(("key", "meaning"), rows), _inventories())
    )


def _inventories() -> str:
    """Every kind of inventory with its addresses."""
    rows = [(code(backend.address), backend.summary) for backend in all_backends()]
    return f"## Inventories\n\n{table(('`petaplan:inventory`', 'where the entries are'), rows)}"


def devices_page(files: Files) -> None:
    """Every kind of device that the benchmark can measure."""
    rows = [
        (
            code(kind.key(0)),
            kind.title,
            code(kind.name),
            code(kind.family),
            "yes" if kind.is_default else "",
            str(kind.processes),
        )
        for kind in registry.kinds()
        if kind.is_documented
    ]
    head = ("`--device`", "what it is", "kind in evidence", "family", "measured by default", "processes for a row")
    words = "`petaplan-bench doctor` tells which of them a host has, and which precisions each can measure."
    files.write(f"{FOLDER}/devices.md", page("Devices", words, table(head, rows)))
