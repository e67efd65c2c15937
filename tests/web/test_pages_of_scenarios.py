"""Facility pages of plans that fall short in each way that a scenario knows: they are made, and figures are right."""

import json
from datetime import date
from pathlib import Path

import pytest

from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.resolving import resolve
from petaplan.capacity.web.pages.cooling import COOLING
from petaplan.capacity.web.pages.fabric import FABRIC
from petaplan.capacity.web.pages.halls import HALLS
from petaplan.capacity.web.pages.power import POWER
from petaplan.capacity.web.pages.racks import RACKS
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.rendering import rendered
from petaplan.reporting.web.site import Site
from tests.scenario import scenario, scenario_files
from tests.web.pages import figures, resolved, same

KINDS = (HALLS, RACKS, POWER, COOLING, FABRIC)
ODD = ("power-utility-comes-too-late", "failover-unknown-load", "failover-no-generators", "failover-plant-on-one-side")
PLANS = [path for path in scenario_files() if scenario(path).refused is None]
WHOLE = [path for at, path in enumerate(PLANS) if at % 12 == 0 or path.stem in ODD]


def _study(path: Path) -> Study:
    plan = scenario(path).hub
    return Study(resolve(plan, catalogue_of(plan)), date(2027, 6, 30))


@pytest.mark.sample(11)
@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_each_figure_of_the_facility_is_that_of_the_json_report(path: Path) -> None:
    study = _study(path)
    pages = [page for kind in KINDS if (page := kind.build(study)) is not None]
    report = json.loads(json.dumps({key: value for kind in KINDS for key, value in kind.json(study).items()}))
    found = rendered(Site(title="Report on a plan", name="x", pages=tuple(pages), language="zh-Hant"))
    assert not found.language.missing | found.language.missing_units
    for one in figures(found.text):
        pointer = one.attributes["data-pointer"]
        assert same(json.loads(one.attributes["data-value"]), resolved(report, pointer)), pointer


def test_the_power_and_cooling_of_every_scenario_have_their_pages() -> None:
    made = {kind.key: 0 for kind in (POWER, COOLING)}
    for path in PLANS:
        for kind in (POWER, COOLING):
            made[kind.key] += kind.build(_study(path)) is not None
    assert min(made.values()) > len(PLANS) / 10
