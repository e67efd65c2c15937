"""Layers that bring export rules, documents and measured rates: listed, judged by, hashed, and refused where wrong."""

from pathlib import Path

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import read
from petaplan.capacity.facts.export_rules import export_rules, rules_of
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.figures import Status
from tests.capacity.test_layers import CHIP, FIGURE, NODE, SOURCE, refusals, written
from tests.commands import petaplan

RULE = """\
export_rules:
- id: %s
  form: %s
  citation: "A rule of this test"
  effective: 2026-01-01
  condition: %s
  text: "A text that only this layer has."
  source: own-letter
  as_of: 2026-10-01
  status: quoted
"""
FAST = "{quantity: tpp, at_least: 1}"
COUNTRIES = "{destination: [HK, CN]}"


def told(plan: Path, rule: str) -> str:
    """Hints and inputs of a rule's findings by the plan's own layers."""
    hub = read(str(plan))
    found = check(hub, catalogue=catalogue_of(hub)).findings
    return " ".join(f"{one.hint} {one.inputs}" for one in found if one.rule == rule)


@pytest.mark.parametrize(
    ("form", "condition", "rule"),
    [
        ("licence", FAST, "EXP-001"),
        ("licence", "{all: [{meets: rule-2022}, {destination: [CN]}]}", "EXP-001"),
        ("end-use", "{all: [{destination: [HK]}, {quantity: system_fp64_pflops, at_least: 0}]}", "EXP-003"),
        ("end-use", COUNTRIES, "EXP-003"),
    ],
)
def test_a_rule_of_a_layer_is_read_like_a_shipped_one(tmp_path: Path, form: str, condition: str, rule: str) -> None:
    with_rule = written(tmp_path, rules=SOURCE + RULE % ("own-rule", form, condition), chips=(CHIP + NODE))
    if "meets" in condition:
        (tmp_path / "rules.yaml").write_text(
            SOURCE + RULE % ("own-rule", form, condition.replace("rule-2022", "3A090.a")), encoding="utf-8"
        )
    assert "A text that only this layer has" in told(with_rule, rule)
    assert "own-rule" in told(with_rule, rule)
    (tmp_path / "rules.yaml").write_text(SOURCE, encoding="utf-8")
    assert "own-rule" not in told(with_rule, rule)


@pytest.mark.parametrize("form", ["end-use", "licence", "party", "guidance", "classification"])
@pytest.mark.parametrize("quantity", ["tpp", "hbm_density", "system_fp32_pflops", "io_gb_per_s"])
def test_no_condition_stops_a_check(tmp_path: Path, form: str, quantity: str) -> None:
    rules = RULE % ("one", form, f"{{quantity: {quantity}, above: 1}}") + (
        RULE % ("two", form, "{all: [{meets: one}, {destination: [HK]}]}")
    ).removeprefix("export_rules:\n")
    plan = written(tmp_path, rules=SOURCE + rules, chips=CHIP + NODE)
    said = petaplan("check", str(plan))
    assert said.code in {0, 1}, said.err
    assert "Traceback" not in said.err


def test_a_shipped_rule_is_replaced_in_its_place_and_the_report_says_so(tmp_path: Path) -> None:
    plan = written(tmp_path, rules=SOURCE + RULE % ("3A090.a", "licence", FAST), chips=CHIP + NODE)
    catalogue = catalogue_of(read(str(plan)))
    assert [rule.id for rule in rules_of(catalogue)] == [rule.id for rule in export_rules()]
    assert any(one.model == "3A090.a" and "A rule of this test" in one.after for one in catalogue.overridden)
    assert "3A090.a: A rule of this test" in petaplan("check", str(plan)).out


def test_lists_and_hashes_have_what_a_layer_brings(tmp_path: Path) -> None:
    layer = tmp_path / "own.yaml"
    layer.write_text(SOURCE + RATE % FIGURE + RULE % ("own-rule", "licence", FAST), encoding="utf-8")
    first = catalogue_of(read(str(written(tmp_path, own=layer.read_text()))))
    for kind, name in (("export-rules", "own-rule"), ("sources", "own-letter"), ("efficiency", "own-letter")):
        assert name in petaplan("catalog", "--kind", kind, "--catalogue", str(layer)).out
        assert name not in petaplan("catalog", "--kind", kind).out
    layer.write_text(layer.read_text().replace("at_least: 1", "at_least: 2"), encoding="utf-8")
    assert catalogue_of(read(str(tmp_path / "plan.yaml"))).layers != first.layers


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (RULE % ("own", "licence", "{meets: nobody}"), "the rule 'nobody'"),
        (RULE % ("own", "licence", "{meets: own}"), "the rule 'own'"),
        (RULE % ("own", "licence", FAST) + "  until: 2025-01-01\n", "not after 2026-01-01"),
        ((RULE % ("own", "licence", FAST)).replace("own-letter", "own-leter"), "own-leter"),
        (RULE % ("own", "licence", FAST) + (RULE % ("own", "party", FAST))[14:], "'own' again"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told(tmp_path: Path, rule: str, found: str) -> None:
    assert found in refusals(written(tmp_path, rules=SOURCE + rule))


RATE = """\
efficiency:
- accelerator: nvidia-h100-sxm
  device: H100
  precision: bf16
  method: a loop
  rate_tflops: null
  nominal_tflops: null
  fraction: {value: 0.7, unit: fraction, %s}
"""
MEASURED = FIGURE.replace("quoted", "measured")


@pytest.mark.parametrize(
    "layer",
    [
        CHIP.replace(FIGURE, MEASURED),
        f"{SOURCE}overrides:\n- {{model: nvidia-h100-sxm, quantity: memory_gb, value: 80, unit: GB, {MEASURED}}}\n",
        SOURCE + RATE % MEASURED,
        SOURCE + (RULE % ("own", "licence", FAST)).replace("quoted", "measured"),
    ],
)
def test_only_the_bench_measures(tmp_path: Path, layer: str) -> None:
    assert f"the status {Status.MEASURED}" in refusals(written(tmp_path, own=layer))


def test_a_file_of_ten_megabytes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    rows = "".join(f"- {{model: m{at}, name: x}}\n" for at in range(300_000))
    assert "found more than 2 MiB" in refusals(written(tmp_path, own=f"accelerators:\n{rows}"))
