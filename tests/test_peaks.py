"""bench knows the sheets of GPUs by itself and stands alone; they agree with the catalogue wherever both know."""

import re

import pytest

from petaplan.bench.devices.gpu.sheet import SHEETS, engine, peak, sheet_for
from petaplan.bench.precision import Precision
from petaplan.capacity.figures import Sparsity
from petaplan.capacity.hardware import Accelerator
from tests.catalogue import ACCELERATORS

SHARED = [
    (accelerator, alias, sheet.units)
    for accelerator in ACCELERATORS
    for alias in accelerator.aliases
    for sheet in SHEETS
    if re.search(sheet.pattern, alias)
]


def _rounding(value: float) -> float:
    """How far a rate may be from that of a sheet: 0.2 %, or half of the last digit that the sheet prints."""
    digits = len(f"{value:g}".partition(".")[2])
    return max(0.002 * value, 0.5 * 10.0**-digits)


def test_both_know_the_gpus_of_two_makers() -> None:
    assert {accelerator.vendor for accelerator, _, _ in SHARED} == {"NVIDIA", "AMD"}
    assert len(SHARED) >= 15


@pytest.mark.parametrize(
    ("accelerator", "alias", "units"), SHARED, ids=lambda value: str(getattr(value, "model", value))
)
def test_a_peak_of_bench_is_one_of_the_catalogue(accelerator: Accelerator, alias: str, units: int) -> None:
    compared = 0
    for precision in Precision:
        known = [
            each.tflops.value
            for each in accelerator.peaks
            if each.tflops and each.sparsity is Sparsity.DENSE and str(each.precision) == precision.value
        ]
        if known and (made := peak(alias, units, precision)) is not None:
            assert any(abs(made.tera_per_second - value) < _rounding(value) for value in known), precision
            compared += 1
    assert compared >= 5


@pytest.mark.parametrize(
    ("accelerator", "alias", "units"), SHARED, ids=lambda value: str(getattr(value, "model", value))
)
def test_the_rates_of_vector_and_matrix_units_are_those_of_the_same_units(
    accelerator: Accelerator, alias: str, units: int
) -> None:
    for precision in (Precision.FP32, Precision.FP64):
        sheet = sheet_for(alias, units)
        made = peak(alias, units, precision)
        if sheet is None or made is None:
            continue
        rates = {
            str(each.engine): each.tflops.value
            for each in accelerator.peaks
            if each.tflops and each.sparsity is Sparsity.DENSE and str(each.precision) == precision.value
        }
        known = rates.get(engine(precision, sheet))
        assert known is not None, f"{accelerator.model}: {precision} of the {engine(precision, sheet)} units"
        assert abs(made.tera_per_second - known) < _rounding(known)
