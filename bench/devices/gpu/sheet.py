"""Dense operations per clock, and the clocks behind the data sheets of data-centre GPUs.

Peak = units × operations a clock a unit × clock. NVIDIA uses two clocks in one sheet, one for tensor cores and one
for vector units. Figures checked against the vendors' sheets: reference sources named in docs/bench.md.
"""

import re
from dataclasses import dataclass

from petaplan.bench.devices.common.device import Engine
from petaplan.bench.evidence.record import Peak
from petaplan.bench.precision import Precision

P = Precision


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One model as its data sheet specifies it."""

    pattern: str
    """Of the driver's device name."""
    units: int
    flop_per_clock: dict[Precision, int]
    tensor_mhz: float
    vector_mhz: float | None
    """Clock of the fp64 and fp32 figures; None where the sheet does not let it be found."""
    note: str


_A100 = {P.FP16: 2048, P.BF16: 2048, P.TF32: 1024, P.INT8: 4096, P.FP32: 128, P.FP64: 128}
_HOPPER = {P.FP16: 4096, P.BF16: 4096, P.TF32: 2048, P.INT8: 8192, P.FP8: 8192, P.FP32: 256, P.FP64: 256}
_NO_FP64 = {**_HOPPER, P.FP64: 4}  # cut for export; its fp64 rate is one TFLOP/s
_H20 = {P.FP16: 1024, P.BF16: 1024, P.TF32: 512, P.INT8: 2048, P.FP8: 2048, P.FP32: 256, P.FP64: 4}
_BLACKWELL = {P.FP16: 8192, P.BF16: 8192, P.TF32: 4096, P.FP8: 16384, P.FP4: 32768}
_ULTRA = {**_BLACKWELL, P.FP4: 49152, P.FP64: 4}  # more fp4 in the place of fp64 and int8
_MI300X = {P.FP16: 2048, P.BF16: 2048, P.TF32: 1024, P.INT8: 4096, P.FP8: 4096, P.FP32: 256, P.FP64: 256}
_MI355X = {P.FP16: 4096, P.BF16: 4096, P.INT8: 8192, P.FP8: 8192, P.FP4: 16384}
_IMPLIED = "clock implied by the sheet's figure"
_UNVERIFIED = "clock implied by figures of general knowledge, not verified"


def _sheet(
    pattern: str, units: int, flop: dict[Precision, int], mhz: tuple[float, float | None], note: str = "datasheet"
) -> Sheet:
    return Sheet(pattern=pattern, units=units, flop_per_clock=flop, tensor_mhz=mhz[0], vector_mhz=mhz[1], note=note)


SHEETS: tuple[Sheet, ...] = (
    _sheet(r"A[18]00[- ]SXM", 108, _A100, (1410.0, 1410.0)),
    _sheet(r"A100.*PCI[Ee]", 108, _A100, (1410.0, 1410.0)),
    _sheet(r"H100 PCIe", 114, _HOPPER, (1620.0, 1755.0)),
    _sheet(r"H[12]00 NVL", 132, _HOPPER, (1545.0, None), _UNVERIFIED),
    _sheet(r"H100.*HBM3|H100 SXM", 132, _HOPPER, (1830.0, 1980.0)),
    _sheet(r"H800(?!.*PCI[Ee])(?! NVL)", 132, _NO_FP64, (1830.0, None)),
    _sheet(r"\bH20\b", 78, _H20, (1853.0, None), _IMPLIED),
    _sheet(r"\bH200\b(?! NVL)", 132, _HOPPER, (1830.0, 1980.0)),
    _sheet(r"GB200", 148, _BLACKWELL, (2062.0, None), _IMPLIED),
    _sheet(r"GB200", 152, _BLACKWELL, (2008.0, None), _IMPLIED),
    _sheet(r"GB300", 148, _ULTRA, (2062.0, None), _IMPLIED),
    _sheet(r"GB300", 152, _ULTRA, (2008.0, None), _IMPLIED),
    _sheet(r"\bB200", 148, _BLACKWELL, (1856.0, None), _IMPLIED),
    _sheet(r"\bB300", 148, _ULTRA, (1856.0, None), _IMPLIED),
    _sheet(r"MI300X", 304, _MI300X, (2100.0, 2100.0)),
    _sheet(r"MI325X", 304, _MI300X, (2100.0, 2100.0)),
    _sheet(r"MI355X", 256, _MI355X, (2400.0, None)),
)


def engine(precision: Precision, sheet: Sheet | None) -> Engine:
    """Which units a library uses: fp32 stays on the vector units, fp64 goes to tensor cores where there are any."""
    if precision is P.FP32:
        return "vector"
    if precision is P.FP64:
        # A sheet without an fp64 figure is of a chip that has matrix units for it: only the figure is unknown.
        has_tensor_fp64 = sheet is not None and sheet.flop_per_clock.get(P.FP64, 128) >= 128
        return "matrix" if has_tensor_fp64 else "vector"
    return "matrix"


def sheet_for(name: str, units: int) -> Sheet | None:
    """The sheet of that device; None for a name or a unit count that no sheet has."""
    return next((s for s in SHEETS if re.search(s.pattern, name) and s.units == units), None)


def units_of(name: str) -> int | None:
    """Units of the whole device of a name: the fewest of its sheets; None for a name that no sheet has.

    >>> units_of("AMD Instinct MI300X"), units_of("a name of no sheet")
    (304, None)
    """
    return min((s.units for s in SHEETS if re.search(s.pattern, name)), default=None)


def dense_peak(name: str, precision: Precision) -> float | None:
    """Highest dense peak of the whole devices of a name, TFLOP/s or TOPS; None where no sheet states it.

    >>> round(dense_peak("NVIDIA H100 80GB HBM3", Precision.BF16) or 0.0, 1), dense_peak("unknown", Precision.BF16)
    (989.4, None)
    """
    found = [peak(name, each.units, precision) for each in SHEETS if re.search(each.pattern, name)]
    return max((each.tera_per_second for each in found if each), default=None)


def peak(name: str, units: int, precision: Precision) -> Peak | None:
    """Dense peak from the sheet, or None where it is not known.

    >>> round(peak("NVIDIA H100 80GB HBM3", 132, Precision.BF16).tera_per_second, 1)
    989.4
    """
    sheet = sheet_for(name, units)
    if sheet is None or precision not in sheet.flop_per_clock:
        return None
    clock = sheet.vector_mhz if precision in (P.FP32, P.FP64) else sheet.tensor_mhz
    if clock is None:
        return None
    flop = sheet.flop_per_clock[precision]
    return Peak(
        tera_per_second=units * flop * clock / 1e6,
        units=units,
        flop_per_clock_per_unit=float(flop),
        clock_mhz=clock,
        clock_known_by=sheet.note,
        how=f"{units} units × {flop} operations a clock × {clock:.0f} MHz, dense ({sheet.note})",
    )
