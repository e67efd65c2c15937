"""The pages of docs/reference hold all that the code has: units, bounds, public names."""

import re
from importlib import import_module

from petaplan.capacity import blocks
from petaplan.capacity.claims import units_of
from petaplan.capacity.document.plan import schema
from petaplan.capacity.hub import Hub
from petaplan.infra.resources import CLASSES
from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def fields_of(text: str, noun: str) -> dict[str, list[str]]:
    """The row of each field of a noun."""
    section = text.partition(f"\n## {noun}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    return {cells[0].strip("`"): cells[1:] for cells in rows}


def test_every_field_of_a_plan_has_its_unit_and_its_bounds() -> None:
    text = page("plan")
    found = fields_of(text, "Feed")
    assert found["voltage_ll_v"][1:3] == ["V", "≥ 48, ≤ 500,000"]
    assert found["rated_current_a"][1:3] == ["A", "> 0, ≤ 10,000"]
    for name, rows in Hub.__annotations__.items():
        noun = re.search(r"tuple\[(\w+), \.\.\.\]", str(rows))
        if noun is not None and noun[1] in schema()["$defs"]:
            module = import_module(Hub.__module__)
            units = units_of(getattr(module, noun[1]))
            shown = fields_of(text, noun[1])
            assert {field: shown[field][1] for field in units} == units, name


def test_a_number_with_bounds_in_the_schema_has_them_on_the_page() -> None:
    text = page("plan")
    numbers = 0
    for noun, made in schema()["$defs"].items():
        for field, found in made.get("properties", {}).items():
            if found.get("maximum") is not None or found.get("minimum") is not None:
                numbers += 1
                assert re.search(r"[≥>≤<] ", fields_of(text, noun)[field][2]), f"{noun}.{field}"
    assert numbers > 50


def test_the_python_page_says_where_each_class_of_a_plan_is_imported_from() -> None:
    text = page("python")
    rows = dict(re.findall(r"^\| `(petaplan\.capacity\.\w+)` \| \[`(\w+)`\]", text, flags=re.MULTILINE)[::-1])
    shown = {name for _, name in re.findall(r"^\| `(petaplan\.[\w.]+)` \| \[?`(\w+)`", text, flags=re.MULTILINE)}
    assert {name for name, made in schema()["$defs"].items() if "properties" in made} <= shown
    for module, name in rows.items():
        assert hasattr(import_module(module), name), (module, name)


def test_the_python_page_has_every_public_name_and_each_can_be_imported() -> None:
    text = page("python")
    modules = re.findall(r"^## (petaplan\.[\w.]+)$", text, flags=re.MULTILINE)
    assert len(modules) == len(set(modules)) > 12
    for module in modules:
        section = text.partition(f"\n## {module}\n")[2].partition("\n## ")[0]
        for name in re.findall(r"^### (\w+)$", section, flags=re.MULTILINE):
            assert getattr(import_module(module), name).__module__ == module
    assert {f"### {name}" for name in blocks.__all__} <= set(text.splitlines())
    assert all(f"| `{made.__name__}` | `{token}` |" in text for token, made in CLASSES.items())


def test_every_setting_command_and_rule_family_has_a_page_in_the_index() -> None:
    index = page("README")
    there = {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    assert there >= {"exit-codes.md", "python.md", "schemas.md", "catalogue-file.md", "settings.md", "rules.md"}
    assert all(f"[{name}]({name})" in index for name in there)
