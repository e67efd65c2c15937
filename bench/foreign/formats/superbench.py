"""SuperBench: results-summary.jsonl, an object of metrics for each node."""

import re

from petaplan.bench.foreign.found import (
    Contents,
    Engine,
    Figure,
    ForeignFormat,
    json_value,
    precision_of,
    rate,
    shape_of,
    short,
)
from petaplan.bench.precision import Precision

_PEAK = re.compile(
    r"^gemm-flops(?::[\w-]+)?/(?P<name>\w+?)(?P<matrix>_TC|_XDLOPS)?(?:_FLOPS|_IOPS)?(?P<rank>:\d+)?$", re.IGNORECASE
)
_GEMM = re.compile(
    r"^(?P<lib>cublaslt|hipblaslt)-gemm(?::[\w-]+)?/"
    r"(?P<name>[a-z0-9]+)_(?P<batch>\d+)_(?P<m>\d+)_(?P<n>\d+)_(?P<k>\d+)_flops(?P<rank>:\d+)?$"
)
_GIGA = 1e-3


def _read(text: str, contents: Contents) -> None:
    contents.method = "SuperBench: gemm-flops, cublaslt-gemm or hipblaslt-gemm"
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            node = json_value(line)
        except ValueError as error:
            contents.problems.append(f"line {number}: found {error}; expected one JSON object a line")
            continue
        if not isinstance(node, dict):
            contents.problems.append(f"line {number}: found {short(node)}; expected an object of metrics")
            continue
        for key, value in node.items():
            _metric(key, value, f"line {number}, {key[:80]}", contents)
    if not contents.figures and not contents.problems:
        contents.problems.append("no metric of gemm-flops, cublaslt-gemm or hipblaslt-gemm; expected one of them")


def _metric(key: str, value: object, where: str, contents: Contents) -> None:
    if found := _PEAK.match(key):
        precision = precision_of(found["name"])
        engine: Engine = "matrix" if found["matrix"] else "vector"
        scale, shape = _GIGA, None
    elif found := _GEMM.match(key):
        precision = precision_of(found["name"])
        if precision is Precision.FP32 and found["lib"] == "cublaslt":
            precision = Precision.TF32  # the program computes single precision as CUBLAS_COMPUTE_32F_FAST_TF32
        engine = "vector" if precision is Precision.FP32 else "matrix"
        scale, shape = 1.0, shape_of(found["m"], found["n"], found["k"])
    else:
        return
    if precision is None:
        contents.left_out.append(f"{where}: {short(found['name'])} has no precision here")
        return
    if (measured := rate(value, where, contents, scale)) is None:
        return
    contents.figures.append(
        Figure(
            device=None,
            precision=precision,
            engine=engine,
            tera_per_second=measured,
            statistic="single",
            shape=shape,
            where=where,
        )
    )


FORMAT = ForeignFormat(
    key="superbench",
    title="SuperBench",
    signs=re.compile(
        r'^[ \t]*\{(?=.*"node"\s*:)(?=.*"(?:gemm-flops|cublaslt-gemm|hipblaslt-gemm)[^"]*/)', re.MULTILINE
    ),
    read=_read,
    learned="test_results.jsonl and the page of metrics of its repository, and the source of cublaslt-gemm",
)
