"""What the strategies of the domain share: amounts, days, names, and what any piece of plant says."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.power import Side

FIRST_DAY = date(2026, 1, 1)

models = st.sampled_from(["huawei-atlas-800t-a2", "huawei-cloudmatrix384", "nvidia-dgx-h100", "yitian-710"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
days = st.integers(0, 2_000).map(lambda count: FIRST_DAY + timedelta(days=count))


voltages: SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"voltage_ll_v": 415.0}, {"voltage_ln_v": 240.0, "line": 2}]
)


def amounts(low: float, high: float) -> SearchStrategy[float]:
    """A number between two bounds, often a whole one."""
    whole = st.integers(max(1, int(low)), int(high)).map(float)
    return st.one_of(whole, st.floats(low, high, allow_nan=False, exclude_min=True))


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """A value, or None."""
    return st.none() | strategy


def some(names: Sequence[str], least: int = 0) -> SearchStrategy[tuple[str, ...]]:
    """Some of the names, each once."""
    if not names:
        return st.just(())
    return st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=3).map(tuple)


@st.composite
def labels(draw: DrawFn) -> str:
    """A name as a plan allows it."""
    text: str = draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True))
    return text


@st.composite
def node_groups(draw: DrawFn) -> tuple[NodeGroup, ...]:
    """Groups of nodes, one a model."""
    chosen = draw(st.lists(models, unique=True, max_size=2))
    return tuple(NodeGroup(model=model, count=draw(st.integers(1, 64))) for model in chosen)


@st.composite
def run_facts(draw: DrawFn, feeds: Sequence[str]) -> dict[str, Any]:
    """What a run of racks says beside its name."""
    row = draw(maybe(st.integers(1, 40)))
    return {
        "model": draw(models),
        "count": draw(st.integers(1, 20)),
        "nodes": draw(node_groups()),
        "feeds": draw(maybe(some(feeds))),
        "it_power_kw": draw(maybe(amounts(1, 600))),
        "row": row,
        "slot": None if row is None else draw(maybe(st.integers(1, 60))),
    }


@st.composite
def node_facts(draw: DrawFn, phase: str) -> dict[str, Any]:
    """What any piece of the power chain or the cooling plant says."""
    units = draw(st.integers(1, 6))
    serving = draw(maybe(days))
    retired = draw(maybe(st.integers(3_000, 4_000).map(lambda count: FIRST_DAY + timedelta(days=count))))
    return {
        "phase": phase,
        "units": units,
        "spare_units": draw(st.integers(0, units - 1)),
        "in_service": serving,
        "retired": retired,
    }


@st.composite
def power_facts(draw: DrawFn, phase: str) -> dict[str, Any]:
    """What any piece of the power chain says."""
    side = draw(maybe(st.sampled_from(Side)))
    return {**draw(node_facts(phase)), "side": side, "model": draw(maybe(models))}


class Names:
    """Names that are unique over a hub, each with the word of its kind before a drawn label."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.used: set[str] = set()

    def __call__(self, kind: str) -> str:
        name = f"{kind}-{self.draw(labels())}"
        number = len(self.used)
        while name in self.used:
            number += 1
            name = f"{kind}-{number}"
        self.used.add(name)
        return name
