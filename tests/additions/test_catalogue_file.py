"""One catalogue file with an accelerator, a node and a rack: nothing else is changed."""

import json

from tests.additions.conftest import Tree

FILE = """\
sources:
- {key: example-sheet, document: Example AI X1 data sheet, read_on: 2027-03-01}

accelerators:
- model: example-x1
  name: X1
  vendor: Example
  country: SG
  lifecycle: shipping
  peaks:
  - {precision: bf16, tflops: {value: 500, unit: TFLOP/s, source: example-sheet, as_of: 2027-02-01, status: datasheet}}
  memory_gb: {value: 96, unit: GB, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  memory_gb_per_s: {value: 4000, unit: GB/s, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  power_w: {value: 500, unit: W, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  die_area_mm2: null
  scale_up_gb_per_s: null

nodes:
- model: example-x1-server
  name: X1 server
  vendor: Example
  country: SG
  lifecycle: shipping
  accelerators: [{model: example-x1, count: 8}]
  height_u: {value: 4, unit: U, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  weight_kg: {value: 60, unit: kg, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  power_kw: {value: 6, unit: kW, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  liquid_fraction: {value: 0, unit: fraction, source: example-sheet, as_of: 2027-02-01, status: datasheet}

racks:
- model: example-x1-rack
  name: X1 rack
  vendor: Example
  country: SG
  lifecycle: shipping
  role: compute
  nodes: [{model: example-x1-server, count: 4}]
  height_u: {value: 42, unit: U, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  width_mm: {value: 600, unit: mm, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  depth_mm: {value: 1200, unit: mm, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  empty_weight_kg: {value: 150, unit: kg, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  load_limit_kg: {value: 1000, unit: kg, source: example-sheet, as_of: 2027-02-01, status: datasheet}
  loaded_weight_kg: null
  power_kw: null
  liquid_fraction: {value: 0, unit: fraction, source: example-sheet, as_of: 2027-02-01, status: datasheet}
"""

PLAN = """\
petaplan: 1
name: example
sites: [{name: site, country: SG, jurisdiction: IEC}]
phases: [{name: first, starts: 2027-04-01, in_service: 2027-12-31}]
targets:
- {name: goal, pflops: 40, precisions: [bf16], by: 2027-12-31, source: an example}
halls:
- name: hall
  site: site
  phase: first
  floor_area_m2: 100
  floor_load_kpa: 20
  it_power_limit_kw: 500
  rack_positions: 20
pods:
- {name: pod, phase: first, hall: hall, racks: [{name: servers, model: example-x1-rack, count: 10}]}
"""
"""Ten racks of four servers of eight: 320 accelerators of 500 TFLOP/s are 160 PFLOP/s."""


def test_the_products_of_one_file_are_in_lists_page_schema_and_verdict(tree: Tree) -> None:
    tree.add("capacity/data/catalogue/example.yaml", FILE)
    tree.generate()

    listed = json.loads(tree.run("petaplan", "catalog", "--format", "json"))
    assert {"example-x1", "example-x1-server", "example-x1-rack"} <= set(_models(listed))
    assert "Example AI X1 data sheet" in tree.run("petaplan", "catalog", "example-x1")
    assert "| `example-x1` | X1 | Example | shipping | bf16 500 TFLOP/s |" in tree.read("docs/reference/catalogue.md")
    assert '"example-x1-server"' in tree.read("capacity/data/schemas/catalogue-1.json")

    plan = tree.root.parent / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    report = json.loads(tree.run("petaplan", "check", str(plan), "--format", "json", code=1))
    (goal,) = [finding for finding in report["findings"] if finding["rule"] == "PF-001"]
    assert (goal["verdict"], goal["demand"], goal["capacity"]) == ("pass", 40, 160)
    (power,) = [phase["it_power_mw"] for phase in report["phases"]]
    assert abs(power - 10 * 4 * 6 / 1_000) < 1e-12


def _models(value: object) -> list[str]:
    """Every model that a listing names, however it is nested."""
    if isinstance(value, list):
        return [model for item in value for model in _models(item)]
    if isinstance(value, dict):
        own = [value["model"]] if isinstance(value.get("model"), str) else []
        return own + [model for item in value.values() for model in _models(item)]
    return [value] if isinstance(value, str) else []
