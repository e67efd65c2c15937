"""Rules and facts that a petaplan judges with, in a form that two of them can be compared by."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.figures import Status
from petaplan.capacity.findings import RANK, Verdict
from petaplan.capacity.verdict.weakening.asked import judging_facts
from petaplan.capacity.verdict.weakening.judges import NONE, Effect, JudgeChange, effect_of
from petaplan.capacity.verdict.weakening.meaning import Judge, Meaning, Weaker
from petaplan.capacity.verdict.weakening.orders import direction_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What one petaplan judges with."""

    code: str
    """Hash of the modules that hold rules, and all that they compute with."""
    rules: Mapping[str, tuple[str, str]]
    """Severity and formula of each rule, by id."""
    figures: Mapping[str, str]
    """Each figure of the catalogue, with unit, status and source, by model and field."""
    layers: Mapping[str, str]
    """The digest of each layer over the shipped catalogue, by its name."""


def facts_from(values: Mapping[str, object] | None) -> Facts | None:
    """What another petaplan wrote; None where it could not say."""
    if not values:
        return None
    rules, figures, layers = (values[name] for name in ("rules", "figures", "layers"))
    assert isinstance(rules, dict)
    assert isinstance(figures, dict)
    assert isinstance(layers, dict)
    return Facts(
        code=str(values["code"]),
        rules={id: (one[0], one[1]) for id, one in rules.items()},
        figures=dict(figures),
        layers=dict(layers),
    )


def own_facts(catalogue: Catalogue | None) -> Facts:
    """What this petaplan judges with: its rules, and the catalogue that was given, else the shipped one."""
    found = facts_from(judging_facts(_names, catalogue or load()))
    assert found is not None
    return found


def _names(module: str, *wanted: str) -> list[object]:
    found = importlib.import_module(f"petaplan.capacity.{module}")
    return [getattr(found, name) for name in wanted]


def fact_changes(before: Facts, after: Facts) -> Iterator[JudgeChange]:
    """What differs between the petaplan of the base, with its catalogue, and this one."""
    if before == after:
        return
    yield from _rules(before, after)
    layers = [
        {f"layer {name}": f"digest {digest[:12]}" for name, digest in one.items()}
        for one in (_as_named(before.layers, after.layers), after.layers)
    ]
    yield from _catalogue(*layers)
    yield from _catalogue(before.figures, after.figures)


def _as_named(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The layers of one side under the names of the other: one side may name them from the folder of the project."""
    free = [name for name in after if name not in before]
    named: dict[str, str] = {}
    for name, digest in before.items():
        same = [] if name in after else [other for other in free if _is_same_place(name, other)]
        named[same[0] if len(same) == 1 else name] = digest
    return named


def _is_same_place(one: str, other: str) -> bool:
    """Whether one path is the end of the other, in whole names."""
    short, long = sorted((PurePath(one).parts, PurePath(other).parts), key=len)
    return len(short) > 0 and long[-len(short) :] == short


def _catalogue(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[JudgeChange]:
    for name in sorted({**before, **after}):
        was, now = before.get(name, NONE), after.get(name, NONE)
        if was != now:
            yield JudgeChange(
                judge=Judge.CATALOGUE,
                subject=name,
                field="",
                before=was,
                after=now,
                effect=_figure_effect(name, was, now),
            )


_FIGURE = re.compile(r"(?P<value>\S+) (?P<unit>.*) \((?P<status>[a-z]+), .*\)", re.DOTALL)


def _figure_effect(name: str, before: str, after: str) -> Effect:
    """What a change of a figure does; one that is known by a better status asks for less of a review."""
    was, now = _FIGURE.fullmatch(before), _FIGURE.fullmatch(after)
    if was is None or now is None or was["unit"] != now["unit"]:
        return Effect.CHANGED
    if was["value"] != now["value"]:
        meaning = Meaning(Judge.CATALOGUE, direction_of(name))
        return effect_of(meaning, float(was["value"]), float(now["value"]))
    ladder = {str(one): one for one in Status}
    first, second = ladder.get(was["status"]), ladder.get(now["status"])
    if first is None or second is None or first is second:
        return Effect.CHANGED
    return effect_of(Meaning(Judge.CATALOGUE, Weaker.LOWER), first, second)


def _rules(before: Facts, after: Facts) -> Iterator[JudgeChange]:
    found = False
    for id in sorted({**before.rules, **after.rules}):
        was, now = before.rules.get(id), after.rules.get(id)
        if was == now:
            continue
        found = True
        yield JudgeChange(
            judge=Judge.RULES,
            subject=f"rule {id}",
            field="",
            before=_rule(was),
            after=_rule(now) if now is not None else "removed",
            effect=_effect(was, now),
        )
    if not found and before.code != after.code:
        yield JudgeChange(
            judge=Judge.RULES,
            subject="code of the rules",
            field="",
            before=before.code[:12],
            after=after.code[:12],
            effect=Effect.CHANGED,
        )


def _rule(rule: tuple[str, str] | None) -> str:
    return NONE if rule is None else f"{rule[0]}: {rule[1]}"


def _effect(before: tuple[str, str] | None, after: tuple[str, str] | None) -> Effect:
    """A rule that is gone or milder asks for less; of another formula nobody can say it."""
    if before is None or after is None:
        return Effect.WEAKER if after is None else Effect.STRONGER
    if before[0] != after[0]:
        milder = RANK[Verdict(after[0])] > RANK[Verdict(before[0])]
        return Effect.WEAKER if milder else Effect.STRONGER
    return Effect.CHANGED
