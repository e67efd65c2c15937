"""Doubts about figures: ranges are none, other documents are, and a phase answers for its own assumptions alone."""

from datetime import date
from pathlib import Path

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup, StandAloneRackGroup
from petaplan.capacity.facts.figure_paths import figures_of, with_figure
from petaplan.capacity.facts.invariants import doubts_about, totals_of_other_parts
from petaplan.capacity.facts.layers import catalogue_of, laid_over
from petaplan.capacity.figures import UNPUBLISHED, OtherFigure, Precision, Sparsity, Status
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Accelerator, PodModel, Product
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.infra.hong_kong import hub as hong_kong
from tests import hubs
from tests.catalogue import ACCELERATORS, CATALOGUE, found, value
from tests.commands import petaplan


def with_other(model: str, name: str, factor: float, status: Status = Status.RELAYED) -> Product:
    product = CATALOGUE.products[model]
    figure = {path: one for path, _, one in figures_of(product)}[name]
    assert figure is not None
    other = OtherFigure(value=figure.value * factor, source="hc25", as_of=date(2026, 1, 1), status=status)
    made: Product = with_figure(product, name, figure.replace(elsewhere=(other,)))
    return made


def about(product: Product, name: str) -> list[str]:
    return [one.text for one in doubts_about(product, CATALOGUE) if one.figure == name]


@pytest.mark.parametrize("accelerator", ACCELERATORS, ids=lambda one: one.model)
def test_the_range_of_a_rate_is_never_a_doubt(accelerator: Accelerator) -> None:
    before = doubts_about(accelerator, CATALOGUE)
    for name, _, figure in figures_of(accelerator):
        if figure is not None:
            wide = with_figure(accelerator, name, figure.replace(low=figure.value / 2, high=figure.value * 2))
            assert doubts_about(wide, CATALOGUE) == before


@pytest.mark.parametrize("factor", [0.5, 0.949, 0.951, 1, 1.049, 1.051, 2])
@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("nvidia-h100-sxm", "peaks[bf16]"),
        ("nvidia-h100-sxm", "peaks[fp8, 2:4]"),
        ("nvidia-b200", "peaks[fp64, vector]"),
        ("baidu-kunlun-p800", "peaks[bf16]"),
        ("huawei-cloudmatrix384", "maker_claims[bf16]"),
    ],
)
def test_another_document_is_a_doubt_from_5_percent_on(model: str, name: str, factor: float) -> None:
    assert bool(about(with_other(model, name, factor), name)) == (abs(factor - 1) > 0.05)


def test_what_circulates_without_a_document_is_no_doubt() -> None:
    for status in Status:
        doubts = about(with_other("nvidia-h100-sxm", "peaks[bf16]", 2, status), "peaks[bf16]")
        assert bool(doubts) == (status not in UNPUBLISHED)


def test_the_doubts_of_the_shipped_catalogue_are_those_that_makers_gave_reason_for() -> None:
    doubtful = {product.model for product in CATALOGUE.products.values() if doubts_about(product, CATALOGUE)}
    assert doubtful == {
        "huawei-ascend-950dt",
        "huawei-ascend-950pr",
        "huawei-atlas-950-superpod",
        "huawei-atlas-950-superpod-1024",
        "amd-mi455x",
        "intel-gaudi-3",
    }


def test_chips_say_where_their_sparse_rates_are_twice_the_dense_ones() -> None:
    doubling = [one for one in ACCELERATORS if one.sparse_doubles]
    assert len(doubling) >= 15
    for chip in doubling:
        sparse = [peak for peak in chip.peaks if peak.sparsity is Sparsity.TWO_OF_FOUR and peak.tflops is not None]
        assert sparse
        for peak in sparse:
            dense = value(chip.peak(peak.precision, Sparsity.DENSE, peak.engine))
            assert peak.tflops is not None
            assert value(peak.tflops) == pytest.approx(2 * dense, rel=0.01)
            wrong = with_figure(chip, f"peaks[{peak.precision}, 2:4]", peak.tflops.replace(value=dense))
            assert about(wrong, f"peaks[{peak.precision}, 2:4]")
    assert found(Accelerator, "nvidia-b300").sparse_doubles is None, "its FP4 rate with 2:4 is not twice the dense one"


def test_a_pod_of_the_950dt_is_said_to_do_more_than_its_parts() -> None:
    findings = {(one.rule, one.subject): one for one in check(hong_kong()).findings}
    doubt = findings["DATA-006", "hk-hub/huawei-atlas-950-superpod-1024"]
    assert doubt.verdict is Verdict.REVIEW
    assert "the maker says 1,000, the parts give 941.1" in doubt.hint
    assert findings["DATA-006", "hk-hub/huawei-cloudmatrix384"].verdict is Verdict.PASS
    claims = {claim.precision for claim in found(PodModel, "huawei-atlas-950-superpod").maker_claims}
    assert claims == {Precision.FP8, Precision.FP4}


LAYER = """\
sources:
- {key: own-letter, document: A letter, read_on: 2026-10-02}
accelerators:
- model: own-chip
  name: Own chip
  based_on: nvidia-h100-sxm
  peaks:
  - {precision: bf16, tflops: {value: 900, unit: TFLOP/s, source: own-letter, as_of: 2026-10-01, status: quoted,
     elsewhere: [{value: %s, source: %s, as_of: 2026-10-01, status: %s}]}}
"""


@pytest.mark.parametrize(
    ("other", "code", "words"),
    [
        (("800", "hc25", "relayed"), 0, "800 (hc25) elsewhere"),
        (("890", "hc25", "relayed"), 0, "valid"),
        (("800", "hc26", "relayed"), 2, "'hc25'"),
        (("8e9", "hc25", "relayed"), 2, "elsewhere[0].value"),
        (("800", "hc25", "measured"), 2, "status measured"),
        ((".nan", "hc25", "relayed"), 2, "elsewhere"),
    ],
)
def test_other_documents_of_a_layer_are_read_strictly(
    tmp_path: Path, other: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "own.yaml").write_text(LAYER % other)
    done = petaplan("catalog", "--validate", str(tmp_path / "own.yaml"))
    assert done.code == code
    assert words in done.out + done.err


def test_the_catalogue_shows_what_other_documents_say() -> None:
    assert "elsewhere 780 (analyst, SemiA, 2025-04-16)" in petaplan("catalog", "huawei-ascend-910c").out


def assumed(model: str | None) -> Hub:
    """Two phases, one in service before the day of an assumption; the B300 is in service in the second alone."""
    phases = (
        Phase(name="first", starts=date(2025, 1, 1), in_service=date(2025, 12, 31)),
        Phase(name="second", starts=date(2026, 1, 1), in_service=date(2028, 12, 31)),
    )
    late = Assumption(name="late", statement="A power", reason="A letter", as_of=date(2026, 11, 1))
    if model is not None:
        late = late.replace(model=model, quantity="weight_kg", value=50, unit="kg")
    rack = StandAloneRackGroup(
        name="later",
        phase="second",
        hall="hall",
        model="generic-compute-rack",
        count=1,
        nodes=(NodeGroup(model="nvidia-dgx-b300", count=2),),
    )
    return hubs.hub(phases=phases, racks=(rack,), assumptions=(late,))


@pytest.mark.parametrize(
    ("model", "verdict"),
    [(None, Verdict.REVIEW), ("nvidia-dgx-b300", Verdict.PASS), ("huawei-cloudmatrix384-node", Verdict.REVIEW)],
)
def test_a_phase_answers_for_its_own_assumptions(model: str | None, verdict: Verdict) -> None:
    findings: dict[tuple[str, str], Finding] = {(one.rule, one.subject): one for one in check(assumed(model)).findings}
    assert findings["DATA-009", "first"].verdict is verdict
    assert findings["DATA-009", "second"].verdict is Verdict.PASS


SHEET = "sources:\n- {key: own-letter, document: A letter of the maker, read_on: 2026-10-02}\n"
STATED = "{value: %g, unit: %s, source: own-letter, as_of: 2026-10-01, status: quoted}"
PARTS = {
    "nodes": ("nvidia-dgx-h100", "accelerators: [{model: nvidia-h200-sxm, count: 8}]", {"power_kw", "weight_kg"}),
    "racks": ("nvidia-dgx-h100-rack", "nodes: [{model: nvidia-dgx-h100, count: 3}]", {"power_kw"}),
    "pods": (
        "huawei-cloudmatrix384",
        "racks: [{model: huawei-cloudmatrix384-compute-rack, count: 7}]",
        {"accelerators", "power_kw", "optics", "scale_up_domain"},
    ),
}
"""By table: a product of it, other parts, and the totals that it has."""


def doubted(folder: Path, table: str, *rows: str) -> dict[str, set[str]]:
    """The doubtful totals of each product of a layer; each row is the fields of the product after the one before."""
    base = PARTS[table][0]
    models = [base, *(f"own-{at}" for at in range(len(rows)))]
    own = [
        f"- {{model: {model}, name: Own, based_on: {below}{row}}}\n"
        for below, model, row in zip(models, models[1:], rows, strict=False)
    ]
    (folder / "own.yaml").write_text(f"{SHEET}{table}:\n{''.join(own)}", encoding="utf-8")
    catalogue = laid_over((), [folder / "own.yaml"])
    return {one: {d.figure for d in totals_of_other_parts(catalogue.products[one], catalogue)} for one in models[1:]}


@pytest.mark.parametrize("table", PARTS)
def test_a_total_taken_over_from_other_parts_is_a_doubt_until_it_is_stated(tmp_path: Path, table: str) -> None:
    base, parts, totals = PARTS[table]
    assert {name for name in totals if getattr(CATALOGUE.products[base], name) is not None} == totals
    assert doubted(tmp_path, table, "") == {"own-0": set()}, "the same parts"
    assert doubted(tmp_path, table, f", {parts}") == {"own-0": totals}
    assert doubted(tmp_path, table, f", {parts}", "", "") == dict.fromkeys(("own-0", "own-1", "own-2"), totals)
    assert doubted(tmp_path, table, "", "", f", {parts}")["own-2"] == totals
    for name in totals:
        figure = getattr(CATALOGUE.products[base], name)
        stated = f", {name}: {STATED % (figure.value, figure.unit)}"
        assert doubted(tmp_path, table, f", {parts}{stated}", "")["own-1"] == totals - {name}, "whatever its value is"
        assert doubted(tmp_path, table, f", {parts}, {name}: null")["own-0"] == totals - {name}


def test_a_total_of_other_parts_is_a_review_of_the_plan_that_has_the_product(tmp_path: Path) -> None:
    doubted(tmp_path, "nodes", f", {PARTS['nodes'][1]}")
    group = NodeGroup(model="own-0", count=4)
    racks = (
        StandAloneRackGroup(
            name="r", model="nvidia-dgx-h100-rack", count=1, phase="first", hall="hall", nodes=(group,)
        ),
    )
    hub = hubs.hub(catalogues=("own.yaml",), racks=racks)
    (found,) = [
        one for one in check(hub, catalogue=catalogue_of(hub, folder=tmp_path)).findings if one.rule == "DATA-010"
    ]
    assert (found.verdict, found.subject) == (Verdict.REVIEW, "small/own-0")
    assert "10.2 kW of nvidia-dgx-h100, which has other accelerators" in (found.hint or "")
    assert "state it for own-0 in its layer" in (found.hint or "")
    said = petaplan("catalog", "--validate", "own.yaml", cwd=tmp_path)
    assert "review: own-0.power_kw" in said.out
