"""How each precision is stored, multiplied and read back on a GPU."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from petaplan.bench.devices.common.arrays import Array, ArrayLibrary, Library
from petaplan.bench.devices.common.device import Data, Decode
from petaplan.bench.precision import Precision

# cudaDataType and cublasComputeType values, fixed by CUDA's interface.
R_32F, R_64F, R_16F, R_8I, R_32I, R_16BF, R_8F_E4M3, R_4F_E2M1 = 0, 1, 2, 3, 10, 14, 28, 33
COMPUTE_32F, COMPUTE_64F, COMPUTE_32I, COMPUTE_32F_FAST_TF32 = 68, 70, 72, 77

HIP_PRECISIONS = (Precision.FP64, Precision.FP32, Precision.FP16)
"""What CuPy's shim of hipBLAS converts: its table of data types has no bf16, fp8 or fp4."""

TABLE_SIZE = 1 << 16
_STORED: dict[Precision, tuple[str, type[np.unsignedinteger[Any]]]] = {
    Precision.FP64: ("float64", np.uint64),
    Precision.FP32: ("float32", np.uint32),
    Precision.TF32: ("float32", np.uint32),
    Precision.FP16: ("float16", np.uint16),
    Precision.BF16: ("bfloat16", np.uint16),
    Precision.INT8: ("int8", np.uint8),
    Precision.FP8: ("float8_e4m3fn", np.uint8),
    Precision.FP4: ("float4_e2m1fn", np.uint8),
}
"""Format of an operand, and the words that hold it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuFormat:
    """Storage and arithmetic of one precision."""

    operand_bits: int
    operand_type: int
    product_bytes: int
    product_type: int
    compute_type: int
    compute_name: str
    scale_type: int
    accumulate: str
    product: str
    call: Literal["gemmEx", "cublasLt"]

    @property
    def word_bytes(self) -> int:
        """Bytes of the smallest addressable piece of an operand; fp4 packs two in a byte."""
        return max(self.operand_bits // 8, 1)

    @property
    def hip_compute_type(self) -> int:
        """The same on ROCm: CuPy's shim of hipBLAS takes a data type there, and raises for a compute type."""
        return R_64F if self.compute_type == COMPUTE_64F else R_32F

    @property
    def hip_compute_name(self) -> str:
        """How hipBLAS names it."""
        return "HIPBLAS_COMPUTE_64F" if self.compute_type == COMPUTE_64F else "HIPBLAS_COMPUTE_32F"


def _format(
    operand: tuple[int, int],
    product: tuple[int, int, str],
    compute: tuple[int, str],
    call: Literal["gemmEx", "cublasLt"],
) -> GpuFormat:
    integer, double = compute[0] == COMPUTE_32I, compute[0] == COMPUTE_64F
    return GpuFormat(
        operand_bits=operand[0],
        operand_type=operand[1],
        product_bytes=product[0],
        product_type=product[1],
        product=product[2],
        compute_type=compute[0],
        compute_name=compute[1],
        scale_type=R_32I if integer else R_64F if double else R_32F,
        accumulate="int32" if integer else "fp64" if double else "fp32",
        call=call,
    )


_32F, _64F = (COMPUTE_32F, "CUBLAS_COMPUTE_32F"), (COMPUTE_64F, "CUBLAS_COMPUTE_64F")
FORMATS: dict[Precision, GpuFormat] = {
    Precision.FP64: _format((64, R_64F), (8, R_64F, "fp64"), _64F, "gemmEx"),
    Precision.FP32: _format((32, R_32F), (4, R_32F, "fp32"), _32F, "gemmEx"),
    Precision.TF32: _format(
        (32, R_32F), (4, R_32F, "fp32"), (COMPUTE_32F_FAST_TF32, "CUBLAS_COMPUTE_32F_FAST_TF32"), "gemmEx"
    ),
    Precision.FP16: _format((16, R_16F), (2, R_16F, "fp16"), _32F, "gemmEx"),
    Precision.BF16: _format((16, R_16BF), (2, R_16BF, "bf16"), _32F, "gemmEx"),
    Precision.INT8: _format((8, R_8I), (4, R_32I, "int32"), (COMPUTE_32I, "CUBLAS_COMPUTE_32I"), "cublasLt"),
    Precision.FP8: _format((8, R_8F_E4M3), (2, R_16BF, "bf16"), _32F, "cublasLt"),
    Precision.FP4: _format((4, R_4F_E2M1), (2, R_16BF, "bf16"), _32F, "cublasLt"),
}


def draw_table(precision: Precision, data: Data, seed: int) -> np.ndarray:
    """65,536 encoded draws for the fill kernel: normal for floats, all of -127 to 127 for int8. (65536,), unsigned."""
    rng = np.random.default_rng([seed, 17])
    small = rng.integers(-2, 3, (2, TABLE_SIZE)).astype(np.float64)
    normal = rng.standard_normal((2, TABLE_SIZE))
    values = {"random": normal, "integers": small, "zeros": np.zeros((2, TABLE_SIZE))}[data]
    stored, word = _STORED[precision]
    if precision is Precision.INT8 and data == "random":
        values[0] = rng.integers(-127, 128, TABLE_SIZE)
    encoded = [np.asarray(row.astype(_dtype(stored))).view(word) for row in values]
    if precision is Precision.FP4:
        return np.asarray((encoded[0] & 0xF) | (encoded[1] & 0xF) << 4, dtype=np.uint8)
    return encoded[0]


def _dtype(name: str) -> Library:
    import ml_dtypes

    return np.dtype(getattr(np, name, None) or getattr(ml_dtypes, name))


def operand_decoder(precision: Precision, xp: ArrayLibrary) -> Decode:
    """Blocks of stored words to float64, with the array library that holds them."""
    if precision is Precision.BF16:
        return lambda block: bfloat16_values(block, xp)
    if precision is Precision.FP8:
        table = xp.asarray(_table("float8_e4m3fn", 256).astype(np.float64))
        return lambda block: table[block]
    if precision is Precision.FP4:  # unpacked and scaled before, since the scale of a block is stored elsewhere
        return lambda block: block.astype(xp.float64)
    kind = {Precision.INT8: np.int8, Precision.FP16: np.float16, Precision.FP64: np.float64}.get(precision, np.float32)
    return lambda block: block.view(kind).astype(xp.float64)


def product_decoder(precision: Precision, xp: ArrayLibrary) -> Decode:
    """Blocks of a stored product to float64."""
    kinds = {"fp64": np.float64, "fp32": np.float32, "fp16": np.float16, "int32": np.int32}
    kind = kinds.get(FORMATS[precision].product)
    if kind is None:
        return lambda block: bfloat16_values(block, xp)
    return lambda block: block.view(kind).astype(xp.float64)


def bfloat16_values(block: Array, xp: ArrayLibrary) -> Array:
    """uint16 words of bfloat16 as float64: the upper half of a float32."""
    return (block.astype(xp.uint32) << xp.uint32(16)).view(xp.float32).astype(xp.float64)


def _table(name: str, count: int) -> np.ndarray:
    """Values of the first so many codes of a format of eight bits or fewer."""
    return np.asarray(np.arange(count, dtype=np.uint8).view(_dtype(name)), dtype=np.float16)


BLOCK = 16
"""Elements along k that share a scale (NVFP4)."""
_SCALE_ONE, _SCALE_CODES = 0x38, (0x28, 0x48)
"""UE4M3 codes: 1.0, and those from 0.25 to 3.75."""


def fp4_scales(rows: int, k: int, data: Data, seed: int) -> np.ndarray:
    """Scales of a (rows, k) operand's blocks as cublasLt lays them out: (tiles × 512,), uint8.

    Random ones for random data, since a constant scale toggles no bit; ones for the labelled patterns.

    >>> fp4_scales(128, 64, "zeros", 1).size, fp4_scales(129, 65, "random", 1).size
    (512, 2048)
    """
    count = -(-rows // 128) * 128 * (-(-k // (4 * BLOCK)) * 4)
    if data != "random":
        return np.full(count, _SCALE_ONE, dtype=np.uint8)
    return np.random.default_rng([seed, 19]).integers(*_SCALE_CODES, count, dtype=np.uint8)


def scale_places(rows: int, k: int, xp: ArrayLibrary) -> Array:
    """Where the scale of each block lies, (rows, k / 16): tiles of 128 rows × 4 blocks, 512 bytes each, row by row.

    In a tile the scale of (row, block) lies at ``(row % 32) × 16 + (row // 32) × 4 + block`` (cuBLAS documentation,
    1D block scaling factors layout).

    >>> scale_places(256, 128, np)[[0, 1, 33, 128], [0, 1, 5, 0]].tolist()
    [0, 17, 533, 1024]
    """
    row, block = xp.arange(rows)[:, None], xp.arange(k // BLOCK)[None, :]
    tile = (row // 128) * -(-k // (4 * BLOCK)) + block // 4
    within = row % 128
    return tile * 512 + within % 32 * 16 + within // 32 * 4 + block % 4


def fp4_values(packed: Array, scales: Array, xp: ArrayLibrary) -> Array:
    """(rows, k/2) packed bytes and their scales as (rows, k) values, exact in float16."""
    codes = unpacked(packed, xp)
    rows, k = codes.shape
    values, scale = xp.asarray(_table("float4_e2m1fn", 16)), xp.asarray(_table("float8_e4m3fn", 256))
    return values[codes] * xp.repeat(scale[scales[scale_places(rows, k, xp)]], BLOCK, axis=1)


def unpacked(packed: Array, xp: ArrayLibrary) -> Array:
    """(rows, k/2) bytes of two fp4 codes each, the lower half first, as (rows, k) codes."""
    both = xp.stack((packed & 0xF, packed >> 4), axis=-1)
    return both.reshape(packed.shape[0], -1)
