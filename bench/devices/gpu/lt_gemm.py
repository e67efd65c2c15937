"""cublasLt through nvmath.bindings, on raw pointers: int8, fp8 and fp4, which no array library multiplies.

Both operands lie with k contiguous (the TN form that tensor cores want): A is (m, k) and B is (n, k) by rows; the
product comes out by columns, (n, m) by rows.
"""

import numpy as np

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.gpu.formats import COMPUTE_32I, R_4F_E2M1, R_8F_E4M3, GpuFormat
from petaplan.bench.errors import NotMeasuredError
from petaplan.bench.evidence.record import Shape

_OP_T, _OP_N = 1, 0
WORKSPACE_BYTES = 32 << 20


class LtGemm:
    """One planned product: descriptors, layouts, and the algorithms the heuristic proposes, best first."""

    def __init__(
        self,
        lt: Library,
        form: GpuFormat,
        shape: Shape,
        *,
        most: int,
        scales: tuple[int, int] | None,
        fast_accumulation: bool = True,
    ) -> None:
        self._lt = lt
        self.handle = lt.create()
        self._description = lt.matmul_desc_create(form.compute_type, form.scale_type)
        attributes = lt.MatmulDescAttribute
        self._set(attributes.TRANSA, _OP_T)
        self._set(attributes.TRANSB, _OP_N)
        self.fast_accumulation = fast_accumulation if form.operand_type == R_8F_E4M3 else None
        if self.fast_accumulation is not None:
            self._set(attributes.FAST_ACCUM, int(self.fast_accumulation))
        if form.operand_type == R_4F_E2M1:
            if scales is None:
                raise NotMeasuredError("fp4 needs a scale for each block of 16")
            self._set(attributes.A_SCALE_MODE, int(lt.MatmulMatrixScale.VEC16_UE4M3))
            self._set(attributes.B_SCALE_MODE, int(lt.MatmulMatrixScale.VEC16_UE4M3))
            self._set(attributes.A_SCALE_POINTER, scales[0])
            self._set(attributes.B_SCALE_POINTER, scales[1])
        self._a = lt.matrix_layout_create(form.operand_type, shape.k, shape.m, shape.k)
        self._b = lt.matrix_layout_create(form.operand_type, shape.k, shape.n, shape.k)
        self._d = lt.matrix_layout_create(form.product_type, shape.m, shape.n, shape.m)
        kind = np.int32 if form.compute_type == COMPUTE_32I else np.float32
        self._alpha, self._beta = np.ones(1, dtype=kind), np.zeros(1, dtype=kind)
        self._found = lt.MatmulHeuristicResult(most)
        self.algorithm_count = self._ask(most)

    def _set(self, attribute: Library, value: int) -> None:
        kind = self._lt.get_matmul_desc_attribute_dtype(attribute)
        buffer = np.array([value], dtype=kind)
        self._lt.matmul_desc_set_attribute(self._description, int(attribute), buffer.ctypes.data, buffer.nbytes)

    def _ask(self, most: int) -> int:
        lt = self._lt
        preference = lt.matmul_preference_create()
        try:
            wanted = lt.MatmulPreferenceAttribute.MAX_WORKSPACE_BYTES
            limit = np.array([WORKSPACE_BYTES], dtype=lt.get_matmul_preference_attribute_dtype(wanted))
            lt.matmul_preference_set_attribute(preference, int(wanted), limit.ctypes.data, limit.nbytes)
            count = np.zeros(1, dtype=np.int32)
            lt.matmul_algo_get_heuristic(
                self.handle, self._description, self._a, self._b, self._d, self._d, preference, most,
                self._found.ptr, count.ctypes.data,
            )  # fmt: skip
        finally:
            lt.matmul_preference_destroy(preference)
        if int(count[0]) < 1:
            raise NotMeasuredError("cublasLt knows no algorithm for this precision and shape on this device")
        return int(count[0])

    def algorithm_pointer(self, index: int) -> int:
        """Address of an algorithm: the first member of each heuristic result."""
        size = int(np.dtype(self._lt.matmul_heuristic_result_dtype).itemsize)
        return int(self._found.ptr) + min(index, self.algorithm_count - 1) * size

    def enqueue(self, pointers: tuple[int, int, int], algorithm: int, workspace: int, stream: int) -> None:
        """One product of A and B into D on the stream."""
        a, b, d = pointers
        self._lt.matmul(
            self.handle, self._description, self._alpha.ctypes.data, a, self._a, b, self._b,
            self._beta.ctypes.data, d, self._d, d, self._d, algorithm, workspace, WORKSPACE_BYTES, stream,
        )  # fmt: skip

    def close(self) -> None:
        lt = self._lt
        for layout in (self._a, self._b, self._d):
            lt.matrix_layout_destroy(layout)
        lt.matmul_desc_destroy(self._description)
        lt.destroy(self.handle)
