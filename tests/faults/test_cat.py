"""Faults of the catalogue: each test names the fault that it holds down."""

import json
from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import read
from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.figures import STATED, Engine, Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Accelerator, Node, Peak
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.json import as_values, write_json
from petaplan.capacity.targets import Measure
from tests.commands import petaplan
from tests.faults.phy import PLANS, finding, plan
from tests.hubs import hub as hub_with
from tests.hubs import target

FP8, TWO_OF_FOUR = Precision.FP8, Sparsity.TWO_OF_FOUR


def found(hub: Hub, catalogue: Catalogue, rule: str) -> dict[str, Finding]:
    """What a rule says of a hub by a catalogue, by subject."""
    return {one.subject: one for one in check(hub, catalogue).findings if one.rule == rule}


def without_peaks(model: str, *, keep: tuple[Sparsity, Engine]) -> Catalogue:
    """The shipped catalogue with one kind of peak of a model alone."""
    catalogue = load()
    chip = catalogue.require(Accelerator, model)
    peaks = tuple(peak for peak in chip.peaks if (peak.sparsity, peak.engine) == keep)
    return replace(catalogue, products={**catalogue.products, model: chip.replace(peaks=peaks)})


def test_cat_03_a_sentence_names_the_kind_of_figure_that_is_missing() -> None:
    hub = read(str(PLANS / "CAT-03.json"))
    by = without_peaks("nvidia-h100-sxm", keep=(Sparsity.DENSE, Engine.MATRIX))
    assert "no FP8 2:4 figure is published for nvidia-h100-sxm" in found(hub, by, "PF-001")["sparse"].hint
    assert "No 2:4 figure at FP8 is published" in found(hub, by, "PF-003")["sparse"].hint
    assert found(hub, by, "PF-001")["dense"].verdict is Verdict.PASS


def test_cat_03_a_rate_with_sparsity_is_judged() -> None:
    hub = read(str(PLANS / "CAT-03.json"))
    chip = load().require(Accelerator, "nvidia-h100-sxm")
    dense = chip.peak(FP8)
    assert dense is not None
    sparse = Peak(precision=FP8, sparsity=TWO_OF_FOUR, tflops=dense.replace(value=3957.8))
    others = tuple(peak for peak in chip.peaks if (peak.precision, peak.sparsity) != (FP8, TWO_OF_FOUR))
    products = {**load().products, chip.model: chip.replace(peaks=(*others, sparse))}
    one = found(hub, replace(load(), products=products), "PF-001")["sparse"]
    assert one.verdict in {Verdict.PASS, Verdict.REVIEW}
    assert one.capacity == pytest.approx(32 * 3.9578)


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("sparsity", Sparsity)
@pytest.mark.parametrize("precision", STATED)
def test_cat_04_every_kind_of_peak_is_counted(engine: Engine, sparsity: Sparsity, precision: Precision) -> None:
    hub = plan("CAT-04")
    goal = hub.targets[0].replace(precisions=(precision,), sparsity=sparsity, engine=engine, pflops=1e-6)
    chip = load().require(Accelerator, "nvidia-h100-sxm")
    figure = Figure(value=5, unit="TFLOP/s", source="stas", as_of=date(2026, 1, 1), status=Status.DATASHEET)
    only = Peak(precision=precision, sparsity=sparsity, engine=engine, tflops=figure)
    by = replace(load(), products={**load().products, chip.model: chip.replace(peaks=(only,))})
    hub = hub.replace(targets=(goal,))
    assert found(hub, by, "PF-001")["goal"].capacity == pytest.approx(32 * 0.005)
    assert found(hub, by, "PF-003")["goal"].verdict is Verdict.PASS
    for other in Precision, Sparsity, Engine:
        for value in other:
            kind = {Precision: "precisions", Sparsity: "sparsity", Engine: "engine"}[other]
            asked = (value,) if other is Precision else value
            if value not in (precision, sparsity, engine, Precision.UNSTATED):
                changed = hub.replace(targets=(goal.replace(**{kind: asked}),))
                assert found(changed, by, "PF-001")["goal"].capacity == 0


def test_cat_05_a_gap_is_counted_in_single_racks() -> None:
    hint = finding(plan("CAT-05"), "PF-001", "goal").hint
    assert "15 racks nvidia-dgx-h100-rack of 31.65 PFLOP/s" in hint


@pytest.mark.parametrize("measure", Measure)
def test_an_unstated_precision_is_a_review_and_never_a_pass(measure: Measure) -> None:
    hub = plan("CAT-05")
    rule = "PF-001" if measure is Measure.PEAK else "PF-004"
    verdicts = {}
    for pflops in (1, 2500, 1_000_000_000):
        goal = hub.targets[0].replace(precisions=(Precision.UNSTATED,), pflops=pflops, measure=measure)
        one = finding(hub.replace(targets=(goal,)), rule, "goal")
        verdicts[pflops] = one.verdict
        assert one.hint
    assert verdicts[1] is Verdict.REVIEW
    assert verdicts[1_000_000_000] is Verdict.SHORTFALL
    assert Verdict.PASS not in verdicts.values()


def test_a_phase_never_passes_by_an_unstated_precision_or_by_figures_that_nobody_verified() -> None:
    goal = target(8)
    small = hub_with(targets=(goal,))
    shown = {Status.UNVERIFIED: Verdict.REVIEW, Status.QUOTED: Verdict.PASS, Status.ASSUMED: Verdict.PASS}
    chip = load().require(Accelerator, "huawei-ascend-910c")
    for status, verdict in shown.items():
        peaks = tuple(
            peak.replace(tflops=peak.tflops.replace(status=status)) if peak.tflops is not None else peak
            for peak in chip.peaks
        )
        by = replace(load(), products={**load().products, chip.model: chip.replace(peaks=peaks)})
        report = check(small, by)
        assert [phase.verdict for phase in report.phases] == [verdict]
        assert as_values(report)["phases"][0]["verdict"] == verdict
    unstated = check(small.replace(targets=(goal.replace(precisions=(Precision.UNSTATED,)),)))
    assert [phase.verdict for phase in unstated.phases] == [Verdict.REVIEW]
    too_much = check(small.replace(targets=(goal.replace(precisions=(Precision.UNSTATED,), pflops=1e6),)))
    assert [phase.verdict for phase in too_much.phases] == [Verdict.SHORTFALL]


def test_an_unstated_precision_says_at_which_precisions_it_is_met() -> None:
    hub = plan("CAT-05")
    goal = hub.targets[0].replace(precisions=(Precision.UNSTATED,))
    assert "met at FP8" in finding(hub.replace(targets=(goal,)), "PF-001", "goal").hint


def test_cat_08_a_cited_source_keeps_its_source_and_its_status() -> None:
    hub = plan("CAT-08")
    (filled,) = hub.assumptions
    report = check(hub)
    (basis,) = report.bases
    assert dict(basis.shares).keys() == {Status.DATASHEET}
    (peak,) = [one for one in finding(hub, "PF-001", "goal").inputs if one.name.endswith("peak")]
    assert peak.source == "datasheet: vendor sheet, revision 7 (this plan), 2026-10-01"
    bare = check(hub.replace(assumptions=(filled.replace(source=None),)))
    assert dict(bare.bases[0].shares).keys() == {Status.ASSUMED}
    for status in Status:
        said = check(hub.replace(assumptions=(filled.replace(status=status),)))
        assert dict(said.bases[0].shares).keys() == {status}


def test_cat_08_only_evidence_satisfies_what_is_required() -> None:
    said = petaplan("check", str(PLANS / "CAT-08.yaml"), "--require-evidence", "0.1")
    assert said.code in {1, 4}
    assert "0% of its petaflops is measured" in said.err


def test_cat_14_targets_of_zettaflops_are_read_and_no_percentage_is_absurd() -> None:
    hub = plan("CAT-05")
    goal = hub.targets[0].replace(pflops=16_000_000)
    assert finding(hub.replace(targets=(goal,)), "PF-001", "goal").verdict is Verdict.SHORTFALL


def test_cat_06_a_product_before_its_release_and_a_phase_before_its_assumptions_are_reviews() -> None:
    hub = plan("CAT-06")
    rack = hub.racks[0].nodes[0].model
    early = load().require(Node, rack)
    chips = [load().require(Accelerator, part.model) for part in early.accelerators]
    assert any(one.released is not None and one.released > date(2019, 12, 31) for one in (early, *chips))
    assert finding(hub, "DATA-008", "run").verdict is Verdict.REVIEW
    assert finding(hub, "DATA-009", "phase").verdict is Verdict.REVIEW
    moved = {"starts": date(2027, 1, 1), "in_service": date(2027, 12, 31)}
    later = hub.replace(phases=(hub.phases[0].replace(**moved),))
    assert finding(later, "DATA-008", "run").verdict is Verdict.PASS
    assert finding(later, "DATA-009", "phase").verdict is Verdict.PASS


def test_an_unverified_figure_never_lifts_a_verdict() -> None:
    hub = plan("CAT-05")
    hub = hub.replace(targets=(hub.targets[0].replace(pflops=2000),))
    chip = load().require(Accelerator, "nvidia-h100-sxm")
    for status in Status:
        peaks = tuple(
            peak.replace(tflops=peak.tflops.replace(status=status)) if peak.tflops is not None else peak
            for peak in chip.peaks
        )
        by = replace(load(), products={**load().products, chip.model: chip.replace(peaks=peaks)})
        one = found(hub, by, "PF-001")["goal"]
        assert one.verdict is (Verdict.REVIEW if status is Status.UNVERIFIED else Verdict.PASS)
        assert one.holds_unverified == (status is Status.UNVERIFIED)
        too_much = hub.replace(targets=(hub.targets[0].replace(pflops=3000),))
        assert found(too_much, by, "PF-001")["goal"].verdict is Verdict.SHORTFALL


def test_cat_14_petaflops_per_megawatt_and_cost_per_petaflop_are_reported() -> None:
    hub = plan("CAT-13")
    (phase,) = json.loads(write_json(check(hub)))["phases"]
    bf16 = phase["peak_dense_pflops"]["bf16"]
    assert phase["peak_dense_pflops_per_mw"]["bf16"] == pytest.approx(bf16 / phase["it_power_mw"])
    (cost,) = (one.demand for one in check(hub).findings if one.rule == "BUD-001")
    assert cost is not None
    assert phase["capex_per_added_pflops"]["currency"] == "USD"
    assert phase["capex_per_added_pflops"]["by_precision"]["bf16"] == pytest.approx(cost * 1e6 / bf16, abs=0.01)
    assert "per MW" in petaplan("check", str(PLANS / "CAT-13.yaml"), "--all").out


def test_cat_02_an_accelerator_in_the_place_of_a_node_is_told_its_nodes() -> None:
    said = petaplan("check", str(PLANS / "CAT-02.yaml"))
    assert said.code == 2
    holding = [
        node.model for node in load().table(Node) if "nvidia-h800-sxm" in {part.model for part in node.accelerators}
    ]
    assert holding
    assert f"it is an accelerator; nodes with it are {holding[0]}" in said.err


@pytest.mark.parametrize("chip", load().table(Accelerator), ids=lambda chip: chip.model)
def test_cat_02_every_accelerator_stands_in_a_node_that_a_plan_can_place(chip: Accelerator) -> None:
    holding = [node for node in load().table(Node) if chip.model in {part.model for part in node.accelerators}]
    assert holding
    hub = plan("CAT-02")
    rack = hub.racks[0].replace(nodes=(hub.racks[0].nodes[0].replace(model=holding[0].model),))
    report = check(hub.replace(racks=(rack,)))
    assert report.phases[0].accelerators == 4 * sum(part.count for part in holding[0].accelerators)
