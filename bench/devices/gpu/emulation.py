"""Variables by which CUDA's libraries compute a precision from lower ones, or another one in its place."""

import os

from petaplan.bench.precision import Precision

_EMULATION = {
    Precision.FP64: ("CUBLAS_EMULATE_DOUBLE_PRECISION",),
    Precision.FP32: ("CUBLAS_EMULATE_SINGLE_PRECISION", "NVIDIA_TF32_OVERRIDE", "CUPY_TF32"),
}


def refusal(precision: Precision) -> str | None:
    """Why the environment keeps a precision from being measured as itself; None where it does not."""
    for variable in _EMULATION.get(precision, ()):
        if os.environ.get(variable, "0") not in ("", "0"):
            return f"{variable} is set: the library would compute {precision} from lower precisions; unset it"
    if precision is Precision.TF32 and os.environ.get("NVIDIA_TF32_OVERRIDE") == "0":
        return "NVIDIA_TF32_OVERRIDE is 0: the library would multiply in fp32 instead; unset it"
    return None
