"""`petaplan fabric` and `petaplan waterfall`, as people and programs call them."""

import json
from pathlib import Path

import pytest

from tests.commands import petaplan
from tests.evidence_files import device, row, write

HUB = "infra.hong_kong:hub"


def test_the_bill_of_the_hub_prints_every_fabric_and_the_whole_order() -> None:
    done = petaplan("fabric", HUB)
    assert done.code == 0
    assert "hall-a-roce" in done.out
    assert "hk-hub: the whole order" in done.out


def test_the_bill_as_json_adds_up() -> None:
    bill = json.loads(petaplan("fabric", HUB, "--format", "json").out)
    assert bill["petaplan_fabric"] == 1
    assert sum(line["count"] for line in bill["lines"]) == sum(line["count"] for line in bill["totals"])


def test_a_plan_without_fabrics_says_so() -> None:
    done = petaplan("fabric", "tests.hubs:hub")
    assert (done.code, done.out.strip()) == (0, "small declares no fabric")


def test_the_waterfall_prints_every_step_for_every_phase() -> None:
    done = petaplan("waterfall", HUB)
    assert done.code == 0
    for words in ("installed peak", "eligible", "calibrated", "available", "networked", "goodput", "phase-3"):
        assert words in done.out
    assert "neither meets a target of the other" in done.out


def test_evidence_changes_the_waterfall_that_is_printed(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0 + i, i) for i in range(8)], [device(i) for i in range(8)])
    plain = json.loads(petaplan("waterfall", HUB, "--format", "json").out)
    told = json.loads(petaplan("waterfall", HUB, "--evidence", str(path), "--format", "json").out)
    assert told["phases"][0]["steps"][0] == plain["phases"][0]["steps"][0]
    assert told["phases"][0]["steps"][2]["median"] > plain["phases"][0]["steps"][2]["median"]
    assert told["phases"][0]["measured_fraction"] > 0.0 == plain["phases"][0]["measured_fraction"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"[]", b'{"format": "something"}', b"[" * 100_000])
def test_what_is_no_evidence_is_one_line_and_exit_2(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    done = petaplan("waterfall", HUB, "--evidence", str(path))
    assert done.code == 2
    assert "bad.json" in done.err
