"""GATE-01: an object under another name is one object, and what the same change weakens is named."""

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_json
from petaplan.capacity.document.strict import nouns_in
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.verdict.difference import difference, side
from petaplan.capacity.verdict.renamed import NewNames, new_names, parts_of
from petaplan.infra.hong_kong import hub as reference
from tests.commands import Said, petaplan
from tests.hubs import hub, pod, target
from tests.weakenings import comment_on, is_told, priced, renamings

OLD = hub(targets=(target(50, phase="first"),), pods=(pod(), pod("pod-2")))


def renamed(plan: Hub, **names: str) -> Hub:
    return NewNames(rows={old.replace("_", "-"): new for old, new in names.items()}).of_hub(plan)


def gated(folder: Path, new: Hub, *words: str) -> Said:
    for name, plan in (("old.json", OLD), ("new.json", new)):
        (folder / name).write_text(write_json(plan), encoding="utf-8")
    return petaplan("gate", "new.json", "--base", "old.json", "--json", "gate.json", *words, cwd=folder)


@pytest.mark.parametrize("names", [{"hall": "room"}, {"first": "opening"}, {"pod_2": "pod-b"}, {"goal": "aim"}])
def test_a_renamed_hall_phase_pod_or_target_loses_no_check(names: dict[str, str], tmp_path: Path) -> None:
    said = gated(tmp_path, renamed(OLD, **names), "--no-weakening")
    told = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))
    ((before, after),) = names.items()
    before = before.replace("_", "-")
    assert f"{before} → {after}" in said.out, said.out
    assert [(one["before"], one["after"]) for one in told["weakening"]["renamed"]] == [(before, after)]
    assert (told["weakening"]["lost"], told["weakening"]["removed"], told["weakening"]["judges"]) == ([], [], [])
    assert said.code == petaplan("gate", "old.json", cwd=tmp_path).code
    changed = [one for one in told["difference"]["objects"] if one["how"] != "changed"]
    assert changed == [{**changed[0], "how": "renamed", "was": before, "name": after, "fields": []}]
    assert told["difference"]["findings_new"] == told["difference"]["findings_gone"] == []


def test_all_names_at_once_are_paired_by_what_refers_to_what() -> None:
    names = {row.name: f"{row.name}-x" for _, rows in OLD.tables() for row in rows}
    new = NewNames(rows=names).of_hub(OLD)
    assert new_names(OLD, new).rows == names
    assert {one.how for one in difference(side("old", OLD), side("new", new)).objects} == {"renamed"}


def test_a_lower_target_under_another_name_is_weaker_and_refused(tmp_path: Path) -> None:
    new = OLD.replace(targets=(target(1, name="aim", phase="first"),))
    said = gated(tmp_path, new, "--no-weakening")
    told = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))["weakening"]
    assert said.code == 1
    assert [(one["subject"], one["field"], one["weaker_side"]) for one in told["judges"]] == [
        ("targets aim", "pflops", "after")
    ]
    assert "Nothing" not in said.out and told["removed"] == []


def test_an_object_of_other_content_is_one_that_went_and_one_that_came(tmp_path: Path) -> None:
    other = target(1, name="aim").replace(by=OLD.targets[0].by.replace(year=2090), source="another", phase=None)
    gated(tmp_path, OLD.replace(targets=(other.replace(precisions=(Precision.FP4,)),)))
    told = json.loads((tmp_path / "gate.json").read_text(encoding="utf-8"))["weakening"]
    assert [one["name"] for one in told["removed"]] == ["goal"]
    assert told["renamed"] == []


def test_of_several_alike_that_go_one_that_came_replaces_one(tmp_path: Path) -> None:
    more = OLD.replace(pods=tuple(pod(f"pod-{at}") for at in range(1, 5)))
    fewer = OLD.replace(pods=(pod("pod-1"), pod("unit-9")))
    found = difference(side("old", more), side("new", fewer))
    assert sorted((one.how, one.was) for one in found.objects) == [
        ("removed", ""),
        ("removed", ""),
        ("renamed", "pod-2"),
    ]


def test_ten_thousand_renamed_objects_are_paired() -> None:
    old = OLD.replace(pods=tuple(pod(f"a-{at}") for at in range(10_000)))
    new = OLD.replace(pods=tuple(pod(f"b-{at}") for at in range(10_000)))
    assert len(new_names(old, new).rows) == 10_000


PARTS = {
    "training run": ("phases first.training_runs", "run-a"),
    "inference service": ("phases first.inference_services", "chat"),
    "correlation group": ("correlation_groups", "grid"),
}


@pytest.mark.parametrize("kind", PARTS)
def test_a_renamed_part_is_neither_gone_nor_weaker(kind: str) -> None:
    """Parts that are no rows of a table have names too; what refers to a correlation group follows."""
    plan, (place, name) = priced(OLD), PARTS[kind]
    (step,) = [one for one in renamings(plan) if one.what == f"{place} {name} is renamed"]
    assert (told := new_names(plan, step.hub).told), kind
    assert [(one.table, one.before, one.after) for one in told] == [(place, name, "again")]
    assert is_told(plan, step) == ""
    said = comment_on(plan, step.hub)
    assert not said.refused
    assert f"{name} → again" in said.head
    assert "removed" not in said.text


def test_a_training_run_that_asks_for_less_under_another_name_is_told_as_weaker() -> None:
    plan = priced(OLD)
    first = plan.phases[0]
    one, two = first.training_runs
    runs = (one.replace(name="again", tokens=one.tokens / 2), two)
    said = comment_on(plan, plan.replace(phases=(first.replace(training_runs=runs), *plan.phases[1:])))
    assert "run-a → again" in said.head
    assert "training\\_runs\\[again\\].tokens" in said.head
    assert "Taken away" not in said.head


def kinds_below(kind: type[Noun], seen: set[type[Noun]]) -> set[type[Noun]]:
    """Every kind of noun that a noun holds."""
    for one in fields(kind):
        for inner in set(nouns_in(one.type)) - seen:
            seen.add(inner)
            kinds_below(inner, seen)
    return seen


def test_every_kind_of_part_with_a_name_is_tried_under_another_one() -> None:
    """The plan of these tests has a part of each kind, so that a new kind must be added to it."""
    named = {kind for kind in kinds_below(Hub, set()) if "name" in {one.name for one in fields(kind)}}
    plan = priced(reference())
    holders = (plan, *(row for _, rows in plan.tables() for row in rows))
    tried = {type(part) for holder in holders for _, parts in parts_of(holder) for part in parts}
    assert {kind for kind in named if not issubclass(kind, Named)} <= tried


@pytest.mark.parametrize(("days", "effect"), [(-1, "⚠ weaker"), (30, "stronger")])
def test_a_step_of_supply_from_another_day_is_one_change_and_neither_gone_nor_new(days: int, effect: str) -> None:
    plan = reference()
    intake = next(one for one in plan.intakes if len(one.supply) > 1)
    first, step, *more = intake.supply
    later = step.replace(from_date=step.from_date + timedelta(days=days))
    changed = intake.replace(supply=(first, later, *more))
    said = comment_on(plan, plan.replace(intakes=tuple(changed if one is intake else one for one in plan.intakes)))
    (row,) = [line for line in said.head.splitlines() if f"intakes {intake.name}.supply" in line]
    assert row.startswith(f"| {effect} |")
    assert f"from\\_date | {step.from_date} | {later.from_date} |" in row
    assert "Taken away" not in said.head


def test_a_price_from_another_day_that_is_also_lower_is_told_as_removed() -> None:
    plan = priced(reference())
    (tariff,) = plan.sites[0].tariff
    lower = tariff.replace(from_date=tariff.from_date + timedelta(days=1), per_kwh=tariff.per_kwh / 2)
    said = comment_on(plan, plan.replace(sites=(plan.sites[0].replace(tariff=(lower,)), *plan.sites[1:])))
    assert "⚠ weaker" in said.head
    assert "Taken away" in said.head


def test_a_limit_that_is_taken_away_keeps_the_unit_of_its_number() -> None:
    plan = reference()
    fabric = next(one for one in plan.fabrics if one.minimum_bisection_fraction)
    bare = fabric.replace(minimum_bisection_fraction=None)
    said = comment_on(plan, plan.replace(fabrics=tuple(bare if one is fabric else one for one in plan.fabrics)))
    assert f"| {fabric.minimum_bisection_fraction:g} fraction | not given |" in said.head


def test_a_phase_with_two_fields_that_moves_under_another_name_is_one_phase() -> None:
    """The fewest fields that a row states: one of two equal ones is half."""
    plan = OLD.replace(targets=(target(50),))
    (first,) = plan.phases
    moved = first.replace(in_service=first.in_service + timedelta(days=1))
    new = NewNames(rows={"first": "opening"}).of_hub(plan.replace(phases=(moved,)))
    assert [(one.before, one.after) for one in new_names(plan, new).told] == [("first", "opening")]
