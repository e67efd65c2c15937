"""The catalogue holds what it promises: everything that a plan names, with its sources, within physics."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.facts.catalog import DATA, Catalogue, load
from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.facts.export_rules import export_rules
from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.facts.systems import published_systems
from petaplan.capacity.figures import Figure, Precision, Status
from petaplan.capacity.hardware import (
    Accelerator,
    Equipment,
    EquipmentKind,
    Medium,
    Node,
    Optic,
    PodModel,
    Product,
    RackModel,
)
from tests.catalogue import CATALOGUE

FIGURES: list[tuple[str, Figure]] = [
    (f"{getattr(noun, 'model', noun.declared_at)}.{path}", figure)
    for noun in (*CATALOGUE.products.values(), *published_systems())
    for path, _, figure in figures_of(noun)
    if figure is not None
]


# What must be there


@pytest.mark.parametrize(
    "model",
    [
        "huawei-ascend-910b1",
        "huawei-ascend-910b2",
        "huawei-ascend-910b3",
        "huawei-ascend-910b4",
        "huawei-ascend-910c",
        "huawei-ascend-950dt",
        "huawei-ascend-960",
        "baidu-kunlun-p800",
        "alibaba-thead-ppu-810e",
        "cambricon-mlu590",
        "hygon-bw1000",
        "hygon-k100-ai",
        "metax-c500",
        "metax-c550",
        "moore-threads-s4000",
        "moore-threads-s5000",
        "nvidia-a100-sxm",
        "nvidia-h100-sxm",
        "nvidia-h800-sxm",
        "nvidia-h20",
        "nvidia-h200-sxm",
        "nvidia-b200",
        "nvidia-gb200",
        "nvidia-b300",
        "amd-mi300x",
        "amd-mi355x",
    ],
)
def test_every_accelerator_of_the_plan_is_listed(model: str) -> None:
    accelerator = CATALOGUE.find(Accelerator, model)
    assert accelerator is not None
    assert accelerator.country in {"CN", "US"}
    assert any(peak.precision is Precision.BF16 for peak in accelerator.peaks)


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (Node, "huawei-atlas-800t-a2"),
        (Node, "huawei-cloudmatrix384-node"),
        (Node, "huawei-atlas-950-node"),
        (Node, "nvidia-dgx-h100"),
        (Node, "nvidia-dgx-b200"),
        (Node, "nvidia-hgx-h20-node"),
        (Node, "amd-mi300x-node"),
        (Node, "baidu-p800-node"),
        (Node, "alibaba-yitian-node"),
        (RackModel, "huawei-cloudmatrix384-compute-rack"),
        (RackModel, "huawei-cloudmatrix384-switch-rack"),
        (RackModel, "huawei-atlas-900-a2-rack"),
        (RackModel, "huawei-atlas-950-cabinet"),
        (RackModel, "huawei-atlas-950-comms-cabinet"),
        (RackModel, "baidu-p800-rack"),
        (RackModel, "alibaba-yitian-rack"),
        (RackModel, "nvidia-dgx-h100-rack"),
        (PodModel, "huawei-cloudmatrix384"),
        (PodModel, "huawei-atlas-950-superpod"),
        (PodModel, "huawei-atlas-950-superpod-1024"),
        (PodModel, "nvidia-dgx-superpod-su"),
        (PodModel, "nvidia-gb200-nvl72"),
    ],
)
def test_every_node_rack_and_pod_of_the_plan_is_listed(kind: type[Product], model: str) -> None:
    assert CATALOGUE.find(kind, model) is not None


def test_every_kind_of_power_and_cooling_equipment_has_a_class() -> None:
    assert {entry.kind for entry in CATALOGUE.table(Equipment)} == set(EquipmentKind)


def test_links_of_200_400_and_800_gbps_run_over_copper_multimode_and_single_mode() -> None:
    kinds = {(optic.gbps.value, optic.medium) for optic in CATALOGUE.table(Optic)}
    assert set(itertools.product((200, 400, 800), Medium)) <= kinds


# Where the figures come from


def test_every_figure_has_a_source_document_and_a_date_no_later_than_it_was_read() -> None:
    for where, figure in FIGURES:
        assert figure.as_of <= CATALOGUE.sources[figure.source].read_on, where


def test_no_figure_of_the_shipped_data_was_measured_here() -> None:
    assert [where for where, figure in FIGURES if figure.status is Status.MEASURED] == []


def test_general_knowledge_is_unverified() -> None:
    for where, figure in FIGURES:
        if figure.source == "engineering":
            assert figure.status is Status.UNVERIFIED, where


def test_no_datasheet_figure_rests_on_general_knowledge() -> None:
    for where, figure in FIGURES:
        if figure.status is Status.DATASHEET:
            assert figure.source not in {"engineering", "this plan"}, where


def test_every_derived_and_every_assumed_figure_says_how_it_came_about() -> None:
    for where, figure in FIGURES:
        if figure.status in {Status.DERIVED, Status.ASSUMED, Status.UNVERIFIED}:
            assert figure.note, where


def test_every_source_is_used() -> None:
    used = {figure.source for _, figure in FIGURES} | {"this plan"}
    for gemm in measured_gemms():
        used |= {figure.source for _, _, figure in figures_of(gemm) if figure is not None}
    used |= {rule.source for rule in export_rules()}
    assert set(CATALOGUE.sources) - used == set()


# Looking things up


@given(model=st.sampled_from(sorted(CATALOGUE.products)), place=st.integers(0, 60))
def test_a_model_with_one_letter_lost_is_suggested(model: str, place: int) -> None:
    product = CATALOGUE.products[model]
    wrong = model[: place % len(model)] + model[place % len(model) + 1 :]
    if wrong not in CATALOGUE.products:
        assert "did you mean" in CATALOGUE.suggestion(type(product), wrong)


def test_a_product_is_found_only_as_what_it_is() -> None:
    catalogue: Catalogue = CATALOGUE
    assert catalogue.find(Node, "nvidia-h100-sxm") is None
    assert catalogue.find(Accelerator, "nvidia-h100-sxm") is not None
    place = catalogue.products["nvidia-h100-sxm"].declared_at
    assert place is not None
    assert place.file.endswith("accelerators.yaml")


def test_a_second_look_at_the_catalogue_reads_no_file() -> None:
    assert load() is CATALOGUE


def test_the_catalogue_can_be_read_where_pulumi_is_not_installed() -> None:
    code = (
        "import sys, petaplan.capacity.facts.catalog as c; c.load(); "
        "print(*(name in sys.modules for name in ('pulumi', 'petaplan.infra')))"
    )
    words = [sys.executable, "-c", code]
    shown = subprocess.run(words, capture_output=True, text=True, check=True, cwd=DATA.parents[2])
    assert shown.stdout.split() == ["False", "False"]
