"""Products of a grid: one shape in a layout, alone or many at once, with operands that may have gaps between rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from petaplan.bench.devices.common.device import Batch, Data, Operands
from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision

Layout = Literal["NN", "NT", "TN"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """What one call multiplies: ``batch`` products C (m, n) = A (m, k) × B (k, n)."""

    shape: Shape
    layout: Layout = "NN"
    """How A and B are stored: T means that the operand is stored transposed."""
    batch: int = 1
    pad: int = 0
    """Elements between the rows of an operand: its leading dimension is that much longer."""

    @property
    def flop(self) -> int:
        """Operations of one call."""
        return self.batch * self.shape.flop

    @property
    def elements(self) -> int:
        """Elements of A, B and C of one call, with the gaps."""
        m, n, k = self.shape.m, self.shape.n, self.shape.k
        a = k * (m + self.pad) if self.layout == "TN" else m * (k + self.pad)
        b = n * (k + self.pad) if self.layout == "NT" else k * (n + self.pad)
        return self.batch * (a + b + m * n)

    def __str__(self) -> str:
        return f"{self.shape} {self.layout}, batch {self.batch}, pad {self.pad}"


class Products(Protocol):
    """Buffers of one product, filled, over which calls rotate."""

    def time_batch(self, calls: int) -> Batch:
        """So many calls back to back."""
        ...

    def poison(self) -> None:
        """Set every bit of each C, which no product has."""
        ...

    def written(self) -> Iterator[Operands]:
        """Each product as logical matrices, after every buffer was written."""
        ...

    @property
    def set_count(self) -> int:
        """Calls after which every buffer was written."""
        ...

    def close(self) -> None:
        """Release the memory."""
        ...


class GridDevice(Protocol):
    """A device that has layouts and batches."""

    def products(self, precision: Precision, product: Product, data: Data, seed: int) -> Products:
        """Buffers of a product, filled.

        Raises:
            InputError: when they do not fit into the memory.
        """
        ...
