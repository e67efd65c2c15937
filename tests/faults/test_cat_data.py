"""CAT-02, CAT-09, CAT-11, CAT-14: what the shipped catalogue holds, and what rules say of it."""

from datetime import date, timedelta

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup, StandAloneRackGroup
from petaplan.capacity.errors import PlanError
from petaplan.capacity.export_facts import destinations
from petaplan.capacity.facts.export_rules import Form, export_rules
from petaplan.capacity.figures import Engine, Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Accelerator, Lifecycle, Node, SwitchModel
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.site import Hall, Jurisdiction, Site
from tests.catalogue import ACCELERATORS, CATALOGUE, found, value

SERVERS = {
    accelerator.model: [
        node for node in CATALOGUE.table(Node) if accelerator.model in {part.model for part in node.accelerators}
    ]
    for accelerator in ACCELERATORS
}
DAY = date(2029, 12, 31)


def hub_of(
    node: str,
    count: int = 2,
    racks: int = 1,
    *,
    country: str = "HK",
    day: date = DAY,
    area_m2: float = 10_000,
) -> Hub:
    """One hall with racks of one kind of server."""
    group = StandAloneRackGroup(
        name="run",
        phase="phase",
        hall="hall",
        model="generic-compute-rack",
        count=racks,
        nodes=(NodeGroup(model=node, count=count),),
    )
    hall = Hall(
        name="hall",
        site="site",
        phase="phase",
        floor_area_m2=area_m2,
        floor_load_kpa=60,
        it_power_limit_kw=100_000,
        rack_positions=10_000,
    )
    return Hub(
        name="small",
        sites=(Site(name="site", country=country, jurisdiction=Jurisdiction.CN),),
        halls=(hall,),
        phases=(Phase(name="phase", starts=day - timedelta(days=300), in_service=day),),
        racks=(group,),
    )


def told(hub: Hub, rule: str) -> dict[str, Finding]:
    """What a rule says of a hub, by subject."""
    return {one.subject: one for one in check(hub).findings if one.rule == rule}


@pytest.mark.parametrize("accelerator", ACCELERATORS, ids=lambda each: each.model)
def test_cat_02_every_accelerator_stands_in_a_node_that_a_plan_can_name(accelerator: Accelerator) -> None:
    assert SERVERS[accelerator.model]
    for node in SERVERS[accelerator.model]:
        report = check(hub_of(node.model))
        power = [one for one in report.findings if one.rule == "PWR-013"]
        unknown = node.power_kw is None and (node.host_power_kw is None or accelerator.power_w is None)
        assert [one.verdict is Verdict.UNKNOWN for one in power] == [unknown], node.model
        if unknown:
            lacking = node.model if node.host_power_kw is None else accelerator.model
            assert any(name.startswith(f"{lacking}.power_") for name in power[0].missing)


def test_cat_02_a_plan_that_names_the_accelerator_is_told_the_nodes_that_hold_it() -> None:
    with pytest.raises(PlanError) as refused:
        check(hub_of("nvidia-h800-sxm"))
    (problem,) = [str(one) for one in refused.value.problems]
    assert "it is an accelerator; nodes with it are generic-8x-nvidia-h800-sxm" in problem


def peak(model: str, precision: Precision, engine: Engine = Engine.MATRIX) -> Figure:
    """The dense figure of a chip."""
    chip = found(Accelerator, model)
    kind = (precision, Sparsity.DENSE, engine)
    (figure,) = [one.tflops for one in chip.peaks if (one.precision, one.sparsity, one.engine) == kind]
    assert figure is not None
    return figure


def test_cat_09_figures_that_were_wrong_are_mended() -> None:
    for model in ("nvidia-b200", "nvidia-b300"):
        assert peak(model, Precision.FP32, Engine.VECTOR).value == 75
    for model in ("nvidia-gb200", "nvidia-gb300"):
        assert peak(model, Precision.FP32, Engine.VECTOR).value == 80
    assert peak("nvidia-b300", Precision.INT8).value == 125
    power = found(Accelerator, "nvidia-b300").power_w
    assert power is not None
    assert (power.low, power.value, power.high) == (1000, 1100, 1400)
    assert value(found(Accelerator, "nvidia-b200").memory_gb_per_s) == 7_700
    assert found(Accelerator, "nvidia-h800-sxm").lifecycle is Lifecycle.END_OF_LIFE
    assert found(Accelerator, "nvidia-h20").released == date(2024, 1, 1)
    assert found(Accelerator, "huawei-ascend-910c").released is not None
    assert value(found(SwitchModel, "nvidia-quantum-2").height_u) == 1


def test_cat_09_a_derived_or_relayed_rate_is_not_called_a_datasheet() -> None:
    for model in ("huawei-ascend-910b1", "huawei-ascend-910b2"):
        assert peak(model, Precision.BF16).status is Status.DERIVED
    for model in ("huawei-ascend-960", "huawei-ascend-970"):
        assert peak(model, Precision.FP8).status is Status.RELAYED


def test_cat_09_no_source_is_a_bare_home_page() -> None:
    for source in CATALOGUE.sources.values():
        if source.url is not None:
            path = source.url.partition("://")[2].partition("/")[2]
            assert path.strip("/"), source.key


def test_cat_09_figures_are_dated_by_their_documents() -> None:
    """The day of reading stands only where the document itself has no date, and its title says so."""
    for product in CATALOGUE.products.values():
        for field in ("memory_gb", "power_w", "power_kw", "price_usd"):
            figure = getattr(product, field, None)
            if isinstance(figure, Figure):
                source = CATALOGUE.sources[figure.source]
                title = source.document
                assert figure.as_of != source.read_on or "(20" not in title, (product.model, field)


def test_cat_09_dated_rules_have_their_days() -> None:
    days = {rule.id: rule.effective for rule in export_rules()}
    assert days["entity-list-sensetime"] == date(2019, 10, 9)
    assert days["hong-kong-is-china"] == date(2020, 12, 23)
    assert days["diffusion-2025"] == date(2025, 1, 13)
    assert days["entity-list-huawei"] == date(2019, 5, 16)
    assert destinations("HK", date(2020, 12, 22)) == {"HK"}
    assert destinations("HK", date(2020, 12, 23)) == {"HK", "CN"}


@pytest.mark.parametrize("country", ["CN", "HK", "MO"])
def test_cat_11_the_presumption_of_denial_is_told_where_it_bites(country: str) -> None:
    words = "presumption-of-denial-2026"
    for model, bites in (("nvidia-dgx-b200", True), ("nvidia-dgx-h100", False), ("amd-mi325x-node", False)):
        (one,) = told(hub_of(model, country=country), "EXP-001").values()
        assert (words in one.hint) == bites, model
        assert ("case-by-case-2026" in one.hint) != bites, model
    assert not [one for one in told(hub_of("nvidia-dgx-b200", country="US"), "EXP-001").values() if words in one.hint]


def test_cat_11_a_makers_listing_is_told_wherever_the_device_goes() -> None:
    for country, rule in (("HK", "EXP-002"), ("CN", "EXP-002"), ("SG", "EXP-001")):
        (one,) = told(hub_of("huawei-atlas-800t-a2", country=country), rule).values()
        assert "entity-list-huawei (from 2019-05-16" in one.hint
        assert "gp10-ascend-2025" in one.hint
    (other,) = told(hub_of("baidu-p800-node"), "EXP-002").values()
    assert "entity-list-huawei" not in other.hint


@pytest.mark.parametrize(
    ("node", "packages", "reached"),
    [("nvidia-dgx-h100", 1_488, False), ("nvidia-dgx-h100", 1_496, True), ("amd-mi300x-node", 616, True)],
)
def test_cat_11_a_whole_system_is_held_against_section_744_23(node: str, packages: int, reached: bool) -> None:
    """1,493 H100 of 67 TFLOP/s, or 612 MI300X of 163.4, are 100 PFLOP/s in 64 bits."""
    (one,) = told(hub_of(node, count=packages // 8, area_m2=300), "EXP-003").values()
    assert one.verdict is (Verdict.REVIEW if reached else Verdict.PASS)
    assert ("744.23-supercomputer (from 2022-10-07" in one.hint) == reached
    assert not told(hub_of(node, count=packages // 8, area_m2=300, country="SG"), "EXP-003")
    assert not told(hub_of(node, count=packages // 8, area_m2=300, day=date(2022, 10, 6)), "EXP-003")


def test_cat_11_a_system_counts_only_within_its_volume() -> None:
    near = hub_of("nvidia-dgx-h100", count=8, racks=24, area_m2=100_000)
    assert told(near, "EXP-003")["hall"].verdict is Verdict.REVIEW
    far = near.replace(halls=(near.halls[0].replace(rack_positions=400),))
    assert told(far, "EXP-003")["hall"].verdict is Verdict.PASS


def test_cat_11_every_rule_that_takes_effect_is_of_a_form_that_a_rule_reads() -> None:
    assert {rule.form for rule in export_rules()} == set(Form)


def test_cat_14_a_site_in_mainland_china_is_judged_as_by_iec() -> None:
    hub = hub_of("nvidia-dgx-h100", country="CN")
    assert hub.sites[0].jurisdiction is Jurisdiction.CN
    assert told(hub, "EXP-001")
    iec = hub.replace(sites=(hub.sites[0].replace(jurisdiction=Jurisdiction.IEC),))
    verdicts = [[(one.identity, one.verdict, one.capacity) for one in check(each).findings] for each in (hub, iec)]
    assert verdicts[0] == verdicts[1]
