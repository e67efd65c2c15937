"""Input that no type can refuse is refused with a place and a way out, never by a broken assumption of the code."""

from datetime import date

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.design import Design
from petaplan.capacity.electric.rating import circuit_volts
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.power import Feed
from petaplan.capacity.targets import Measure
from tests.hubs import hub, target

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(("low", "mid", "high"), [(1e-300, 1e-200, 1e-100), (1 - 1e-12, 1 - 1e-13, 1.0)])
def test_an_interval_that_no_fit_keeps_is_refused(low: float, mid: float, high: float) -> None:
    given = Expectation(low=low, mid=mid, high=high, source="a test", as_of=TODAY)
    plan = hub(targets=(target(1.0, measure=Measure.DELIVERED),), delivery=Delivery(availability=given))
    with pytest.raises(PlanError, match=r"delivery: available: found .*; expected about 5 % at each end; widen"):
        check(plan)


@pytest.mark.parametrize(("low", "mid", "high"), [(0.9, 0.95, 1.0), (0.5, 0.5, 0.9), (0.5, 0.9, 0.9)])
def test_an_interval_with_an_end_at_one_or_at_its_median_is_read(low: float, mid: float, high: float) -> None:
    given = Expectation(low=low, mid=mid, high=high, source="a test", as_of=TODAY)
    plan = hub(targets=(target(1.0, measure=Measure.DELIVERED),), delivery=Delivery(availability=given))
    assert any(finding.rule.startswith("PF") for finding in check(plan).findings)


def test_a_feed_without_a_voltage_is_refused_at_its_line() -> None:
    feed = Feed(name="feed", phase="first", fed_by=("busway",), rated_current_a=32)
    with pytest.raises(PlanError, match=r"test_input_errors.py:\d+: feed 'feed': found no voltage; expected"):
        circuit_volts(feed)


def test_a_model_that_the_catalogue_lacks_is_refused_with_the_nearest() -> None:
    plan = hub()
    (pod,) = plan.pods
    unknown = pod.replace(racks=tuple(rack.replace(model="huawei-cloudmatrix384-compute-rak") for rack in pod.racks))
    with pytest.raises(PlanError, match="did you mean 'huawei-cloudmatrix384-compute-rack'"):
        Design(hub=plan, catalogue=load()).pod(unknown)
