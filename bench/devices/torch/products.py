"""Products of a grid through PyTorch: ``torch.matmul`` of views, one product or many at once."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Array, ArrayLibrary
from petaplan.bench.devices.common.device import Batch, Data, Operands
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.torch import formats
from petaplan.bench.devices.torch.arrays import TorchArrays
from petaplan.bench.devices.torch.backends import Backend, refuse_oversize
from petaplan.bench.devices.torch.formats import FORMS
from petaplan.bench.errors import InputError
from petaplan.bench.precision import Precision


class TorchProducts:
    """Rotating sets of A, B and C on the first die; one call multiplies every product of a set."""

    def __init__(self, backend: Backend, precision: Precision, product: Product, data: Data, seed: int) -> None:
        self._backend, self._torch, self._form = backend, backend.torch, FORMS[precision]
        if self._form.call != "torch.mm":
            found = f"{backend.name} {precision}: {self._form.call} has one layout"
            raise InputError(f"{found}; expected a floating format of 16 bits or more")
        one_set = product.elements * self._form.operand_bytes
        self.set_count = buffers.set_count(one_set, backend.cache_bytes())
        refuse_oversize(backend, product.shape, self.set_count * one_set, precision)
        backend.settle(precision)
        generator = self._torch.Generator(device=backend.devices[0]).manual_seed(seed)
        self._sets = [self._filled(product, generator, data) for _ in range(self.set_count)]
        self._cursor = 0
        backend.synchronize()

    def _filled(self, product: Product, generator: Array, data: Data) -> tuple[Array, Array, Array]:
        m, n, k = product.shape.m, product.shape.n, product.shape.k
        a = self._stored(product, generator, (k, m) if product.layout == "TN" else (m, k), data)
        b = self._stored(product, generator, (n, k) if product.layout == "NT" else (k, n), data)
        sides = (product.batch, m, n) if product.batch > 1 else (m, n)
        kind = getattr(self._torch, self._form.product)
        c = self._torch.empty(sides, dtype=kind, device=generator.device)
        a = a.transpose(-1, -2) if product.layout == "TN" else a
        return a, b.transpose(-1, -2) if product.layout == "NT" else b, c

    def _stored(self, product: Product, generator: Array, sides: tuple[int, int], data: Data) -> Array:
        rows, columns = sides
        size = (product.batch * rows, columns + product.pad)
        whole = formats.filled(self._torch, generator, size, data, self._backend.operand(self._form))
        shaped = whole.reshape(product.batch, rows, columns + product.pad)[:, :, :columns]
        return shaped if product.batch > 1 else shaped[0]

    def time_batch(self, calls: int) -> Batch:
        """Calls back to back between two events of the device."""
        matmul = self._torch.matmul
        sets = (self._sets[(self._cursor + call) % self.set_count] for call in range(calls))
        order = [partial(matmul, a, b, out=c) for a, b, c in sets]
        batch = self._backend.batch(order)
        self._cursor = (self._cursor + calls) % self.set_count
        return batch

    def poison(self) -> None:
        """All bits set: NaN in every floating format."""
        for _, _, c in self._sets:
            c.view(self._torch.uint8).fill_(0xFF)

    def written(self) -> Iterator[Operands]:
        """Each product of each set, checked on the device in float64, or on the host where the device has none."""
        for a, b, c in self._sets:
            for index in range(int(c.shape[0]) if c.dim() == 3 else 1):
                yield self._logical(*((a[index], b[index], c[index]) if c.dim() == 3 else (a, b, c)))

    def _logical(self, a: Array, b: Array, c: Array) -> Operands:
        kind = self._torch.float64
        xp: ArrayLibrary = TorchArrays(self._torch, a.device) if self._backend.checks_on_device else np

        def decode(block: Array) -> Array:
            return block.to(kind) if self._backend.checks_on_device else block.cpu().to(kind).numpy()

        return Operands(xp=xp, a=a, b=b, c=c, decode_operand=decode, decode_product=decode)

    def close(self) -> None:
        """Give the memory back."""
        self._sets = []
        self._backend.release()
