"""One more source, or one more cord, makes no verdict worse: asked of every rule, on plans that are drawn.

A plan is that of a scenario, as it is and with other ratings and units. Plans with rectifiers are left out: the new
source gives alternating current.

The new source is ample and of the kind that the plan has: with generators, on the same days, where those of the plan
reach its racks. So it brings no new claim, such as that racks run on while the cooling has no generator.

Two rules are left out, for the reason that docs/power.md gives. PWR-008 and PWR-025 compare the lines of a busway with
each other, not with a limit. A busway that is relieved on one line may be less even.
"""

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.findings import RANK, Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.power import Busway, Feed, Generator, Intake, SupplyStep, Transformer, Ups
from tests.scenario import scenario, scenario_files
from tests.variants import examples

AMPLE = 90_000.0
RELATIVE = ("PWR-008", "PWR-025")
FED = ("busways", "feeds", "ups_systems", "batteries", "cooling_loops", "cdus", "chillers")
CORDED = ("pods", "racks")
VOLTAGE_V = 400
PATHS = [
    path
    for path in scenario_files()
    if scenario(path).refused is None
    and not scenario(path).hub.rectifiers
    and {busway.voltage_ll_v for busway in scenario(path).hub.busways} == {VOLTAGE_V}
]
"""Plans whose busways have the voltage of the sources that the tests add."""

Key = tuple[str, str, str]


def _rank(finding: Finding) -> int:
    """Its verdict; one that holds by figures that nobody verified is as good as one that holds.

    More sources may make another object the nearest to its limit, further away, with figures that are not verified.
    """
    return RANK[Verdict.PASS if finding.holds_unverified else finding.verdict]


def worst(findings: tuple[Finding, ...]) -> dict[Key, Finding]:
    """The worst finding of each rule, subject and phase."""
    found: dict[Key, Finding] = {}
    for one in findings:
        key = (one.rule, one.subject, one.phase)
        if key not in found or _rank(one) < _rank(found[key]):
            found[key] = one
    return found


def backed(findings: tuple[Finding, ...]) -> bool:
    """Whether generators reach racks of some hall."""
    return any(one.rule == "PWR-016" and one.subject.endswith("/without-utility") for one in findings)


def dates(row: Any) -> dict[str, Any]:
    """The side of an object, and when it is in service."""
    return {"phase": row.phase, "side": getattr(row, "side", None), "in_service": row.in_service}


def chain(hub: Hub, like: Any, volts: float, *, ups: bool, generators: bool) -> tuple[str, dict[str, tuple[Any, ...]]]:
    """An ample source of a voltage, in service with an object and on its side: its name, and the tables with it."""
    own = dates(like)
    site = hub.sites[0].name
    generator = Generator(
        name="more-generators",
        site=site,
        unit_rated_kva=AMPLE,
        unit_rated_kw=AMPLE,
        start_seconds=1.0,
        fuel_hours=900.0,
        step_load_fraction=1.0,
        **(dates(hub.generators[0]) if generators else own),
    )
    intake = Intake(
        name="more-utility",
        site=site,
        voltage_ll_v=11_000.0,
        supply=(SupplyStep(from_date=date(2020, 1, 1), contracted_kva=AMPLE),),
        unit_rated_kva=AMPLE,
        **own,
    )
    transformer = Transformer(
        name="more-transformers",
        fed_by=(intake.name,),
        standby_from=(generator.name,) if generators else (),
        unit_rated_kva=AMPLE,
        secondary_voltage_ll_v=volts,
        efficiency_fraction=0.99,
        outdoors=True,
        **own,
    )
    tables: dict[str, tuple[Any, ...]] = {
        "intakes": (*hub.intakes, intake),
        "transformers": (*hub.transformers, transformer),
        "generators": (*hub.generators, generator) if generators else hub.generators,
    }
    if not ups:
        return transformer.name, tables
    modules = Ups(
        name="more-ups",
        fed_by=(transformer.name,),
        unit_rated_kva=AMPLE,
        unit_rated_kw=AMPLE,
        efficiency_fraction=0.99,
        autonomy_minutes=30.0,
        step_load_fraction=1.0,
        **own,
    )
    return modules.name, {**tables, "ups_systems": (*hub.ups_systems, modules)}


def _hall_of(hub: Hub, feed: str) -> str:
    """The hall of racks that draw from a feed."""
    rows: tuple[Any, ...] = (*hub.pods, *hub.racks)
    return next((row.hall for row in rows if feed in (row.feeds or ())), hub.halls[0].name)


def with_one_more(hub: Hub, table: str, name: str, *, ups: bool, generators: bool) -> Hub:
    """The hub with one more source of an object, or one more cord of racks."""
    by_name: dict[str, Any] = {row.name: row for _, rows in hub.tables() for row in rows}
    row = by_name[name]
    fed = by_name[row.feeds[0]] if table in CORDED else row
    above = by_name[fed.fed_by[0]]
    volts = getattr(above, "secondary_voltage_ll_v", None) or getattr(above, "voltage_ll_v", None) or 400.0
    source, tables = chain(hub, fed, volts, ups=ups, generators=generators)
    own = dates(fed)
    if table in CORDED or table == "feeds":
        hall = getattr(above, "hall", None) or _hall_of(hub, fed.name)
        busway = Busway(
            name="more-busway", fed_by=(source,), hall=hall, voltage_ll_v=volts, rated_current_a=9_000.0, **own
        )
        source, tables["busways"] = busway.name, (*hub.busways, busway)
    if table in CORDED:
        feed = Feed(
            name="more-feeds", fed_by=(source,), units=5_000, voltage_ll_v=volts, rated_current_a=9_000.0, **own
        )
        source, tables["feeds"] = feed.name, (*hub.feeds, feed)
    field = "feeds" if table in CORDED else "fed_by"
    rows = tables.get(table, getattr(hub, table))
    more = row.replace(**{field: (*getattr(row, field), source)})
    tables[table] = tuple(more if each.name == name else each for each in rows)
    return hub.replace(**tables)


RATINGS = ("unit_rated_kva", "unit_rated_kw", "rated_current_a", "unit_energy_kwh", "autonomy_minutes", "start_seconds")


def shaken(hub: Hub, random: Any) -> Hub:
    """The hub with other ratings of some of its objects."""
    tables: dict[str, tuple[Any, ...]] = {}
    for name, rows in hub.tables():
        tables[name] = tuple(_shaken(row, random) if random.random() < 0.3 else row for row in rows)
    return hub.replace(**tables)


def _shaken(row: Any, random: Any) -> Any:
    changes = {
        field: value * random.choice((0.5, 0.8, 1.3, 2.0))
        for field in RATINGS
        if isinstance(value := getattr(row, field, None), int | float)
    }
    if "unit_rated_kw" in changes and "unit_rated_kva" in changes:  # a power factor of at most one
        changes["unit_rated_kw"] = min(changes["unit_rated_kw"], changes["unit_rated_kva"])
    if getattr(row, "units", 1) > 1 and random.random() < 0.5:
        changes["units"] = row.units + random.choice((0, 1, 2))
    return row.replace(**changes) if changes else row


@given(st.sampled_from(PATHS), st.sampled_from((*FED, *CORDED)), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=examples(150), deadline=None)
def test_one_more_source_or_cord_makes_no_verdict_of_a_drawn_plan_worse(
    path: Any, table: str, ups: bool, random: Any
) -> None:
    drawn = shaken(scenario(path).hub, random)
    rows = [row for row in getattr(drawn, table) if getattr(row, "feeds" if table in CORDED else "fed_by", None)]
    assume(rows)
    before = check(drawn).findings
    name = random.choice(rows).name
    assert_no_worse(
        before, with_one_more(drawn, table, name, ups=ups, generators=backed(before)), f"{path.stem}: {name}"
    )


@given(st.sampled_from(PATHS), st.sampled_from((*FED, *CORDED)), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=examples(150), deadline=None)
def test_one_more_source_or_cord_makes_no_verdict_worse(path: Any, table: str, ups: bool, random: Any) -> None:
    told = scenario(path)
    rows = [row for row in getattr(told.hub, table) if getattr(row, "feeds" if table in CORDED else "fed_by", None)]
    assume(rows)
    name = random.choice(rows).name
    more = with_one_more(told.hub, table, name, ups=ups, generators=backed(told.report.findings))
    assert_no_worse(told.report.findings, more, f"{path.stem}: one more source of {name}")


def assert_no_worse(findings: tuple[Finding, ...], more: Hub, where: str) -> None:
    """No finding of the larger plan is worse than the same finding of the plan before."""
    before, after = worst(findings), worst(check(more).findings)
    worse = {
        key: (str(before[key].verdict), str(found.verdict), found.note or found.hint)
        for key, found in after.items()
        if key in before and key[0] not in RELATIVE and _rank(found) < _rank(before[key])
    }
    assert worse == {}, where
