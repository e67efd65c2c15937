"""The campaign of futures that are not the model's, and the straight line that a forecast is measured against."""

import pytest

from petaplan.capacity.facts.catalog import load
from petaplan.capacity.forecast.draws import sampler
from petaplan.capacity.forecast.forecast import Forecast, drawn_fleet, forecast
from petaplan.capacity.forecast.inputs import inputs_of
from petaplan.capacity.resolving import resolve
from petaplan.infra.hong_kong import hub
from tests.capacity.forecast_hubs import design_of, known
from tests.capacity.forecast_stories import doubtful_plan
from tests.capacity.foreign_truths import WORLDS, World, as_modelled, as_one, cover_of, later
from tests.performance.straight_line import facts_of, forecast_in_a_line


@pytest.fixture(scope="module")
def found() -> Forecast:
    """The forecast of the campaign."""
    return forecast(design_of(doubtful_plan()), draws=4_000)


@pytest.mark.sample(3)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_intervals_hold_most_futures_of_a_world_that_the_model_does_not_know(world: World, found: Forecast) -> None:
    cover = cover_of(world, 200, found)
    assert min(cover.first, cover.second, cover.pflops) >= 0.70


def test_a_world_that_breaks_the_model_is_held_less_often(found: Forecast) -> None:
    as_claimed = cover_of(as_modelled, 200, found)
    assert as_claimed.first == pytest.approx(0.90, abs=0.06)
    assert cover_of(later, 200, found).first < as_claimed.first
    assert cover_of(as_one, 200, found).second < as_claimed.second


def test_a_straight_line_of_numpy_finds_the_same() -> None:
    design = resolve(hub(), load())
    inputs = inputs_of(design)
    made = forecast(design, draws=20_000)
    line = forecast_in_a_line(
        facts_of(design, inputs, drawn_fleet(design, sampler(20_000, inputs.groups), inputs)), 20_000, 5
    )
    for target in made.targets:
        name = target.target.name
        assert line.probabilities[name] == pytest.approx(target.probability, abs=0.006)
        assert line.correlated[0][name] == pytest.approx(target.uncorrelated, abs=0.006)
        assert line.correlated[1][name] == pytest.approx(target.fully_correlated, abs=0.01)
    for phase in made.phases:
        for day, ordinal in zip(known(phase.accepted), line.accepted[phase.name], strict=True):
            assert abs(day.toordinal() - ordinal) <= 45
    for quarter in made.quarters[:20]:
        installed, delivered = line.quarters[quarter.day]
        assert installed[1] == pytest.approx(quarter.installed[1], rel=0.05, abs=300)
        assert delivered[1] == pytest.approx(quarter.delivered[1], rel=0.06, abs=300)
