"""Templates of catalogue entries, filled in; layers that `petaplan catalog` checks and compares."""

import json
import re
from pathlib import Path

import pytest

from petaplan.capacity.commands.catalog import KINDS, NEW
from petaplan.capacity.facts.templates import TEMPLATES, template
from petaplan.capacity.report.catalogue_lists import ALL_KINDS
from tests.commands import petaplan

VALUES = {
    "document": "A sheet",
    "read_on": "2026-10-02",
    "model": "own-thing",
    "name": "Own thing",
    "vendor": "Own",
    "lifecycle": "shipping",
    "role": "compute",
    "medium": "copper",
    "kind": "ups",
    "precision": "bf16",
    "accelerator": "nvidia-h100-sxm",
    "device": "a card",
    "method": "a loop of products",
    "quantity": "power_w",
    "value": "650",
    "unit": "W",
    "source": "own-sheet",
    "as_of": "2026-10-01",
    "status": "datasheet",
    "title": "A system",
    "stage": "built",
    "id": "own-rule",
    "form": "guidance",
    "citation": "A notice",
    "effective": "2026-10-01",
    "text": "What it says",
}
OTHERS = {("override", "model"): "nvidia-h100-sxm", ("system", "name"): "own-system"}


def filled(kind: str) -> str:
    """A template with a value in each empty place; a figure has the lowest that its comment allows."""
    return "\n".join(_filled(kind, line) for line in template(kind).splitlines()) + "\n"


def _filled(kind: str, line: str) -> str:
    if "{value: ," in line:
        least = re.search(r"# [^,]+, (\S+) to ", line)
        assert least is not None, line
        dated = line.replace("value: ,", f"value: {least[1]},").replace("as_of: ,", "as_of: 2026-10-01,")
        return dated.replace("status: }", "status: datasheet}")
    empty = re.fullmatch(r"(\s*(?:- )?)(\w+):(\s+#.*)?", line)
    if empty is None:
        return line
    value = OTHERS.get((kind, empty[2]), VALUES.get(empty[2], ""))
    return f"{empty[1]}{empty[2]}: {value}"


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_is_valid_once_it_is_filled_in(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(filled(kind), encoding="utf-8")
    said = petaplan("catalog", "--validate", str(file))
    assert said.code == 0, said.err
    assert "valid" in said.out


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_that_is_not_filled_in_says_what_is_missing(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    assert petaplan("catalog", "--new", kind, "-o", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == petaplan("catalog", "--new", kind).out
    said = petaplan("catalog", "--validate", str(file))
    assert said.code == 2
    assert "document" in said.err
    again = petaplan("catalog", "--new", kind, "-o", str(file))
    assert again.code == 2
    assert "a new file" in again.err


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_is_listed(kind: str) -> None:
    rows = json.loads(petaplan("catalog", "--kind", kind, "--format", "json").out)[kind]
    assert rows
    assert petaplan("catalog", "--kind", kind).code == 0


def test_a_layer_is_compared_with_what_is_below_it(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(filled("override"), encoding="utf-8")
    found = json.loads(petaplan("catalog", "--diff", str(file), "--format", "json").out)
    (change,) = found["changes"]
    assert (change["model"], change["figure"], change["after"][:5]) == ("nvidia-h100-sxm", "power_w", "650 W")


def test_a_layer_with_rates_in_wrong_columns_is_valid_and_doubted() -> None:
    said = petaplan("catalog", "--validate", "tests/scenarios/layers/doubtful.yaml")
    assert said.code == 0
    for doubt in ("is not twice the dense", "is below BF16", "the parts give"):
        assert doubt in said.out


def test_a_model_is_shown_with_precision_engine_sparsity_ports_days_and_ranges() -> None:
    """CAT-07."""
    node = petaplan("catalog", "nvidia-dgx-h100").out
    assert "x 400 Gb/s" in node
    chip = petaplan("catalog", "nvidia-h100-sxm").out
    for word in ("peaks[fp8]", "peaks[fp32, vector]", "released: ", "country: US"):
        assert word in chip
    assert "up to " in petaplan("catalog", "huawei-ascend-910b2").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--new", "gadget"], "expected one of accelerator"),
        (["--new", "node", "--kind", "nodes"], "expected one of MODEL"),
        (["--validate", "/dev/zero"], "neither a file nor a folder"),
        (["--validate", "none.yaml"], "nothing there"),
    ],
)
def test_a_wrong_request_is_refused(arguments: list[str], said: str) -> None:
    found = petaplan("catalog", *arguments)
    assert found.code == 2
    assert said in found.err


def test_the_help_names_every_kind() -> None:
    assert KINDS.split(", ") == list(ALL_KINDS)
    assert NEW.split(", ") == list(TEMPLATES)
