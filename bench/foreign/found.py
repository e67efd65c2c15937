"""Figures as they stand in a file of another benchmark, and the form of a reader."""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from petaplan.bench.evidence.record import Shape
from petaplan.bench.precision import Precision

Statistic = Literal["mean", "median", "best", "sustained", "single"]
"""What a figure is of the runs behind it; ``single`` where the file does not say that there were several."""
Engine = Literal["vector", "matrix"]

LONGEST_TEXT = 200
"""Characters of a name or a note that are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One rate of one device at one precision."""

    device: str | None
    """As the file names it; None where it names none."""
    precision: Precision | None
    """None where the file does not say it."""
    tera_per_second: float
    statistic: Statistic
    where: str
    """Line or member of the file, for messages."""
    engine: Engine = "matrix"
    best: float | None = None
    """The highest single rate beside it, where the file has one."""
    shape: Shape | None = None
    note: str = ""


@dataclass(kw_only=True, slots=True)
class Contents:
    """Everything that a reader takes from one file."""

    figures: list[Figure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What is wrong with the file, with its place."""
    left_out: list[str] = field(default_factory=list)
    """Figures that are no matrix product of a known precision, with the reason."""
    as_of: str | None = None
    """Day of the measurement, where the file has it."""
    method: str = ""
    """How the benchmark measures, in one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignFormat:
    """A format of another benchmark."""

    key: str
    title: str
    signs: re.Pattern[str]
    """Found in every file of the format, and in no other."""
    read: Callable[[str, Contents], None]
    learned: str
    """From what its form is known."""


NAMES: dict[str, Precision] = {
    "fp64": Precision.FP64, "float64": Precision.FP64, "f64": Precision.FP64, "double": Precision.FP64,
    "f64_r": Precision.FP64,
    "fp32": Precision.FP32, "float32": Precision.FP32, "f32": Precision.FP32, "float": Precision.FP32,
    "f32_r": Precision.FP32,
    "tf32": Precision.TF32, "xf32": Precision.TF32, "xf32_r": Precision.TF32,
    "fp16": Precision.FP16, "float16": Precision.FP16, "f16": Precision.FP16, "half": Precision.FP16,
    "f16_r": Precision.FP16, "__half": Precision.FP16, "fp16_r": Precision.FP16,
    "bf16": Precision.BF16, "bfloat16": Precision.BF16, "bf16_r": Precision.BF16, "__nv_bfloat16": Precision.BF16,
    "int8": Precision.INT8, "i8": Precision.INT8, "i8_r": Precision.INT8, "int8_t": Precision.INT8,
    "fp8": Precision.FP8, "fp8e4m3": Precision.FP8, "fp8e5m2": Precision.FP8, "float8_e4m3fn": Precision.FP8,
    "float8_e4m3fnuz": Precision.FP8, "f8_r": Precision.FP8, "bf8_r": Precision.FP8, "f8_fnuz_r": Precision.FP8,
    "fp4": Precision.FP4, "fp4e2m1": Precision.FP4, "f4_r": Precision.FP4, "nvfp4": Precision.FP4,
    "mxfp4": Precision.FP4,
}  # fmt: skip
"""Precisions by the names that benchmarks give them, in lower case."""


def precision_of(name: str) -> Precision | None:
    """The precision of a name; None for one that is not in the list.

    >>> precision_of("torch.bfloat16"), precision_of("int4")
    (<Precision.BF16: 'bf16'>, None)
    """
    return NAMES.get(name.strip().lower().removeprefix("torch."))


def rate(text: object, where: str, contents: Contents, scale: float = 1.0) -> float | None:
    """A rate in tera per second; None, with a problem noted, for what is no finite number above zero.

    ``scale`` is how many tera per second the unit of the file is.
    """
    try:
        value = float(text) * scale if isinstance(text, str | int | float) and not isinstance(text, bool) else math.nan
    except (ValueError, OverflowError):
        value = math.nan
    if not (math.isfinite(value) and 0.0 < value < 1e9):
        contents.problems.append(f"{where}: found {short(text)} for a rate; expected a number above zero")
        return None
    return value


def short(value: object) -> str:
    """A value for a message, at most 60 characters."""
    text = str(value) if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= 60 else text[:57] + "...") if isinstance(value, str) else text[:60]


def kept(text: str) -> str:
    """Foreign text as it is kept: one line, bounded."""
    return " ".join(text.split())[:LONGEST_TEXT]


def shape_of(m: object, n: object, k: object) -> Shape | None:
    """The shape of a product; None for anything but three whole numbers above zero."""
    try:
        sides = [int(str(side)) for side in (m, n, k)]
    except ValueError:
        return None
    return Shape(m=sides[0], n=sides[1], k=sides[2]) if all(0 < side < 10**8 for side in sides) else None


def json_value(text: str) -> Any:
    """One JSON value in which no member stands twice.

    Raises:
        ValueError: for anything else, with what was found.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the member {short(twice)} twice")
        return dict(pairs)

    def no_constant(word: str) -> Any:
        raise ValueError(f"the number {word}")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except RecursionError:
        raise ValueError("lists within lists, too deep") from None


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1. Progress that a carriage return overwrites is lines of its own."""
    return enumerate(re.split(r"\r\n|\n|\r|\x1b\[K", text), 1)
