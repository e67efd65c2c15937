"""What verification and hashing need of PyTorch: NumPy's names for its functions, and a hash of a product's words."""

import numpy as np

from petaplan.bench.devices.common.arrays import Array, Library
from petaplan.bench.devices.common.parity import hash_of_parities

_BLOCK_WORDS = 1 << 24
"""Of the words that are widened to 64 bits at a time."""


class TorchArrays:
    """PyTorch under NumPy's names; what it makes lies on one device."""

    def __init__(self, torch: Library, device: Library) -> None:
        self._torch, self._device = torch, device
        self.float64 = torch.float64

    def asarray(self, values: Array) -> Array:
        """The values on the device."""
        return self._torch.as_tensor(values, device=self._device)

    def zeros(self, shape: tuple[int, ...], dtype: Array) -> Array:
        """Zeros on the device."""
        return self._torch.zeros(shape, dtype=dtype, device=self._device)

    def minimum(self, values: Array, bound: Array) -> Array:
        """The smaller of each pair; NaN stays."""
        return self._torch.clamp(values, max=bound)

    def maximum(self, values: Array, bound: Array) -> Array:
        """The larger of each pair; NaN stays."""
        return self._torch.clamp(values, min=bound)

    def __getattr__(self, name: str) -> Array:
        """Every other name is the same in PyTorch."""
        return getattr(self._torch, name)


def row_keys(torch: Library, rows: int, device: Library) -> Array:
    """One odd 64-bit number for each row, the same in every process. (rows,), int64."""
    keys = np.random.default_rng([rows, 23]).integers(0, 1 << 64, rows, dtype=np.uint64) | np.uint64(1)
    return torch.as_tensor(keys.view(np.int64), device=device)


def words_hash(torch: Library, product: Array, keys: Array) -> str:
    """Hash of the bits of a product: for each column of 32-bit words the sum of word × key of its row, modulo 2⁶⁴.

    One changed word always changes its sum, since each key is odd. Two and more changed words of a column keep the
    sum with a chance of about 2⁻³², also where their parity is kept (multilinear hashing: arXiv 1202.4961).
    """
    words = product.view(torch.int32)
    height = max(_BLOCK_WORDS // int(words.shape[1]), 1)
    sums = torch.zeros(words.shape[1], dtype=torch.int64, device=words.device)
    for start in range(0, int(words.shape[0]), height):
        block = words[start : start + height].to(torch.int64)
        sums += (block * keys[start : start + height, None]).sum(dim=0)
    return hash_of_parities(sums.cpu().numpy().tobytes())
