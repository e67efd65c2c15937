"""GATE-01, GATE-02: no object and no judge of a plan goes or weakens without being named on top of the comment."""

import json
import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest

from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.verdict.weakening.judges import Effect, effect_of
from petaplan.capacity.verdict.weakening.meaning import EQUIPMENT, MEANINGS, Absent, Judge, Meaning, Weaker, meanings_of
from petaplan.infra.hong_kong import hub as reference
from tests.hubs import hub, pod, target
from tests.scenario import scenario, scenario_files
from tests.seeded_comments import KINDS, main
from tests.weakenings import (
    ASKS_FOR_LESS,
    Step,
    head_of,
    is_told,
    priced,
    removals,
    renamed_as_well,
    renamings,
    weakenings,
)
from tools.one_form.ways import random_hubs

PLAN = hub(targets=(target(50, phase="first"),), pods=(pod(), pod("pod-2")))
SAMPLE = 5
"""Steps of each property that the tests try; `python -m tests.weakenings` tries all."""


def nouns(kind: type, seen: set[type]) -> Iterator[type]:
    """Every noun that a hub can hold."""
    if kind in seen:
        return
    seen.add(kind)
    yield kind
    for hint in get_type_hints(kind, include_extras=True).values():
        for part in parts(hint):
            if isinstance(part, type) and issubclass(part, Noun):
                yield from nouns(part, seen)


def parts(hint: Any) -> Iterator[Any]:
    """The plain types in an annotation."""
    if get_origin(hint) in (Annotated, Union, UnionType, tuple):
        for inner in get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint):
            yield from parts(inner)
    elif hint not in (NoneType, ...):
        yield hint


def without_direction() -> list[str]:
    """Fields with an order or a choice that say nothing of what is weaker."""
    found = []
    for kind in nouns(Hub, set()):
        hints, meanings = get_type_hints(kind, include_extras=True), meanings_of(kind)
        for field in fields(kind):
            types = [part for part in parts(hints[field.name]) if isinstance(part, type)]
            ordered = any(issubclass(part, int | float | date | Enum) for part in types)
            if ordered and field.name not in meanings and not issubclass(kind, EQUIPMENT):
                found.append(f"{kind.__name__}.{field.name}")
    return found


def test_every_number_day_and_choice_of_a_plan_says_which_direction_is_weaker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert without_direction() == []
    from petaplan.capacity.site import Site
    from petaplan.capacity.verdict.weakening import meaning

    less = {**MEANINGS, Site: {name: one for name, one in MEANINGS[Site].items() if name != "pue_limit"}}
    monkeypatch.setattr(meaning, "MEANINGS", less)
    meaning.meanings_of.cache_clear()
    assert without_direction() == ["Site.pue_limit"]
    monkeypatch.undo()
    meaning.meanings_of.cache_clear()


def test_every_meaning_is_of_a_field_that_there_is() -> None:
    for kind, meanings in MEANINGS.items():
        assert [name for name in meanings if name not in {one.name for one in fields(kind)} | {"phase"}] == []


@pytest.mark.parametrize(
    ("meaning", "before", "after", "effect"),
    [
        (Meaning(Judge.LIMIT, Weaker.HIGHER), None, 1.3, Effect.STRONGER),
        (Meaning(Judge.DATE, Weaker.LOWER, Absent.STRONGEST), None, date(2030, 1, 1), Effect.WEAKER),
        (Meaning(Judge.DATE, Weaker.HIGHER, Absent.DEFAULT), None, date(2030, 1, 1), Effect.CHANGED),
        (Meaning(Judge.CLAIM, Weaker.LOWER), True, False, Effect.WEAKER),
        (Meaning(Judge.TARGET, Weaker.MORE), ("bf16",), ("bf16", "fp8"), Effect.WEAKER),
        (Meaning(Judge.TARGET, Weaker.MORE), ("bf16",), ("fp8",), Effect.CHANGED),
    ],
)
def test_a_step_is_weaker_by_the_meaning_of_its_field(
    meaning: Meaning, before: object, after: object, effect: Effect
) -> None:
    assert effect_of(meaning, before, after) is effect


BASES = [scenario(path).document for path in scenario_files()]
HUBS = {"reference": lambda: priced(reference()), "small": lambda: priced(PLAN)} | {
    f"random {at}": partial(lambda seed: next(random_hubs(BASES, seed, 1)), f"weakenings {at}") for at in range(3)
}


def sampled(steps: Iterator[Step], seed: str) -> list[Step]:
    every = list(steps)
    return random.Random(seed).sample(every, min(SAMPLE, len(every)))  # noqa: S311 - a sample of tests


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", HUBS)
def test_no_object_goes_without_being_named(name: str) -> None:
    plan = HUBS[name]()
    assert [told for step in sampled(removals(plan), name) if (told := is_told(plan, step))] == []


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", HUBS)
def test_no_judge_is_weaker_by_a_step_without_being_named(name: str) -> None:
    plan = HUBS[name]()
    assert [told for step in sampled(weakenings(plan), name) if (told := is_told(plan, step))] == []


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", HUBS)
def test_an_object_under_another_name_is_renamed_and_neither_gone_nor_weaker(name: str) -> None:
    plan = HUBS[name]()
    assert [told for step in sampled(renamings(plan), name) if (told := is_told(plan, step))] == []


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", HUBS)
def test_a_judge_that_is_weaker_under_another_name_is_named(name: str) -> None:
    plan = HUBS[name]()
    steps = [renamed_as_well(plan, step) for step in sampled(weakenings(plan), name)]
    assert [told for step in steps if (told := is_told(plan, step))] == []


def test_the_property_fails_where_the_head_is_silent() -> None:
    step = Step(kind="limit", names=("a name that no comment has",), hub=PLAN, what="nothing")
    assert is_told(PLAN, step)


@pytest.mark.variant
def test_seeded_comments_are_decided_by_their_heads_alone(tmp_path: Path) -> None:
    """A reader who copies what the head names as weaker is right about every comment."""
    assert main(["write", str(tmp_path), "--each", "1", "--seed", "a test"]) == 0
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert sorted(one["kind"] for one in answers.values()) == sorted(KINDS)
    decisions = []
    for number, answer in answers.items():
        text = (tmp_path / "comments" / f"{number}.md").read_text(encoding="utf-8")
        named = head_of(text)
        harmless = not any(words in named for words in ASKS_FOR_LESS)
        decisions.append(f"{number} {'harmless' if harmless else ' '.join(named.split())}")
        assert harmless == (answer["kind"] == "harmless"), (answer, named)
    (tmp_path / "decisions.txt").write_text("\n".join(decisions), encoding="utf-8")
    assert main(["score", str(tmp_path), str(tmp_path / "decisions.txt")]) == 0
    (tmp_path / "decisions.txt").write_text(decisions[0], encoding="utf-8")
    assert main(["score", str(tmp_path), str(tmp_path / "decisions.txt")]) == 1
