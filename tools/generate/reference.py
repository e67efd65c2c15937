"""The pages of docs/reference: rules, plan document, catalogue, devices, formats, settings."""

import re

from petaplan.bench.devices.common import registry
from petaplan.capacity.document.plan import schema
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from petaplan.infra.inventory.opening import all_backends
from petaplan.infra.provider.settings import KEYS
from tools.generate.fields import sections
from tools.generate.files import Files
from tools.generate.markdown import code, page, table

FOLDER = "docs/reference"

PLAN_WORDS = """`petaplan schema` writes the same as JSON Schema. A field without a default is required.
A value outside its bounds is taken for an error."""

SCHEMAS_WORDS = "Files that petaplan reads or writes, and the JSON Schema of each. An editor that has it checks a file."

SCHEMAS = (
    ("catalogue file or layer", "capacity/data/schemas/catalogue-1.json", "[own hardware](../own-hardware.md)"),
    ("verdict: `petaplan gate --json`", "capacity/data/schemas/gate-2.json", "[the gate](../gate.md)"),
    ("evidence file: `petaplan-bench schema`", "bench/data/evidence.schema.json", "[members](../bench-evidence.md)"),
    ("Pulumi package", "infra/provider/schema.json", "[Pulumi](../pulumi.md)"),
)
"""Each schema that is a file: its contents, its path, and a page about it."""


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
    files.write(f"{FOLDER}/plan.md", page("Plan document", PLAN_WORDS, *sections({"Hub": whole, **whole["$defs"]})))


def schemas_page(files: Files) -> None:
    """Every JSON Schema, and the key that each JSON report begins with."""
    rows = [("plan document", "`petaplan schema`", "[fields](plan.md)")]
    rows += [(what, f"[{code(path)}](../../{path})", more) for what, path, more in SCHEMAS]
    files.write(f"{FOLDER}/schemas.md", page("Schemas", SCHEMAS_WORDS, table(("of", "schema", "more"), rows)))


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
