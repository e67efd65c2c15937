"""One matmul through PyTorch: rotating operands on each die, and a planned call for each set."""

from collections.abc import Callable

import numpy as np

from petaplan.bench.devices.common import buffers
from petaplan.bench.devices.common.arrays import Array, Library
from petaplan.bench.devices.common.device import Batch, Data, Operands
from petaplan.bench.devices.common.parity import parity_hash
from petaplan.bench.devices.torch import formats
from petaplan.bench.devices.torch.arrays import TorchArrays, row_keys, words_hash
from petaplan.bench.devices.torch.backends import Backend, refuse_oversize, set_bytes
from petaplan.bench.devices.torch.formats import FORMS, Layout, Multiply
from petaplan.bench.evidence.record import Compute, Shape
from petaplan.bench.precision import Precision

Buffers = tuple[Array, Array, Array]


class TorchWorkload:
    """Products by one call of PyTorch into preallocated buffers; sets alternate between the dies of a package."""

    def __init__(
        self,
        backend: Backend,
        precision: Precision,
        shape: Shape,
        data: Data,
        seed: int,
        *,
        layout: Layout,
        sets: int | None = None,
    ) -> None:
        self._backend, self._torch, self._form = backend, backend.torch, FORMS[precision]
        self._layout, self.shape, self._cursor = layout, shape, 0
        dies = len(backend.devices)
        one_set = set_bytes(self._form, shape)
        count = dies * (sets or buffers.set_count(one_set, backend.cache_bytes()))
        refuse_oversize(backend, shape, count * one_set, precision)
        backend.settle(precision)
        self._ones = [self._torch.ones((), dtype=self._torch.float32, device=device) for device in backend.devices]
        self.sets: list[Buffers] = self._filled(data, seed, count)
        self._calls: list[Multiply] = [self._planned(index) for index in range(count)]
        self._keys: dict[Library, Array] = {}
        self.set_count = count
        self.compute = self._described()
        backend.synchronize()

    def _filled(self, data: Data, seed: int, count: int) -> list[Buffers]:
        torch, shape, devices = self._torch, self.shape, self._backend.devices
        name = self._backend.operand(self._form)
        generators = [torch.Generator(device=device).manual_seed(seed + die) for die, device in enumerate(devices)]
        found = []
        for index in range(count):
            generator = generators[index % len(devices)]
            sizes = ((shape.m, shape.k), (shape.n, shape.k) if self._layout.by_columns else (shape.k, shape.n))
            a, b = (formats.filled(torch, generator, size, data, name) for size in sizes)
            b = b.t() if self._layout.by_columns else self._backend.laid_out(b, self._layout)
            found.append((a, b, self._product(devices[index % len(devices)])))
        return found

    def _product(self, device: Library) -> Array:
        kind = getattr(self._torch, self._form.product)
        return self._torch.empty((self.shape.m, self.shape.n), dtype=kind, device=device)

    def _planned(self, index: int) -> Multiply:
        one = self._ones[index % len(self._ones)]
        return formats.multiply(
            self._torch, self._form, self.sets[index], one, fast=self._backend.fast_accumulation
        )  # fmt: skip

    def _described(self) -> Compute:
        form = self._form
        is_scaled = form.call == "torch._scaled_mm"
        return Compute(
            call=form.call,
            compute_type=f"{self._backend.operand(form)} on {self._backend.device_type}",
            accumulate=form.accumulate,
            output=form.output,
            emulated=False,
            fast_accumulation=self._backend.fast_accumulation if is_scaled else None,
            algorithm=self._layout.name,
            workspace_mib=None,
        )

    def time_batch(self, calls: int) -> Batch:
        """Run the planned calls of the next sets."""
        order = [self._calls[(self._cursor + call) % self.set_count] for call in range(calls)]
        batch = self._backend.batch(order)
        self._cursor = (self._cursor + calls) % self.set_count
        return batch

    def reserve(self, calls: int) -> None:
        """More products over the same operands, so that the calls of a batch each have their own."""
        first = self.sets[: self.set_count]
        size = self.shape.m * self.shape.n * self._form.product_bytes
        for index in range(buffers.more_products(calls, self.set_count, size, self._backend.free_bytes())):
            a, b, _ = first[index % len(first)]
            self.sets.append((a, b, self._product(a.device)))
            self._calls.append(self._planned(len(self.sets) - 1))
        self.set_count = len(self.sets)

    def next_sets(self, calls: int) -> tuple[int, ...]:
        """The sets that the next calls write."""
        return buffers.sets_written(self._cursor, calls, self.set_count)

    def poison(self, index: int) -> None:
        """Set all bits: NaN in every floating format."""
        self.sets[index][2].view(self._torch.uint8).fill_(0xFF)

    def result_hash(self, index: int) -> str:
        """Hash of the product's bits, made on the device where that adds 64-bit integers."""
        product = self.sets[index][2]
        if product.device.type == "cpu" or not self._backend.checks_on_device:
            return parity_hash(buffers.words(product.cpu().view(self._torch.uint8).numpy()))
        if product.device not in self._keys:
            self._keys[product.device] = row_keys(self._torch, self.shape.m, product.device)
        return words_hash(self._torch, product, self._keys[product.device])

    def operands(self, index: int) -> Operands:
        """One set, checked on the device in float64, or on the host where the device has none."""
        a, b, c = self.sets[index]
        xp = TorchArrays(self._torch, a.device) if self._backend.checks_on_device else np
        decode = self._decode()
        return Operands(xp=xp, a=a, b=b, c=c, decode_operand=decode, decode_product=decode)

    def _decode(self) -> Callable[[Array], Array]:
        kind = self._torch.float64
        if self._backend.checks_on_device:
            return lambda block: block.to(kind)
        return lambda block: block.cpu().to(kind).numpy()

    def close(self) -> None:
        """Release the memory."""
        self.sets, self._calls, self._keys = [], [], {}
        self._backend.release()
