"""Changes of a hub that weaken what judges it, one step at a time, and the comment that the gate writes on each.

Steps follow the meaning that each field declares, so a new field is tried without a line here.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import Enum
from functools import cache
from itertools import chain, islice
from typing import Any

from petaplan.capacity.check import check
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.errors import PlanError
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.noun import Noun, own_name
from petaplan.capacity.report.comment import comment_document
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.schedule import CorrelationGroup, Slip
from petaplan.capacity.site import CarbonFactor, Tariff
from petaplan.capacity.supply import Budget, ExchangeRate, Order, Price
from petaplan.capacity.verdict.difference import ComparedPlan, difference, side
from petaplan.capacity.verdict.judgement import judge_report
from petaplan.capacity.verdict.renamed import NewNames, parts_of
from petaplan.capacity.verdict.weakening.meaning import (
    ORDERS,
    Absent,
    Judge,
    Meaning,
    Weaker,
    judge_as_a_whole,
    meanings_of,
)
from petaplan.capacity.verdict.weakening.orders import direction_of
from petaplan.capacity.verdict.weakening.result import judged_with, weakening_of
from petaplan.capacity.workloads import InferenceService, TrainingRun
from petaplan.reporting.markdown import write_markdown

HEAD_ENDS = (
    "### What falls short", "### What changes against", "Nothing changes against", "The plan declares the same as",
    "### Phases",
)  # fmt: skip
"""What follows the head of a comment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One change of a hub."""

    kind: str
    """Kind of judge, or ``removed``."""
    names: tuple[str, ...]
    """What the head of the comment has to say, unless the verdict fails."""
    hub: Hub
    what: str
    """The change in words, for the answer."""
    unwanted: tuple[str, ...] = ()
    """What the head must not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """What the gate says of a change."""

    text: str
    verdict: Verdict
    refused: bool
    """Whether ``--no-weakening`` ends with exit code 1."""

    @property
    def head(self) -> str:
        """Everything above what changes."""
        return head_of(self.text)


def head_of(comment: str) -> str:
    """What a comment shows above what falls short and what changes."""
    ends = [at for end in HEAD_ENDS if (at := comment.find(end)) >= 0]
    return comment[: min(ends)] if ends else comment


@cache
def _side(hub: Hub) -> ComparedPlan:
    return side("main", hub)


def comment_on(base: Hub, head: Hub) -> Comment:
    """The comment of the gate on a change from one hub to another.

    Raises:
        PlanError: when the head is no valid plan.
    """
    before = _side(base)
    judgement = judge_report(check(head))
    weakening = weakening_of(before, head, judgement)
    told = judged_with(judgement, weakening, refuse=False)
    strict = judged_with(judgement, weakening, refuse=True)
    result = GateResult(judgement=told, difference=difference(before, side("head", head)), weakening=weakening)
    return Comment(text=write_markdown(comment_document(result)), verdict=told.verdict, refused=strict.exit_code == 1)


def is_told(base: Hub, step: Step) -> str:
    """Why a change escapes a reader of the head; empty where it is named, no valid plan, or the first shortfall."""
    try:
        comment = comment_on(base, step.hub)
    except PlanError:
        return ""
    if comment.verdict is not Verdict.PASS and _side(base).report["verdict"] == Verdict.PASS:
        return ""
    plain = comment.head.replace("\\", "")
    lacking = [name for name in step.names if name not in plain]
    wrong = [words for words in step.unwanted if words in plain]
    told = f"lacks {lacking}" if lacking else f"says {wrong}"
    return f"{step.what}: the head {told}\n{comment.head}" if lacking or wrong else ""


def removals(hub: Hub) -> Iterator[Step]:
    """The hub without each of its objects in turn, and without what refers to it where that is allowed."""
    for table, rows in hub.tables():
        for row in rows:
            kept = tuple(one for one in rows if one is not row)
            less = hub.replace(**{table: kept})
            yield Step(
                kind="removed", names=(row.name,), hub=without(less, row.name), what=f"{table} {row.name} is removed"
            )


def renamings(hub: Hub) -> Iterator[Step]:
    """The hub with each of its objects, and each part of one, under another name; references follow."""
    for table, rows in hub.tables():
        for row in rows:
            name = f"{row.name}-again"[-50:]
            yield Step(
                kind="renamed",
                names=(f"{row.name} → {name}",),
                hub=NewNames(rows={row.name: name}).of_hub(hub),
                what=f"{table} {row.name} is renamed",
                unwanted=ASKS_FOR_LESS,
            )
            for field, parts in parts_of(row):
                for part in parts:
                    names = NewNames(parts={row.name: {str(own_name(part)): "again"}})
                    yield _part_renamed(names.of_hub(hub), f"{table} {row.name}.{field}", part)
    for field, parts in parts_of(hub):
        for part in parts if field not in dict(hub.tables()) else ():
            yield _part_renamed(NewNames(shared={field: {str(own_name(part)): "again"}}).of_hub(hub), field, part)


def _part_renamed(hub: Hub, place: str, part: Noun) -> Step:
    name = own_name(part)
    return Step(
        kind="renamed",
        names=(f"{name} → again",),
        hub=hub,
        what=f"{place} {name} is renamed",
        unwanted=ASKS_FOR_LESS,
    )


ASKS_FOR_LESS = ("Taken away", "⚠ weaker", "❔ changed", "no longer")
"""Words of the head that say of a change that it may ask for less."""


def renamed_as_well(hub: Hub, step: Step) -> Step:
    """A weakened judge whose object the same change renames."""
    place = step.names[0].split(".", 1)[0].split("[", 1)[0]
    table, _, name = place.partition(" ")
    if not any(name == row.name for _, rows in hub.tables() for row in rows):
        return step
    new = f"{name}-again"[-50:]
    names = tuple(one.replace(place, f"{table} {new}", 1) for one in step.names)
    renamed = NewNames(rows={name: new}).of_hub(step.hub)
    return replace(step, names=(*names, f"{name} → {new}"), hub=renamed, what=f"{step.what}, and {name} is renamed")


def without(hub: Hub, name: str) -> Hub:
    """The hub without references to a name, where a list or an optional field holds them."""
    tables = {table: tuple(_forgetting(row, name) for row in rows) for table, rows in hub.tables()}
    return hub.replace(**tables)


def _forgetting(noun: Noun, name: str) -> Noun:
    changes: dict[str, object] = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        if field.name == "name" or not field.init:
            continue
        if isinstance(value, tuple) and name in value:
            changes[field.name] = tuple(one for one in value if one != name)
        elif value == name and field.default is None:
            changes[field.name] = None
        elif isinstance(value, tuple) and value and isinstance(value[0], Noun):
            changes[field.name] = tuple(_forgetting(one, name) for one in value)
    return noun.replace(**changes) if changes else noun


def weakenings(hub: Hub) -> Iterator[Step]:
    """The hub with each judge one step weaker; where either direction may be weaker, both."""
    for table, rows in hub.tables():
        for at, row in enumerate(rows):
            for judge, name, changed, what in _steps(row, f"{table} {row.name}"):
                less = hub.replace(**{table: (*rows[:at], changed, *rows[at + 1 :])})
                yield Step(kind=str(judge), names=(name,), hub=less, what=what)
    if hub.delivery is not None:
        for judge, name, changed, what in _steps_of_part(hub, "delivery", hub.delivery, ""):
            assert isinstance(changed, Hub)
            yield Step(kind=str(judge), names=(name,), hub=changed, what=what)


def _steps(noun: Noun, place: str) -> Iterator[tuple[Judge, str, Noun, str]]:
    """Each weaker state of a noun: kind of judge, name in the report, the noun, and what changed."""
    kind: object = noun.__class__
    for field in fields(noun):
        value = getattr(noun, field.name)
        meaning = meanings_of(kind).get(field.name)
        if isinstance(value, tuple) and value and isinstance(value[0], Noun):
            yield from _steps_of_rows(noun, field.name, value, place)
        elif isinstance(value, Noun):
            yield from _steps_of_part(noun, field.name, value, place)
        elif meaning is not None:
            if isinstance(noun, Assumption) and field.name == "value" and noun.quantity is not None:
                meaning = replace(meaning, weaker=direction_of(noun.quantity))
            for weaker in _weaker(meaning, value):
                changed = _replaced(noun, field.name, weaker)
                if changed is not None:
                    name = f"{place}.{field.name}"
                    yield meaning.judge, name, changed, f"{name}: {value} becomes {weaker}"


def _steps_of_rows(noun: Noun, table: str, rows: Sequence[Noun], place: str) -> Iterator[tuple[Judge, str, Noun, str]]:
    for at, row in enumerate(rows):
        kind: object = row.__class__
        if (judge := judge_as_a_whole(kind)) is not None:
            changed = _replaced(noun, table, (*rows[:at], *rows[at + 1 :]))
            if changed is not None:
                yield judge, f"{place}.{table}[", changed, f"{place}.{table}[{at}] is removed"
        for judge, name, weaker, what in _steps(row, f"{place}.{table}[{_key(row)}]"):
            changed = _replaced(noun, table, (*rows[:at], weaker, *rows[at + 1 :]))
            if changed is not None:
                yield judge, name if own_name(row) else f"{place}.{table}[", changed, what


def _key(row: Noun) -> str:
    return own_name(row) or "…"


def _steps_of_part(noun: Noun, field: str, part: Noun, place: str) -> Iterator[tuple[Judge, str, Noun, str]]:
    kind: object = part.__class__
    if (judge := judge_as_a_whole(kind)) is not None and (changed := _replaced(noun, field, None)) is not None:
        yield judge, f"{place}.{field}".lstrip("."), changed, f"{place}.{field} is removed"
    for judge, name, weaker, what in _steps(part, f"{place}.{field}".lstrip(".")):
        if (changed := _replaced(noun, field, weaker)) is not None:
            yield judge, name, changed, what


def _replaced(noun: Noun, field: str, value: object) -> Noun | None:
    try:
        return noun.replace(**{field: value})
    except (ValueError, TypeError):
        return None


def _weaker(meaning: Meaning, value: object) -> Iterator[object]:
    """Values one step weaker than this one."""
    if meaning.weaker is Weaker.WORDS:
        return
    signs = {Weaker.LOWER: (-1,), Weaker.HIGHER: (1,)}.get(meaning.weaker, (-1, 1))
    if isinstance(value, bool):
        yield from (False,) * value
    elif isinstance(value, Enum):
        order = ORDERS.get(type(value))
        for one in type(value):
            if one is not value and (order is None or (1 if order.index(one) > order.index(value) else -1) in signs):
                yield one
    elif isinstance(value, int):
        yield from (value + sign for sign in signs if value + sign > 0)
    elif isinstance(value, float):
        yield from (round(value * (1 + sign / 20), 9) for sign in signs if value)
    elif isinstance(value, date):
        yield from (value + timedelta(days=sign) for sign in signs)
    if value is not None and not isinstance(value, tuple) and meaning.absent is Absent.WEAKEST:
        yield None


def priced(hub: Hub) -> Hub:
    """The hub with judges that it may lack: a budget with prices, spares, an order, a tariff, a route, shares."""
    day, model = hub.phases[0].starts, "huawei-cloudmatrix384"
    price = Price(model=model, unit_price=8e6, currency="USD", vintage=day, source="an offer")
    rate = ExchangeRate(currency="HKD", rate=0.128, as_of=day)
    budget = Budget(currency="USD", capex=9e12, opex_per_year=9e12, prices=(price,), exchange=(rate,), other_capex=1e6)
    order = Order(item="transformers", ordered=day, lead_weeks=20, commissioning_weeks=4, source="an offer")
    slip = Slip(
        probability_late=0.3, late_fraction_p5=0.1, late_fraction_p50=0.2, late_fraction_p95=0.4, group="grid",
        source="a log", as_of=day,
    )  # fmt: skip
    group = CorrelationGroup(name="grid", correlation=0.5, source="a log", as_of=day)
    first = hub.phases[0].replace(budget=budget, orders=(order,), slip=slip, **_work(day))
    tariff = Tariff(from_date=day, per_kwh=1.1, currency="HKD", source="a bill")
    carbon = CarbonFactor(from_date=day, kg_per_kwh=0.4, source="a report")
    site = hub.sites[0].replace(tariff=(tariff,), carbon=(carbon,), carbon_budget_t_per_year=9e8)
    share = Expectation(low=0.8, mid=0.9, high=0.95, source="a log", as_of=day)
    return hub.replace(
        phases=(first, *hub.phases[1:]),
        sites=(site, *hub.sites[1:]),
        delivery=Delivery(availability=share, device_mtbf_hours=50_000),
        correlation_groups=(group, *hub.correlation_groups),
    )


def _work(day: date) -> dict[str, Any]:
    """Two training runs and a service on a model of the catalogue, with names of their own."""
    run = TrainingRun(
        name="run-a", active_parameters=7e9, tokens=1e12, model="huawei-ascend-910c", accelerators_in_step=64,
        precision=Precision.BF16, mfu_fraction=0.4, mfu_source="a paper", starts=day + timedelta(days=2_000),
        done_by=day + timedelta(days=2_400), source="a team",
    )  # fmt: skip
    service = InferenceService(
        name="chat", active_parameters=7e9, tokens_per_s=1e5, memory_gb=1e3, model=run.model, precision=Precision.BF16,
        utilisation_fraction=0.3, utilisation_source="a paper", starts=run.starts, source="a team",
    )  # fmt: skip
    return {"training_runs": (run, run.replace(name="run-b", tokens=2e12)), "inference_services": (service,)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every step of the reference hub and of some random ones, alone and with its object renamed.

    1 where one escapes the head of the comment, or a mere rename is told as more.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.weakenings", description=str(__doc__).splitlines()[0])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try one step of N (default: every step)")
    every = parser.parse_args(arguments).every
    from petaplan.infra.hong_kong import hub
    from tests.scenario import scenario, scenario_files
    from tools.one_form.ways import random_hubs

    escaped = tried = 0
    bases = [scenario(path).document for path in scenario_files()]
    for plan in (priced(hub()), *random_hubs(bases, "weakenings", 12)):
        weaker = tuple(islice(weakenings(plan), 0, None, every))
        both = (renamed_as_well(plan, step) for step in weaker)
        gone, renamed = (islice(steps(plan), 0, None, every) for steps in (removals, renamings))
        for step in chain(gone, weaker, renamed, both):
            tried += 1
            if told := is_told(plan, step):
                escaped += 1
                sys.stdout.write(f"{told}\n")
        sys.stdout.write(f"{plan.name}: {tried} steps tried so far, {escaped} escaped\n")
        sys.stdout.flush()
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
