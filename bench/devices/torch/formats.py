"""How PyTorch stores and multiplies each precision."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from petaplan.bench.devices.common.arrays import Array, Library
from petaplan.bench.devices.common.device import Data
from petaplan.bench.precision import Precision

Multiply = Callable[[], object]
"""One product into its own buffer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Storage and arithmetic of one precision; types by their names in PyTorch."""

    operand: str
    product: str
    accumulate: str
    output: str
    call: str
    operand_bytes: int
    product_bytes: int


def _float(name: str, size: int, short: str, accumulate: str) -> Form:
    return Form(
        operand=name, product=name, accumulate=accumulate, output=short, call="torch.mm",
        operand_bytes=size, product_bytes=size,
    )  # fmt: skip


FORMS: dict[Precision, Form] = {
    Precision.FP64: _float("float64", 8, "fp64", "fp64"),
    Precision.FP32: _float("float32", 4, "fp32", "fp32"),
    Precision.TF32: _float("float32", 4, "fp32", "fp32"),
    Precision.FP16: _float("float16", 2, "fp16", "fp32"),
    Precision.BF16: _float("bfloat16", 2, "bf16", "fp32"),
    Precision.INT8: Form(
        operand="int8", product="int32", accumulate="int32", output="int32", call="torch._int_mm",
        operand_bytes=1, product_bytes=4,
    ),
    Precision.FP8: Form(
        operand="float8_e4m3fn", product="bfloat16", accumulate="fp32", output="bf16", call="torch._scaled_mm",
        operand_bytes=1, product_bytes=2,
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How B lies in memory: a candidate of the choice."""

    name: str
    by_columns: bool = False
    is_fractal: bool = False
    """Ascend: B in the blocked format FRACTAL_NZ."""


BY_ROWS, BY_COLUMNS = Layout(name="B by rows"), Layout(name="B by columns", by_columns=True)


def layouts(precision: Precision) -> tuple[Layout, ...]:
    """Layouts of B that the calls take: int8 and fp8 want k contiguous in both operands."""
    return (BY_ROWS, BY_COLUMNS) if FORMS[precision].call == "torch.mm" else (BY_COLUMNS,)


def multiply(
    torch: Library, form: Form, buffers: tuple[Array, Array, Array], one: Array, *, fast: bool | None
) -> Multiply:
    """The call that multiplies A and B into C; ``one`` is the scale of fp8, ``fast`` its accumulation."""
    a, b, c = buffers
    if form.call == "torch.mm":
        return partial(torch.mm, a, b, out=c)
    if form.call == "torch._int_mm":
        return partial(torch._int_mm, a, b, out=c)  # noqa: SLF001 - its only entry
    options = {} if fast is None else {"use_fast_accum": fast}
    return partial(torch._scaled_mm, a, b, scale_a=one, scale_b=one, out_dtype=c.dtype, out=c, **options)  # noqa: SLF001


def filled(
    torch: Library, generator: Library, size: tuple[int, int], data: Data, operand: str
) -> Array:  # fmt: skip
    """(rows, columns) on the generator's device: normal draws, all of -127 to 127 for int8, or a labelled pattern."""
    device, dtype = generator.device, getattr(torch, operand)
    if data == "zeros":
        return torch.zeros(size, dtype=torch.float32, device=device).to(dtype)
    if data == "integers":
        return torch.randint(-2, 3, size, generator=generator, device=device, dtype=torch.int32).to(dtype)
    if operand == "int8":
        return torch.randint(-127, 128, size, generator=generator, device=device, dtype=dtype)
    drawn = torch.float64 if operand == "float64" else torch.float32
    return torch.randn(size, generator=generator, device=device, dtype=drawn).to(dtype)
