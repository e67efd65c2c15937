"""`petaplan compare`: like with like, words where nothing is stated, and conventions that are not added."""

import json
from pathlib import Path

import pytest

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.systems import published_systems, systems_of
from petaplan.capacity.figures import UNPUBLISHED, Engine, Precision, Sparsity
from petaplan.capacity.hardware import RateKind
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import read_design
from petaplan.capacity.throughput.beside import beside, reading
from petaplan.capacity.throughput.conventions import HEADLINE, conventions
from tests import hubs
from tests.commands import ROOT, petaplan

HUB, MIXED = "infra.hong_kong:hub", "infra.hong_kong:with_h100"
EMPTY = "tests.capacity.test_compare:without_accelerators"


@pytest.fixture(scope="module", params=[HUB, MIXED])
def design(request: pytest.FixtureRequest) -> Design:
    return read_design(request.param)


def without_accelerators() -> Hub:
    """A hub with power and a hall, and nothing in it."""
    return hubs.hub(pods=())


def by_hand(design: Design, phase: int, convention: tuple[Precision, Sparsity, Engine]) -> float:
    """The plan at a convention, node by node."""
    day, total = design.phases[phase].in_service, 0.0
    for placement in design.placements:
        if design.in_service_on(placement, day):
            for rack in placement.racks if isinstance(placement, Pod) else (placement,):
                for count, node in design.rack(rack).nodes:
                    for part in node.accelerators:
                        figure = design.accelerator(part.model).peak(*convention)
                        total += rack.count * count * part.count * (figure.value if figure else 0.0)
    return total / 1_000


@pytest.mark.parametrize("phase", [0, -1])
@pytest.mark.parametrize("precision", [None, Precision.FP64, Precision.FP8, Precision.INT8])
def test_a_system_is_compared_with_the_plan_at_its_own_convention(
    design: Design, phase: int, precision: Precision | None
) -> None:
    found = beside(design, design.phases[phase], published_systems(), precision)
    compared = [rate for rate in found.rates if rate.plan is not None]
    for rate in compared:
        assert rate.sparsity is not None
        assert rate.plan == pytest.approx(by_hand(design, phase, (rate.precision, rate.sparsity, rate.engine)))
        assert rate.kind is RateKind.PEAK
    asked = precision or Precision.BF16
    assert any(rate.derived for rate in compared) == (
        by_hand(design, phase, (asked, Sparsity.DENSE, Engine.MATRIX)) > 0
    )


def test_a_rate_without_precision_or_sparsity_is_compared_with_nothing(design: Design) -> None:
    found = beside(design, design.phases[-1], published_systems())
    unstated = [one for one in found.rates if one.precision is Precision.UNSTATED or one.sparsity is None]
    measured = [one for one in found.rates if one.kind is RateKind.LINPACK]
    assert len(unstated) >= 5
    assert len(measured) >= 4
    for rate in (*unstated, *measured):
        assert rate.plan is rate.ratio is None
        assert rate.why_not


def test_el_capitan_by_hand() -> None:
    said = json.loads(petaplan("compare", HUB, "el-capitan", "--format", "json").out)
    measured, summed = said["rates"]
    assert (measured["pflops"], measured["plan_pflops"], measured["not_compared"]) == (1809, None, "HPL is no peak")
    assert summed["pflops"] == pytest.approx(44_544 * 980.6 / 1_000)
    assert summed["plan_over_theirs"] == pytest.approx(40_316.7232 / (44_544 * 0.9806), rel=1e-6)
    assert measured["per_mw"] == pytest.approx(1_809 / 29.7, rel=1e-6)
    assert summed["status"] == "derived"
    plan = next(one for one in said["plan"]["rates"] if one["precision"] == "bf16")
    assert plan["per_mw"] == pytest.approx(40_316.7232 / said["plan"]["it_power_mw"], rel=1e-6)
    assert plan["per_rack"] == pytest.approx(40_316.7232 / 2_109, rel=1e-6)


def test_each_cell_of_the_text_says_what_is_not_stated_and_what_is_unverified() -> None:
    done = petaplan("compare", HUB, "cyberport", "frontier", "stargate-abilene")
    lines = {line.split()[0]: line for line in reversed(done.out.splitlines()) if line.startswith(" ") and line.strip()}
    assert done.code == 0
    assert lines["cyberport"].count("not stated") >= 3
    assert "basis not stated" in lines["cyberport"]
    assert "HPL is no peak" in lines["frontier"]
    assert "power" in lines["frontier"]
    assert "the number of GB200 and GB300 is not stated" in done.out


def test_a_row_names_each_figure_that_no_document_has() -> None:
    design = read_design(HUB)
    for rate in beside(design, design.phases[-1], published_systems()).rates:
        power, racks = rate.system.power_kw, rate.system.racks
        assert ("power" in rate.unverified) == (power is not None and power.status in UNPUBLISHED)
        assert ("racks" in rate.unverified) == (racks is not None and racks.status in UNPUBLISHED)
        counts = [one.count for one in rate.system.devices if one.count is not None]
        if rate.derived and any(count.status in UNPUBLISHED for count in counts):
            assert "rate" in rate.unverified


def test_a_headline_reads_as_a_sparse_rate_of_its_device() -> None:
    systems = {one.name: one for one in published_systems()}
    read = {name: reading(systems[name], systems[name].rates[0], load()) for name in ("oci-zettascale", "el-capitan")}
    assert read["oci-zettascale"] == "18,311 TFLOP/s for each nvidia-b200, near fp4 2:4 (18,000)"
    assert read["el-capitan"] == ""


def test_conventions_are_alternatives_and_a_headline_is_the_largest(design: Design) -> None:
    rows = {row.name: row for row in conventions(design, design.phases[-1])}
    assert {"FP16 dense", "FP8 dense", "FP16 2:4", "FP8 2:4", HEADLINE} <= set(rows)
    whole = sum(design.packages(design.placements).values())
    for row in rows.values():
        assert row.counted + sum(row.without.values()) == whole
        assert (row.pflops or 0) <= (rows[HEADLINE].pflops or 0)
    dense = by_hand(design, -1, (Precision.FP8, Sparsity.DENSE, Engine.MATRIX))
    assert rows["FP8 dense"].pflops == pytest.approx(dense)


def test_the_sparse_rates_of_the_h100_are_counted_apart() -> None:
    said = json.loads(petaplan("compare", MIXED, "el-capitan", "--format", "json").out)
    rows = {row["convention"]: row for row in said["conventions"]}
    assert said["additive"] is False
    assert rows["FP8 2:4"]["pflops"] == pytest.approx(11_008 * 3.9578, rel=1e-4)
    assert rows["FP8 2:4"]["accelerators_counted"] == 11_008
    assert "not additive" in petaplan("compare", MIXED, "el-capitan").out


def test_an_announced_figure_is_divided_by_each_convention() -> None:
    done = petaplan("compare", HUB, "cyberport", "--announced", "80633.4464")
    (line,) = [line for line in done.out.splitlines() if line.strip().startswith("FP16 dense")]
    assert line.split()[2:5] == ["40,316.7", "1", "2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["el-captan", "frontierr"], ["'el-capitan'", "'frontier'"]),
        (["--phase", "phase-4"], ["phase-3"]),
        (["--precision", "unstated"], ["a number format"]),
        (["--precision", "fp9"], ["fp9"]),
        (["--announced", "nan"], ["--announced"]),
        (["--announced", "-1"], ["--announced"]),
        (["--announced", "inf"], ["--announced"]),
    ],
)
def test_what_names_nothing_is_refused_with_advice(arguments: list[str], words: list[str]) -> None:
    done = petaplan("compare", HUB, *arguments)
    assert (done.code, done.out) == (2, "")
    assert all(word in done.err for word in words)


OWN = """\
sources:
- {key: own-letter, document: A letter, read_on: 2026-10-02}
systems:
- name: own-hub
  title: Own hub
  stage: built
  rates:
  - {precision: bf16, sparsity: dense, pflops: {value: 80633.4464, unit: PFLOP/s, source: own-letter,
     as_of: 2026-10-01, status: %s}}
  devices: [{name: chips, model: %s, count: null}]
  power_kw: {value: 200000, unit: kW, source: own-letter, as_of: 2026-10-01, status: quoted}
  power_of: facility
  racks: null
"""


def test_a_system_of_a_layer_stands_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN % ("quoted", "null"))
    layer = str(tmp_path / "own.yaml")
    said = json.loads(petaplan("compare", HUB, "own-hub", "--catalogue", layer, "--format", "json").out)
    (rate,) = said["rates"]
    assert rate["plan_over_theirs"] == pytest.approx(0.5)
    assert (rate["power_of"], rate["per_mw"]) == ("facility", pytest.approx(403.167, rel=1e-5))
    assert "own-hub" in petaplan("catalog", "--kind", "systems", "--catalogue", layer).out
    assert len(systems_of(load())) == len(published_systems())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN % ("measured", "null"), "status measured"),
        (OWN % ("quoted", "nvidia-h100-sxn"), "nvidia-h100-sxm"),
        ((OWN % ("quoted", "null")).replace("built", "bilt"), "built"),
        ((OWN % ("quoted", "null")).replace("sparsity: dense, ", ""), "sparsity"),
        ((OWN % ("quoted", "null")).replace("unit: PFLOP/s", "unit: TFLOP/s"), "PFLOP/s"),
        ((OWN % ("quoted", "null")).replace("80633.4464", "1e12"), "1e+12"),
        ((OWN % ("quoted", "null")).replace("source: own-letter", "source: another"), "another"),
        (OWN % ("quoted", "null") + (OWN % ("quoted", "null")).partition("systems:\n")[2], "each system once"),
    ],
)
def test_a_wrong_system_of_a_layer_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    done = petaplan("compare", HUB, "--catalogue", str(tmp_path / "own.yaml"))
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_no_headline_of_the_shipped_systems_claims_more_than_its_devices_can_do() -> None:
    """A published rate at a stated convention is near the sum of the listed rates of its devices."""
    design = read_design(HUB)
    for system in published_systems():
        rates = [one for one in system.rates if one.kind is RateKind.PEAK and one.precision is not Precision.UNSTATED]
        for rate in rates:
            found = beside(design, design.phases[-1], (system.replace(rates=()),), rate.precision).rates[0]
            if found.pflops is not None and rate.sparsity is Sparsity.DENSE and rate.engine is Engine.MATRIX:
                assert rate.pflops.value <= found.pflops * 1.05, system.name


def test_the_rows_of_the_page_are_those_that_the_command_prints() -> None:
    page = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    head, *rows = page.partition("```text\n$ petaplan ")[2].partition("```")[0].strip().splitlines()
    printed = [" ".join(line.split()) for line in petaplan(*head.split()).out.splitlines()]
    assert len(rows) > 5
    for row in rows:
        words = " ".join(row.split())
        assert any(line.startswith(words) for line in printed), row


def test_a_plan_without_accelerators_stands_beside_systems_without_a_figure() -> None:
    (line,) = [one for one in petaplan("compare", EMPTY, "el-capitan").out.splitlines() if one.startswith(" small")]
    assert "no figure" in line
    said = json.loads(petaplan("compare", EMPTY, "cyberport", "--format", "json").out)
    assert said["plan"]["rates"] == []
    assert {row["pflops"] for row in said["conventions"]} == {None}
    (rate,) = said["rates"]
    assert rate["precision"] is rate["sparsity"] is rate["engine"] is None
