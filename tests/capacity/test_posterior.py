"""The calibration of a fleet against an integral over a grid, and its prior, grades and reservations by hand."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, t

from petaplan.capacity.facts.efficiency import published_fractions
from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import Measurement
from petaplan.capacity.throughput.calibration import Grade, calibrate, enough_hosts, expected_minimum, logit, prior
from petaplan.capacity.throughput.posterior import Prior, Reading, expit, posterior, tail_parts
from tests.oracles.posterior import Measured
from tests.oracles.posterior import posterior as integrated

TODAY = date(2026, 11, 22)
MODEL = "nvidia-h100-sxm"
UNMEASURED = "huawei-ascend-910c"
"""A model without published measurements."""
PUBLISHED = "huawei-ascend-910b2"

PRIOR = Prior(0.7, 0.42)

Fleet = Mapping[str, Sequence[Measured]]


def device(share: float, width: float = 0.002, years: float = 0.0) -> Measured:
    return Measured(share, share - width, share + width, years)


CASES: dict[str, Fleet] = {
    "one device": {"a": [device(0.71)]},
    "two devices of one host": {"a": [device(0.70), device(0.74)]},
    "one host, eight devices": {"a": [device(0.70 + 0.01 * index) for index in range(8)]},
    "four hosts of two": {name: [device(0.66 + 0.02 * at), device(0.67 + 0.02 * at)] for at, name in enumerate("abcd")},
    "hosts of unlike size": {
        "a": [device(0.8)],
        "b": [device(0.7), device(0.71), device(0.72)],
        "c": [device(0.75)] * 2,
    },
    "wide and narrow intervals": {"a": [device(0.66, 0.05), device(0.74, 0.001)], "b": [device(0.7, 0.02)]},
    "far from the prior": {"a": [device(0.95), device(0.96)], "b": [device(0.955)]},
    "low": {"a": [device(0.12)], "b": [device(0.15)]},
    "unlike hosts": {"a": [device(0.6)] * 3, "b": [device(0.75)] * 3},
    "unlike devices": {"a": [device(0.6), device(0.75)], "b": [device(0.61), device(0.74)]},
    "old": {"a": [device(0.7, years=3.0)], "b": [device(0.8, years=0.5)]},
}


def readings(fleet: Fleet) -> list[Reading]:
    return [
        Reading.of(share=one.share, low=one.low, high=one.high, host=host, years=one.years)
        for host, devices in fleet.items()
        for one in devices
    ]


def measurements(fleet: Fleet) -> list[Measurement]:
    return [
        Measurement(
            model=UNMEASURED,
            precision=Precision.BF16,
            share=one.share,
            low=one.low,
            high=one.high,
            uuid=f"{host}-{index}",
            host=host,
            as_of=TODAY - timedelta(days=round(one.years * 365.25)),
            software="one",
            steady=True,
            soak=True,
            source="a test",
        )
        for host, devices in fleet.items()
        for index, one in enumerate(devices)
    ]


def assert_agrees(fleet: Fleet, *, dense: bool = False, within: float = 1e-4) -> None:
    made = posterior(PRIOR, readings(fleet))
    belief = made.population()
    expected = integrated(PRIOR.middle, PRIOR.spread, fleet, dense=dense, means=4_001 if dense else 6_001)
    told = [belief.quantile(p) for p in (0.05, 0.5, 0.95)]
    assert told == pytest.approx([expected.share(p) for p in (0.05, 0.5, 0.95)], abs=within)
    assert made.host_spread == pytest.approx(expected.host_spread, abs=30 * within)
    assert made.device_spread == pytest.approx(expected.device_spread, abs=30 * within)
    assert made.conflict == pytest.approx(expected.conflict, abs=3 * within)


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", CASES)
def test_the_interval_is_that_of_a_grid_over_the_whole_covariance(name: str) -> None:
    assert_agrees(CASES[name])


@pytest.mark.no_cover  # others take the same paths, and counting triples the time
@pytest.mark.parametrize("name", ["one device", "four hosts of two", "old"])
def test_twelve_spreads_are_enough(name: str) -> None:
    assert_agrees(CASES[name], dense=True, within=1.5e-3)


def drawn(seed: int) -> Fleet:
    """Any number of hosts and devices, of several ages, near the prior or far from it."""
    draw = Random(seed)  # noqa: S311 - a fleet, no secret
    centre, between, within = draw.uniform(-1.0, 2.2), draw.choice((0.01, 0.05, 0.1)), draw.choice((0.01, 0.05, 0.1))
    fleet = {}
    for host in range(draw.randint(1, 5)):
        common, years = centre + draw.gauss(0, between), draw.choice((0.0, 0.0, 1.0, 2.5))
        shares = [expit(common + draw.gauss(0, within)) for _ in range(draw.randint(1, 6))]
        fleet[f"host-{host}"] = [device(share, draw.uniform(0.0005, 0.005), years) for share in shares]
    return fleet


@pytest.mark.sample(6)
@pytest.mark.no_cover  # others take the same paths, and counting triples the time
@pytest.mark.parametrize("tens", range(20))
def test_the_intervals_of_two_hundred_drawn_fleets_are_those_of_the_grid(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        assert_agrees(drawn(seed))


def test_an_interval_from_the_future_has_no_age() -> None:
    fleet = {"a": [device(0.7)]}
    later = measurements(fleet)
    early = calibrate(UNMEASURED, Precision.BF16, later, TODAY - timedelta(days=400))
    assert early.low == calibrate(UNMEASURED, Precision.BF16, later, TODAY).low


def test_the_wide_prior_has_its_ends_at_five_and_ninety_five_percent() -> None:
    middle, spread, grade, source = prior(UNMEASURED, Precision.BF16, None)
    low, high = math.log(0.45 / 0.55), math.log(0.85 / 0.15)
    assert middle == pytest.approx((low + high) / 2)
    assert spread == pytest.approx((high - low) / (2 * 1.6448536269514722))
    assert (grade, source) == (Grade.D, "nobody measured it: wide prior")
    made = calibrate(UNMEASURED, Precision.BF16, (), TODAY)
    assert (made.low, made.high) == pytest.approx((0.45, 0.85), abs=1e-9)
    assert made.device_spread == pytest.approx(0.15 * math.sqrt(2 * 2), rel=0.1), "a half-t of 4 degrees, twice"


def test_the_prior_is_students_t_with_the_stated_interval() -> None:
    """Normals in place of a t of 3 degrees: the same probabilities far into the tails."""
    scale = 1.6448536269514722 / t.ppf(0.95, 3)
    for point in (0.5, 1.0, 1.6448536269514722, 3.0, 6.0, 12.0):
        made = sum(weight * norm.sf(point, 0, spread) for weight, spread in tail_parts())
        assert made == pytest.approx(t.sf(point / scale, 3), rel=0.02)


def test_the_slowest_of_many_lies_below_the_middle() -> None:
    made = calibrate(UNMEASURED, Precision.BF16, (), TODAY)
    assert made.slowest_of(1) == pytest.approx(made.mid)
    odds = logit(made.mid) + made.device_spread * expected_minimum(64)
    assert made.slowest_of(64) == pytest.approx(1 / (1 + math.exp(-odds)))
    assert expected_minimum(1) == 0.0
    assert expected_minimum(2) == pytest.approx(-1 / math.sqrt(math.pi), abs=1e-9)
    assert expected_minimum(3) == pytest.approx(-1.5 / math.sqrt(math.pi), abs=1e-9)


def test_a_prior_from_published_rates_is_their_mean_and_their_spread_with_that_of_fleets() -> None:
    rates = published_fractions(PUBLISHED, Precision.BF16)
    assert len(rates) == 3
    odds = np.array([float(logit(gemm.rate_tflops.value / 400.0)) for gemm in rates if gemm.rate_tflops])
    middle, spread, grade, source = prior(PUBLISHED, Precision.BF16, 400.0)
    assert middle == pytest.approx(odds.mean())
    assert spread == pytest.approx(np.sqrt(0.30**2 + odds.var()))
    assert (grade, source) == (Grade.C, "3 published measurements")


def test_a_prior_without_a_peak_takes_the_published_fractions() -> None:
    (one,) = published_fractions("nvidia-b300", Precision.BF16)
    middle, spread, _, source = prior("nvidia-b300", Precision.BF16, None)
    assert middle == pytest.approx(math.log(one.fraction.value / (1 - one.fraction.value)))
    assert spread == pytest.approx(0.30)
    assert source == "1 published measurement"


def test_a_published_rate_above_the_peak_says_nothing() -> None:
    assert prior("nvidia-b300", Precision.BF16, 1.0) == prior(UNMEASURED, Precision.BF16, None)


EIGHT = {name: [device(share)] * 4 for name, share in zip("abcdefgh", (0.80, 0.81, 0.79, 0.80) * 2, strict=True)}


def graded(fleet: Fleet = EIGHT, hosts: int | None = None, **changes: object) -> tuple[Grade, tuple[str, ...]]:
    made = measurements(fleet)
    made[0] = replace(made[0], **changes)  # type: ignore[arg-type]
    found = calibrate(MODEL, Precision.BF16, made, TODAY, fleet_hosts=hosts)
    assert (found.devices, found.hosts) == (len(made), len(fleet))
    return found.grade, found.reservations


def test_a_narrow_interval_of_eight_steady_recent_hosts_is_grade_a() -> None:
    assert graded() == (Grade.A, ())
    assert graded(as_of=TODAY - timedelta(days=365)) == (Grade.A, ())
    assert graded(hosts=64) == (Grade.A, ())


@pytest.mark.parametrize(
    ("fleet", "changes", "reservation"),
    [
        (EIGHT, {"hosts": 65}, "8 of 65 hosts measured, of 9 that are needed"),
        ({"a": [device(0.8)] * 7, "b": [device(0.8)]}, {}, "2 hosts measured, of 4 that are needed"),
        (EIGHT, {"as_of": TODAY - timedelta(days=366)}, "366 days old"),
        (EIGHT, {"software": "another"}, "measured with different software"),
        (EIGHT, {"steady": False}, "not all runs were steady"),
    ],
)
def test_one_reservation_is_grade_b(fleet: Fleet, changes: dict[str, Any], reservation: str) -> None:
    assert graded(fleet, **changes) == (Grade.B, (reservation,))


def test_two_reservations_and_more_are_grade_c() -> None:
    assert graded(software="another", steady=False)[0] is Grade.C
    assert graded(software="another", steady=False, as_of=TODAY - timedelta(days=500))[0] is Grade.C


def test_a_wide_interval_is_no_grade_a_however_many_devices_there_are() -> None:
    unlike = {name: [device(share)] * 8 for name, share in zip("abcd", (0.72, 0.85, 0.78, 0.82), strict=True)}
    assert graded(unlike) == (Grade.B, ())


def test_hosts_that_are_enough_grow_with_the_fleet_and_never_beyond_it() -> None:
    assert [enough_hosts(hosts) for hosts in (1, 2, 3, 4, 16, 17, 10_000)] == [1, 2, 3, 4, 4, 5, 100]


def test_the_first_three_sources_are_named_and_the_others_counted() -> None:
    made = [replace(one, source=f"run {index}") for index, one in enumerate(measurements({"a": [device(0.7)] * 5}))]
    assert calibrate(UNMEASURED, Precision.BF16, made, TODAY).source == "run 0, run 1, run 2 and 2 more"
    assert calibrate(UNMEASURED, Precision.BF16, made[:3], TODAY).source == "run 0, run 1, run 2"
