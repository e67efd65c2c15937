"""The precisions of a matmul, with their rounding and units."""

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """Format of the operands. Figures of two precisions are never converted into each other."""

    FP64 = "fp64"
    FP32 = "fp32"
    TF32 = "tf32"
    FP16 = "fp16"
    BF16 = "bf16"
    INT8 = "int8"
    FP8 = "fp8"
    FP4 = "fp4"

    @property
    def unit(self) -> str:
        """Unit of the rate: TOPS for integers, TFLOP/s for floating point."""
        return "TOPS" if self is Precision.INT8 else "TFLOP/s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rounding:
    """Unit roundoffs between operands and product; zero where a step is exact."""

    operand: float
    """Largest relative error of the operands as the multiplier reads them, against the operands as stored."""
    accumulate: float
    """Of each addition."""
    output: float
    """Of the product as stored, on top of the accumulator's own format."""

    @property
    def is_exact(self) -> bool:
        """Whether every product must be exact to the last bit."""
        return self.operand == self.accumulate == self.output == 0.0


ROUNDING: dict[Precision, Rounding] = {
    Precision.FP64: Rounding(operand=0.0, accumulate=2.0**-53, output=0.0),
    Precision.FP32: Rounding(operand=0.0, accumulate=2.0**-24, output=0.0),
    # Tensor cores drop the low bits of fp32 operands: an error up to 2⁻¹⁰, and always towards zero.
    Precision.TF32: Rounding(operand=2.0**-10, accumulate=2.0**-23, output=0.0),
    Precision.FP16: Rounding(operand=0.0, accumulate=2.0**-23, output=2.0**-11),
    Precision.BF16: Rounding(operand=0.0, accumulate=2.0**-23, output=2.0**-8),
    Precision.INT8: Rounding(operand=0.0, accumulate=0.0, output=0.0),
    # Hopper's FP8 units keep about 14 bits while they add; the product itself is stored as bf16.
    Precision.FP8: Rounding(operand=0.0, accumulate=2.0**-13, output=2.0**-8),
    Precision.FP4: Rounding(operand=0.0, accumulate=2.0**-13, output=2.0**-8),
}
