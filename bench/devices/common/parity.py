"""Bit hashes of a product: the parity of each row and of each column."""

import hashlib

import numpy as np


def parity_hash(words: np.ndarray) -> str:
    """Hash of a (rows, words) array of unsigned integers: parity of each row and of each column."""
    rows = np.bitwise_xor.reduce(words, axis=1)
    columns = np.bitwise_xor.reduce(words, axis=0)
    return hash_of_parities(rows.tobytes(), columns.tobytes())


def hash_of_parities(rows: bytes, columns: bytes) -> str:
    """Hash of both parities, as the record keeps it."""
    return hashlib.blake2b(rows + b"/" + columns, digest_size=12).hexdigest()
