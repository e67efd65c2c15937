"""A grid of products: the options as points, measured in one process of its own."""

import json
import re
from dataclasses import dataclass
from itertools import product as combined
from typing import cast

from pydantic import TypeAdapter

from petaplan.bench.command_line import request as requests
from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.device import Data
from petaplan.bench.devices.common.products import LAYOUTS, Layout
from petaplan.bench.errors import BenchError, Exit, InputError, NotMeasuredError
from petaplan.bench.evidence.record import Shape
from petaplan.bench.method.child import Job
from petaplan.bench.method.children import Children
from petaplan.bench.method.grid import WRONG, Point, PointRate
from petaplan.bench.precision import Precision
from petaplan.bench.report.grid import Grid

MOST_POINTS = 5_000
LARGEST_SIDE = 1_000_000
_DEFAULTS = (Precision.FP32, Precision.FP64)


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedGrid:
    """What is to be measured."""

    device: str
    points: tuple[Point, ...]
    seconds: float
    data: Data
    seed: int
    threads: int | None


def grid_of(
    *,
    device: str,
    dtype: list[str],
    sides: tuple[str, str | None, str | None],
    layout: list[str],
    batch: str,
    pad: str,
    seconds: float,
    data: str,
    seed: int,
    threads: int | None,
) -> AskedGrid:
    """The points of the options, or an InputError that lists every problem."""
    problems: list[str] = []
    precisions = tuple(dict.fromkeys(p for text in dtype if (p := requests.precision_named(text, problems))))
    shapes = _shapes(sides, problems)
    batches, pads = _sizes("--batch", batch, 1, 100_000, problems), _sizes("--pad", pad, 0, 100_000, problems)
    problems += [f"--layout {each}: unknown; expected NN, NT or TN" for each in layout if each not in LAYOUTS]
    requests.bounded(problems, "--seconds", seconds, 3_600.0, "s for one point")
    if data not in ("random", "zeros", "integers"):
        problems.append(f"--data {data}: unknown; expected random, zeros or integers")
    if not 0 <= seed < 2**31:
        problems.append(f"--seed {seed}: expected 0 to {2**31 - 1}")
    try:
        registry.selection(device)
    except InputError as error:
        problems.append(str(error))
    layouts = cast("tuple[Layout, ...]", tuple(dict.fromkeys(layout))) or ("NN",)
    count = len(precisions or _DEFAULTS) * len(shapes) * len(layouts) * len(batches) * len(pads)
    if count > MOST_POINTS:
        problems.append(f"the grid has {count:,} points; expected at most {MOST_POINTS:,}")
    if problems:
        raise InputError("\n".join(problems))
    points = tuple(
        Point(precision=p, shape=s, layout=each, batch=b, pad=gap)
        for p, s, each, b, gap in combined(precisions or _DEFAULTS, shapes, layouts, batches, pads)
    )
    return AskedGrid(device=device, points=points, seconds=seconds, data=cast("Data", data), seed=seed, threads=threads)


def _shapes(sides: tuple[str, str | None, str | None], problems: list[str]) -> tuple[Shape, ...]:
    """Every combination of the sides; a side that is not given goes in step with m."""
    given = [
        _sizes(f"--{name}", text, 1, LARGEST_SIDE, problems) if text is not None else None
        for name, text in zip("mnk", sides, strict=True)
    ]
    if any(each == () for each in given):
        return ()
    ms, ns, ks = given
    return tuple(Shape(m=m, n=n, k=k) for m in ms or () for n in ns or (m,) for k in ks or (m,))


def _sizes(option: str, text: str, least: int, most: int, problems: list[str]) -> tuple[int, ...]:
    """Numbers, separated by commas, and ranges FIRST:LAST:STEP with both ends."""
    found: list[int] = []
    for part in text.split(","):
        numbers = re.fullmatch(r"(\d{1,9})(?::(\d{1,9}):(\d{1,9}))?", part.strip())
        if numbers is None or numbers[3] == "0":
            problems.append(f"{option} {text}: expected numbers such as 512,1024 or a range such as 1024:8192:1024")
            return ()
        first, last, step = int(numbers[1]), int(numbers[2] or numbers[1]), int(numbers[3] or 1)
        if not least <= first <= last <= most:
            problems.append(f"{option} {text}: expected {least} to {most:,}, the smaller end of a range first")
            return ()
        found += range(first, last + 1, step)[: MOST_POINTS + 1]
    return tuple(dict.fromkeys(found))


def measured(asked: AskedGrid) -> Grid:
    """The grid, measured in a fresh process that may be killed when a driver hangs."""
    job = Job(
        do="grid", device=asked.device, threads=asked.threads, data=asked.data, seed=asked.seed, seconds=asked.seconds,
        points=asked.points,
    )  # fmt: skip
    outcome = Children().run(job, 60.0 + len(asked.points) * (10.0 + 20.0 * asked.seconds), lambda _: None)
    if outcome.kind != "measured":
        error: type[BenchError] = InputError if outcome.exit_code is Exit.BAD_INPUT else NotMeasuredError
        raise error(outcome.text)
    points = TypeAdapter(tuple[PointRate, ...]).validate_json(json.dumps(outcome.body))
    return Grid(device=asked.device, points=points)


def exit_code(grid: Grid) -> Exit:
    """1 for a wrong product, 4 where a point has no rate."""
    if any(each.reason == WRONG for each in grid.points):
        return Exit.FOUND
    return Exit.OK if all(each.tera_per_second for each in grid.points) else Exit.NOT_MEASURED
