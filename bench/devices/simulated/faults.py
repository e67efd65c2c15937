"""Faults of a product, to test that verification finds each of them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class FaultKind(StrEnum):
    """What happens to a product."""

    BIT = "one bit"
    ELEMENT = "one element"
    ROW = "one row"
    STALE = "stale buffer"
    NAN = "NaN"
    CONSTANT = "constant output"
    CONSISTENT = "consistently wrong device"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A kind of fault and the batch it strikes; a consistent one strikes every product."""

    kind: FaultKind
    batch: int = 0

    def strikes(self, batch: int) -> bool:
        return self.kind in (FaultKind.CONSISTENT, FaultKind.CONSTANT) or batch == self.batch


def corrupt(product: np.ndarray, kind: FaultKind, rng: np.random.Generator) -> None:
    """Apply a fault to a product (m, n) in place. A stale buffer needs none: the product is not computed."""
    rows, columns = product.shape
    row, column = int(rng.integers(rows)), int(rng.integers(columns))
    match kind:
        case FaultKind.BIT:
            raw = product.view(np.uint8)
            raw[row, int(rng.integers(raw.shape[1]))] ^= np.uint8(1 << int(rng.integers(8)))
        case FaultKind.ELEMENT:
            product[row, column] += product.dtype.type(1) + abs(product[row, column])
        case FaultKind.ROW:
            product[row] = product[(row + 1) % rows]
        case FaultKind.NAN:
            product[row, column] = np.nan
        case FaultKind.CONSTANT:
            product.fill(1)
        case FaultKind.CONSISTENT:
            # The same wrong element each time: comparing products with each other never sees it.
            product[0, 0] += product.dtype.type(1) + abs(product[0, 0])
        case FaultKind.STALE:
            pass
