"""Bit hashes of a product: each word is mixed with its position, then the parity of each column is taken."""

import hashlib

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_BLOCK_BYTES = 1 << 18
"""Of the words that are mixed at a time: they stay in the cache."""


def mixed(values: np.ndarray) -> np.ndarray:
    """Each 64-bit value spread over all its bits (the finaliser of SplitMix64), as the kernels of GPUs do it."""
    return _spread(values + _GOLDEN, np.empty_like(values))


def _spread(values: np.ndarray, spare: np.ndarray) -> np.ndarray:
    for shift, factor in zip(_SHIFTS, (*_FACTORS, None), strict=True):
        np.right_shift(values, shift, out=spare)
        np.bitwise_xor(values, spare, out=values)
        if factor is not None:
            np.multiply(values, factor, out=values)
    return values


def parity_hash(words: np.ndarray) -> str:
    """Hash of a (rows, words) array of unsigned integers.

    A parity alone is blind to the same bits turned at the corners of a rectangle. Mixed with its position, each
    word changes by other bits.
    """
    rows, columns = words.shape
    column_keys = mixed(np.arange(columns, dtype=np.uint64))
    row_keys = mixed(~np.arange(rows, dtype=np.uint64))
    height = max(_BLOCK_BYTES // (8 * columns), 1)
    block, spare = (np.empty((min(height, rows), columns), dtype=np.uint64) for _ in range(2))
    found = np.zeros(columns, dtype=np.uint64)
    for start in range(0, rows, height):
        part = words[start : start + height]
        values = block[: len(part)]
        np.bitwise_xor(part, column_keys, out=values)
        np.add(values, row_keys[start : start + height, None], out=values)
        found ^= np.bitwise_xor.reduce(_spread(values, spare[: len(part)]), axis=0)
    return hash_of_parities(found.tobytes())


def hash_of_parities(columns: bytes) -> str:
    """Hash of the columns' parities, as the record keeps it."""
    return hashlib.blake2b(columns, digest_size=12).hexdigest()
