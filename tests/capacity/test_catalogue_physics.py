"""Physics and arithmetic that the figures of the catalogue keep."""

import pytest

from petaplan.capacity.facts.efficiency import measured_gemms, published_fractions
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.hardware import (
    Accelerator,
    Cpu,
    Lifecycle,
    Medium,
    Node,
    Optic,
    PodModel,
    RackModel,
    SwitchModel,
)
from tests.catalogue import ACCELERATORS, CATALOGUE, accelerators_in_rack, count_in, found, value


def test_no_chip_is_slower_in_eight_bit_floating_point_than_in_sixteen() -> None:
    both = [(a.model, a.peak(Precision.FP8), a.peak(Precision.BF16)) for a in ACCELERATORS]
    known = [(model, fp8.value, bf16.value) for model, fp8, bf16 in both if fp8 and bf16]
    assert len(known) >= 9
    for model, fp8_tflops, bf16_tflops in known:
        assert fp8_tflops >= bf16_tflops, model


def test_four_bits_are_never_slower_than_eight() -> None:
    for accelerator in ACCELERATORS:
        fp4, fp8 = accelerator.peak(Precision.FP4), accelerator.peak(Precision.FP8)
        if fp4 and fp8:
            assert fp4.value >= fp8.value, accelerator.model


def test_a_chip_lists_each_precision_once_for_each_engine() -> None:
    for accelerator in ACCELERATORS:
        keys = [(peak.precision, peak.sparsity, peak.engine) for peak in accelerator.peaks]
        assert len(keys) == len(set(keys)), accelerator.model


def test_sixteen_bit_rates_come_from_the_matrix_engine_and_are_equal_where_both_are_given() -> None:
    for accelerator in ACCELERATORS:
        assert all(p.engine is Engine.MATRIX for p in accelerator.peaks if p.precision.bits == 16), accelerator.model
        both = [accelerator.peak(Precision.BF16), accelerator.peak(Precision.FP16)]
        if None not in both:
            assert value(both[0]) == value(both[1]), accelerator.model


def test_a_rate_with_sparsity_is_above_the_dense_one_and_at_most_twice_it() -> None:
    compared = 0
    for accelerator in ACCELERATORS:
        for peak in accelerator.peaks:
            if peak.sparsity is Sparsity.TWO_OF_FOUR and peak.tflops is not None:
                dense = value(accelerator.peak(peak.precision))
                assert dense < peak.tflops.value <= 2.03 * dense, (accelerator.model, peak.precision)
                compared += 1
    assert compared >= 80


def test_integer_rates_are_in_operations_and_floating_rates_in_floating_operations() -> None:
    for accelerator in ACCELERATORS:
        for peak in accelerator.peaks:
            if peak.tflops is not None:
                expected = "TOP/s" if peak.precision is Precision.INT8 else "TFLOP/s"
                assert peak.tflops.unit == expected, accelerator.model


@pytest.mark.parametrize(
    ("model", "flop_per_cycle"),
    [
        ("huawei-ascend-910b1", 24 * 8192),
        ("huawei-ascend-910b2", 24 * 8192),
        ("huawei-ascend-910b3", 20 * 8192),
        ("huawei-ascend-910b4", 20 * 8192),
        ("nvidia-h100-sxm", 528 * 512 * 2),
        ("amd-mi300x", 1216 * 256 * 2),
    ],
)
def test_cores_and_clock_give_the_rate_of_the_sheet(model: str, flop_per_cycle: int) -> None:
    accelerator = CATALOGUE.find(Accelerator, model)
    assert accelerator is not None
    peak = next(peak for peak in accelerator.peaks if peak.precision is Precision.BF16)
    assert flop_per_cycle * value(peak.clock_mhz) / 1e6 == pytest.approx(value(peak.tflops), rel=0.002)


def test_the_910c_is_two_dies_and_less_than_two_of_the_fastest_910b() -> None:
    pair, single = (CATALOGUE.find(Accelerator, f"huawei-ascend-910{name}") for name in ("c", "b1"))
    assert pair is not None
    assert single is not None
    assert (pair.dies, single.dies) == (2, 1)
    assert value(pair.die_area_mm2) == pytest.approx(2 * value(single.die_area_mm2), rel=1e-3)
    rate = value(pair.peak(Precision.BF16))
    assert rate == 2 * 376
    assert value(pair.memory_gb_per_s) == 2 * value(single.memory_gb_per_s)


def test_the_domestic_chips_that_nobody_measured_keep_their_unknown_power() -> None:
    for model in ("huawei-ascend-910c", "huawei-ascend-950dt", "moore-threads-s5000"):
        accelerator = CATALOGUE.find(Accelerator, model)
        assert accelerator is not None
        assert accelerator.power_w is None


def test_an_announced_chip_is_not_said_to_ship() -> None:
    announced = {a.model for a in ACCELERATORS if a.lifecycle is Lifecycle.ANNOUNCED}
    assert {"huawei-ascend-950dt", "huawei-ascend-960", "huawei-ascend-970"} <= announced
    for node in CATALOGUE.table(Node):
        if announced & {part.model for part in node.accelerators}:
            assert node.lifecycle is Lifecycle.ANNOUNCED, node.model


def test_the_yitian_is_a_processor_and_no_processor_is_an_accelerator() -> None:
    assert CATALOGUE.find(Cpu, "alibaba-yitian-710") is not None
    assert CATALOGUE.find(Accelerator, "alibaba-yitian-710") is None
    for cpu in CATALOGUE.table(Cpu):
        assert all(peak.engine is Engine.VECTOR for peak in cpu.peaks), cpu.model
    assert accelerators_in_rack("alibaba-yitian-rack") == 0


@pytest.mark.parametrize("pod", CATALOGUE.table(PodModel), ids=lambda pod: pod.model)
def test_racks_times_nodes_times_devices_are_the_pods_accelerators(pod: PodModel) -> None:
    assert count_in(pod.racks, accelerators_in_rack) == value(pod.accelerators)


def test_a_cloudmatrix_pod_is_48_nodes_in_12_racks_beside_4_switch_racks() -> None:
    pod = found(PodModel, "huawei-cloudmatrix384")
    nodes = count_in(pod.racks, lambda model: count_in(found(RackModel, model).nodes, lambda _: 1))
    cpus = count_in(
        pod.racks,
        lambda model: count_in(
            found(RackModel, model).nodes, lambda node: count_in(found(Node, node).cpus, lambda _: 1)
        ),
    )
    switches = count_in(pod.racks, lambda model: count_in(found(RackModel, model).switches, lambda _: 1))
    assert [part.count for part in pod.racks] == [12, 4]
    assert (nodes, cpus, switches) == (48, 192, 112)


def test_a_cloudmatrix_pod_has_18_optical_modules_for_each_accelerator() -> None:
    pod = CATALOGUE.find(PodModel, "huawei-cloudmatrix384")
    assert pod is not None
    assert value(pod.optics) == 384 * 18


def test_the_power_of_the_cloudmatrix_racks_adds_up_to_the_pods() -> None:
    pod = CATALOGUE.find(PodModel, "huawei-cloudmatrix384")
    assert pod is not None
    racks_kw = sum(part.count * value(found(RackModel, part.model).power_kw) for part in pod.racks)
    assert racks_kw == pytest.approx(value(pod.power_kw))


def test_every_second_level_switch_port_of_a_cloudmatrix_pod_meets_a_scale_up_port() -> None:
    node = CATALOGUE.find(Node, "huawei-cloudmatrix384-node")
    switch = CATALOGUE.find(SwitchModel, "huawei-ub-l2-switch")
    assert node is not None
    assert switch is not None
    assert node.scale_up is not None
    assert 48 * node.scale_up.count == 112 * value(switch.ports)
    assert node.scale_up.gbps == value(switch.port_gbps)


def test_a_full_rack_has_room_for_its_nodes() -> None:
    for rack in CATALOGUE.table(RackModel):
        heights = [(part.count, found(Node, part.model).height_u) for part in rack.nodes]
        if rack.height_u is not None and all(height is not None for _, height in heights):
            assert sum(count * value(height) for count, height in heights) <= rack.height_u.value, rack.model


def test_a_full_rack_stands_within_what_its_cabinet_carries() -> None:
    for rack in CATALOGUE.table(RackModel):
        if rack.loaded_weight_kg and rack.load_limit_kg:
            assert rack.loaded_weight_kg.value <= rack.load_limit_kg.value, rack.model


def test_a_lane_of_a_module_divides_its_rate() -> None:
    for optic in CATALOGUE.table(Optic):
        assert optic.gbps.value % value(optic.lane_gbps) == 0, optic.model


def test_copper_reaches_less_far_than_multimode_and_multimode_than_single_mode() -> None:
    reach = {
        medium: [o.reach_m.value for o in CATALOGUE.table(Optic) if o.medium is medium and o.gbps.value == 400]
        for medium in Medium
    }
    assert max(reach[Medium.COPPER]) < min(reach[Medium.MULTIMODE])
    assert max(reach[Medium.MULTIMODE]) < min(reach[Medium.SINGLEMODE])


# What others measured


def test_a_measured_share_is_the_rate_over_its_nominal_rate() -> None:
    for gemm in measured_gemms():
        if gemm.rate_tflops and gemm.nominal_tflops:
            share = gemm.rate_tflops.value / gemm.nominal_tflops.value
            assert gemm.fraction.value == pytest.approx(share, abs=0.011), gemm.device
            assert gemm.fraction.value < 1, gemm.device


def test_a_nominal_rate_is_one_that_the_catalogue_knows_for_that_chip() -> None:
    for gemm in measured_gemms():
        accelerator = CATALOGUE.find(Accelerator, gemm.accelerator)
        assert accelerator is not None
        peaks = [p.tflops for p in accelerator.peaks if p.precision is gemm.precision]
        assert peaks, gemm.device
        if gemm.nominal_tflops:
            ends = {end for p in peaks if p for end in (p.value, p.high)}
            assert gemm.nominal_tflops.value in ends, gemm.device


def test_what_was_measured_in_one_precision_says_nothing_of_another() -> None:
    assert published_fractions("nvidia-a100-sxm", Precision.BF16)
    assert published_fractions("nvidia-a100-sxm", Precision.INT8) == ()
    assert published_fractions("huawei-ascend-910c", Precision.BF16) == ()
