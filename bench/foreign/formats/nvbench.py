"""nvbench: JSON with a state for each combination of axes. The rate follows from M, N, K and the mean time."""

import re
from collections.abc import Iterator
from typing import Any

from petaplan.bench.foreign.found import (
    Contents,
    Figure,
    ForeignFormat,
    json_value,
    kept,
    precision_of,
    rate,
    shape_of,
    short,
)

_TIME = "nv/cold/time/gpu/mean"


def _read(text: str, contents: Contents) -> None:
    contents.method = "nvbench: mean GPU time of cold runs; rate = 2 m n k / time"
    try:
        root = json_value(text)
    except ValueError as error:
        contents.problems.append(f"found {error}; expected one JSON document")
        return
    names = {_int(each.get("id")): each.get("name") for each in _objects(root, "devices")}
    for bench in _objects(root, "benchmarks"):
        for index, state in enumerate(_objects(bench, "states")):
            _state(state, f"benchmark {short(bench.get('name'))}, state {index}", names, contents)
    if not contents.figures and not contents.problems:
        contents.problems.append(
            f"no state with {_TIME} and the axes m, n and k; expected a matrix product (file version 1 of nvbench)"
        )


def _objects(value: Any, name: str) -> Iterator[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    return (each for each in found if isinstance(each, dict)) if isinstance(found, list) else iter(())


def _int(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


def _state(state: dict[str, Any], where: str, names: dict[int | None, Any], contents: Contents) -> None:
    axes = {str(each.get("name", "")).lower(): each.get("value") for each in _objects(state, "axis_values")}
    shape = shape_of(axes.get("m"), axes.get("n"), axes.get("k"))
    if state.get("is_skipped") is True:
        contents.left_out.append(f"{where}: skipped ({short(state.get('skip_reason'))})")
        return
    if shape is None:
        contents.left_out.append(f"{where}: no axes m, n and k")
        return
    time = next((each for each in _objects(state, "summaries") if each.get("tag") == _TIME), None)
    if time is None:
        contents.left_out.append(f"{where}: no {_TIME}")
        return
    value = next((each.get("value") for each in _objects(time, "data") if each.get("name") == "value"), None)
    if (seconds := rate(value, where, contents)) is None:
        return
    batch = _int(axes.get("batch", 1)) or 1
    name = names.get(_int(state.get("device")))
    contents.figures.append(
        Figure(
            device=kept(name) if isinstance(name, str) else None,
            precision=next((p for each in axes.values() if isinstance(each, str) and (p := precision_of(each))), None),
            tera_per_second=batch * shape.flop / seconds / 1e12,
            statistic="mean",
            shape=shape,
            where=where,
        )
    )


FORMAT = ForeignFormat(
    key="nvbench",
    title="nvbench",
    signs=re.compile(r'\A\s*\{(?=[\s\S]*"benchmarks"\s*:)(?=[\s\S]*"(?:axis_values|summaries|sm_version)"\s*:)'),
    read=_read,
    learned="json_printer of its repository, and the description of its file version 1",
)
