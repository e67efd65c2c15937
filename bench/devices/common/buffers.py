"""Operands in host memory: filling, poisoning and hashing them."""

from pathlib import Path

import numpy as np
import psutil

from petaplan.bench.devices.common.device import Data, Operands
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.errors import InputError
from petaplan.bench.evidence.record import Shape

_SPARE_FRACTION = 0.8
_PRODUCTS_FRACTION = 0.25
"""Of the free memory, for the products of a batch."""
POISON_ROWS = 8
"""One row in so many is poisoned: all of them would take as long as their hash."""
_MOST_PRODUCTS = 1024
"""Buffers of a batch; more of them, all tiny, would take longer to check than to fill."""


def filled(rng: np.random.Generator, size: tuple[int, int], dtype: np.dtype[np.generic], data: Data) -> np.ndarray:
    """(rows, columns) of the wanted entropy: normal draws, zeros, or integers from -2 to 2."""
    if data == "zeros":
        return np.zeros(size, dtype=dtype)
    if data == "integers":
        return rng.integers(-2, 3, size).astype(dtype)
    if dtype == np.float32:
        return rng.standard_normal(size, dtype=np.float32)
    return rng.standard_normal(size).astype(dtype)


def words(matrix: np.ndarray) -> np.ndarray:
    """The matrix's bits as (rows, words) of the widest unsigned integers that fit its rows."""
    raw = matrix.view(np.uint8)
    for kind in (np.uint64, np.uint32, np.uint16):
        if raw.shape[1] % np.dtype(kind).itemsize == 0:
            return raw.view(kind)
    return raw


def set_count(set_bytes: int, cache_bytes: int) -> int:
    """Rotating sets that together hold at least twice the cache, and two at the least.

    >>> set_count(12 << 20, 32 << 20), set_count(500 << 20, 32 << 20)
    (6, 2)
    """
    return max(-(-2 * cache_bytes // set_bytes), 2)


def sets_written(cursor: int, calls: int, count: int) -> tuple[int, ...]:
    """The distinct sets that the next calls write, the last one last; sets rotate from the cursor on.

    >>> sets_written(1, 2, 4), sets_written(1, 6, 4)
    ((1, 2), (3, 0, 1, 2))
    """
    return tuple(index % count for index in range(cursor + max(calls - count, 0), cursor + calls))


def more_products(calls: int, sets: int, product_bytes: int, free_bytes: int) -> int:
    """Buffers to add, in whole rounds of the operand sets, so that each call of a batch has a product of its own.

    They take a quarter of the free memory at most, and are 1,024 with those that are there.

    >>> more_products(30, 3, 1 << 20, 1 << 30), more_products(30, 4, 1 << 20, 64 << 20), more_products(2, 3, 1, 1 << 30)
    (27, 16, 0)
    """
    fitting = min(int(_PRODUCTS_FRACTION * free_bytes) // max(product_bytes, 1), max(_MOST_PRODUCTS - sets, 0))
    wanted = -(-max(calls - sets, 0) // sets) * sets
    return min(wanted, fitting // sets * sets)


class HostSets:
    """Rotating buffer sets A, B and C of one shape in host memory."""

    def __init__(self, shape: Shape, dtype: np.dtype[np.generic], data: Data, seed: int, count: int) -> None:
        rng = np.random.default_rng(seed)
        self.sets = [
            (
                filled(rng, (shape.m, shape.k), dtype, data),
                filled(rng, (shape.k, shape.n), dtype, data),
                np.empty((shape.m, shape.n), dtype=dtype),
            )
            for _ in range(count)
        ]
        self.set_count = count
        self.cursor = 0
        self.poisoned = 0

    def advance(self, calls: int) -> None:
        """Move the cursor by this number of products."""
        self.cursor = (self.cursor + calls) % self.set_count

    def reserve(self, calls: int) -> None:
        """More products over the same operands, so that the calls of a batch each have their own."""
        first = self.sets[: self.set_count]
        more = more_products(calls, self.set_count, first[0][2].nbytes, available_bytes())
        for index in range(more):
            a, b, c = first[index % len(first)]
            self.sets.append((a, b, np.empty_like(c)))
        self.set_count = len(self.sets)

    def next_sets(self, calls: int) -> tuple[int, ...]:
        return sets_written(self.cursor, calls, self.set_count)

    def poison(self, index: int) -> None:
        """Set all bits of one row in eight, other ones each time: this is NaN in every IEEE format."""
        raw = self.sets[index][2].view(np.uint8)
        raw[self.poisoned % min(POISON_ROWS, len(raw)) :: POISON_ROWS] = 0xFF
        self.poisoned += 1

    def result_hash(self, index: int) -> str:
        return parity_hash(words(self.sets[index][2]))

    def operands(self, index: int) -> Operands:
        a, b, c = self.sets[index]
        return Operands(xp=np, a=a, b=b, c=c, decode_operand=_as_float64, decode_product=_as_float64)

    def close(self) -> None:
        self.sets = []


def _as_float64(block: np.ndarray) -> np.ndarray:
    return block.astype(np.float64, copy=False)


def refuse_oversize(shape: Shape, needed_bytes: int, available_bytes: int, where: str) -> None:
    """Raise an InputError for a shape that does not fit, before anything is allocated."""
    if needed_bytes > _SPARE_FRACTION * available_bytes:
        gib = 1 << 30
        raise InputError(
            f"{where}: shape {shape} needs {needed_bytes / gib:.1f} GiB with its rotating buffers; "
            f"{available_bytes / gib:.1f} GiB are free; choose a smaller shape"
        )


def available_bytes() -> int:
    """Memory that this process may still allocate, within the machine and its control group."""
    free = int(psutil.virtual_memory().available)
    for limit, usage in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        bounds = [_number(limit), _number(usage)]
        if bounds[0] is not None and bounds[1] is not None:
            free = min(free, max(bounds[0] - bounds[1], 0))
    return free


def _number(path: str) -> int | None:
    try:
        text = Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() and int(text) < 1 << 60 else None
