"""What is said of a CPU: its cores, its clock, its peak, its quota."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.cpu import clock, facts
from petaplan.bench.devices.cpu.device import NumpyDevice, blas_facts
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import names
from petaplan.bench.evidence.calibrate import pooled, slowest_of, slowest_of_measured
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision

EPYC = {"vendor_id": "AuthenticAMD", "cpu family": "25", "model": "17", "flags": "fma avx2 avx512f"}


def test_a_known_core_has_its_width_and_an_unknown_one_has_none() -> None:
    genoa = facts.core_named(EPYC)
    assert genoa is not None
    assert (genoa.flop_per_clock(32), genoa.flop_per_clock(64)) == (32, 16)
    assert facts.core_named(EPYC | {"cpu family": "99"}) is None
    assert facts.core_named({}) is None


def test_a_hypervisor_that_hides_avx_512_or_fma_takes_the_peak_away() -> None:
    rapids = {"vendor_id": "GenuineIntel", "cpu family": "6", "model": "143", "flags": "fma avx512f"}
    assert facts.core_named(rapids) is not None
    assert facts.core_named(rapids | {"flags": "fma avx2"}) is None
    assert facts.core_named(EPYC | {"flags": "avx"}) is None


def test_an_arm_server_core_is_known_by_its_part_number() -> None:
    yitian = facts.core_named({"CPU implementer": "0x41", "CPU part": "0xd49"})
    assert yitian is not None
    assert yitian.name == "Neoverse N2"
    assert facts.core_named({"CPU implementer": "0x48", "CPU part": "0xd01"}) is None


@given(st.integers(1, 512), st.floats(0.1, 600.0))
def test_threads_never_exceed_cores_nor_the_quota_by_a_whole_one(cores: int, quota: float) -> None:
    threads = facts.threads_to_use(cores, quota)
    assert 1 <= threads <= cores
    assert threads <= max(quota, 1.0)


def test_the_clock_probe_repeats_itself() -> None:
    core = facts.core()
    if core is None or core.multiply_latency_cycles is None:
        pytest.skip("this core's latencies are not in the table")
    probe = clock.ClockProbe(core.multiply_latency_cycles)
    found = sorted(mhz for mhz in (probe.mhz() for _ in range(60)) if mhz)
    assert 1000.0 < found[30] < 7000.0
    assert found[-1] < 1.25 * found[30]


def test_the_device_names_its_blas_its_cores_and_how_its_peak_is_known() -> None:
    device = NumpyDevice()
    assert device.record.software.versions["blas_threads"] == str(device.threads)
    assert "threads" in device.record.software.identity
    peak = device.peak(Precision.FP64)
    if peak is not None:
        assert peak.tera_per_second == pytest.approx(peak.units * peak.flop_per_clock_per_unit * peak.clock_mhz / 1e6)
        assert str(peak.units) in peak.how
    double, single = device.peak(Precision.FP64), device.peak(Precision.FP32)
    if double and single:
        assert single.flop_per_clock_per_unit == 2 * double.flop_per_clock_per_unit
    device.close()


def test_blas_is_never_nameless() -> None:
    assert all(blas_facts().values())


def test_candidates_are_few_and_keep_off_powers_of_two() -> None:
    device = NumpyDevice()
    shapes = device.candidates(Precision.FP32)
    assert 2 <= len(shapes) <= 9
    assert all(side & (side - 1) for shape in shapes for side in (shape.m, shape.n))
    device.close()


@given(st.integers(1, 1 << 34), st.integers(1, 1 << 30))
def test_rotating_sets_hold_twice_the_cache_and_are_two_at_least(set_bytes: int, cache: int) -> None:
    count = buffers.set_count(set_bytes, cache)
    assert count >= 2
    assert count * set_bytes >= 2 * cache


def test_a_shape_that_does_not_fit_is_refused_before_anything_is_allocated() -> None:
    device = NumpyDevice()
    with pytest.raises(InputError, match="GiB are free; choose a smaller shape"):
        device.prepare(Precision.FP64, Shape(m=10**6, n=10**6, k=10**6), "random", 1, 0)
    device.close()


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("NVIDIA H100 80GB HBM3", ("h100-80gb-hbm3", "h100-sxm", "h100")),
        ("NVIDIA A100-SXM4-80GB", ("a100-sxm4-80gb",)),
        ("NVIDIA H200", ("h200",)),
        ("Intel(R) Xeon(R) Platinum 8480+", ("xeon-platinum-8480",)),
        ("", ("unnamed",)),
    ],
)
def test_aliases_are_short_lower_case_and_most_specific_first(model: str, wanted: tuple[str, ...]) -> None:
    assert names.aliases(model)[: len(wanted)] == wanted


def test_few_devices_give_a_wide_interval_and_many_a_narrow_one() -> None:
    import numpy as np

    counts = (1, 3, 10, 100)
    values = [np.full(count, 100.0) + np.arange(float(count)) % 2 for count in counts]
    widths = [pooled(found, [str(i) for i in range(found.size)])[2] for found in values]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 8.0


def test_devices_of_one_host_say_less_than_as_many_of_many() -> None:
    import numpy as np

    values = np.full(8, 100.0) + np.arange(8.0) % 2
    together, apart = pooled(values, ["one"] * 8)[2], pooled(values, [str(i) for i in range(8)])[2]
    assert together > 1.8 * apart
    assert together < pooled(values[:1], ["one"])[2]


def test_the_slowest_of_many_is_slower_than_the_slowest_of_few() -> None:
    import numpy as np

    values = np.random.default_rng(1).normal(100.0, 2.0, 2000)
    measured = [slowest_of_measured(ranks, values) for ranks in (1, 8, 512)]
    assert all(value is not None for value in measured)
    assert measured[0] == pytest.approx(values.mean(), rel=1e-6)
    for ranks, value in zip((8, 512), measured[1:], strict=True):
        assert value == pytest.approx(slowest_of(ranks, 100.0, 0.02), rel=0.01)
    assert slowest_of_measured(8, values[:10]) is None


def test_no_text_of_this_folder_claims_a_gpu_was_measured() -> None:
    text = (Path(__file__).parents[2] / "docs" / "bench.md").read_text()
    assert "unproved on a GPU" in text
