"""The calibration of a fleet against an integral over a grid, and its prior, grades and reservations by hand."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from petaplan.capacity.facts.efficiency import published_fractions
from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import Measurement
from petaplan.capacity.throughput.calibration import Grade, calibrate, expected_minimum, logit, prior
from tests.oracles.posterior import Measured
from tests.oracles.posterior import posterior as integrated

TODAY = date(2026, 11, 22)
UNMEASURED = "huawei-ascend-910c"
"""A model without published measurements."""
PUBLISHED = "huawei-ascend-910b2"

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
    "wide and narrow intervals": {"a": [device(0.6, 0.05), device(0.8, 0.001)], "b": [device(0.7, 0.02)]},
    "far from the prior": {"a": [device(0.95), device(0.96)], "b": [device(0.955)]},
    "low": {"a": [device(0.12)], "b": [device(0.15)]},
    "unlike hosts": {"a": [device(0.5)] * 3, "b": [device(0.8)] * 3},
    "unlike devices": {"a": [device(0.5), device(0.8)], "b": [device(0.52), device(0.79)]},
    "old": {"a": [device(0.7, years=3.0)], "b": [device(0.8, years=0.5)]},
}


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


def whole_days(fleet: Fleet) -> Fleet:
    """The same fleet with ages of whole days, as a date has them."""
    return {
        host: [Measured(one.share, one.low, one.high, round(one.years * 365.25) / 365.25) for one in devices]
        for host, devices in fleet.items()
    }


def assert_agrees(fleet: Fleet, *, taus: int, within: float) -> None:
    made = calibrate(UNMEASURED, Precision.BF16, measurements(fleet), TODAY)
    middle, spread, _, _ = prior(UNMEASURED, Precision.BF16, None)
    expected = integrated(middle, spread, whole_days(fleet), taus=taus)
    told = (made.low, made.mid, made.high)
    assert told == pytest.approx([expected.share(p) for p in (0.05, 0.5, 0.95)], abs=within)
    assert made.device_spread == pytest.approx(expected.tau, abs=within)


@pytest.mark.parametrize("name", CASES)
def test_the_interval_is_that_of_an_integral_over_the_same_spreads(name: str) -> None:
    assert_agrees(CASES[name], taus=60, within=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_sixty_spreads_are_enough(name: str) -> None:
    assert_agrees(CASES[name], taus=480, within=4e-3)


@pytest.mark.parametrize("seed", range(6))
def test_the_interval_of_a_drawn_fleet_is_that_of_the_integral(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - a fleet, no secret
    fleet = {
        f"host-{host}": [
            device(draw.uniform(0.3, 0.9), draw.uniform(0.0005, 0.05), draw.choice((0.0, 0.0, 2.0)))
            for _ in range(draw.randint(1, 6))
        ]
        for host in range(draw.randint(1, 5))
    }
    assert_agrees(fleet, taus=60, within=2e-5)


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
    assert made.device_spread == pytest.approx(0.15 * 0.7978845608028654)


def test_the_slowest_of_many_lies_below_the_middle() -> None:
    made = calibrate(UNMEASURED, Precision.BF16, (), TODAY)
    assert made.slowest_of(1) == pytest.approx(made.mid)
    odds = logit(made.mid) + made.device_spread * expected_minimum(64)
    assert made.slowest_of(64) == pytest.approx(1 / (1 + math.exp(-odds)))
    assert expected_minimum(1) == 0.0
    assert expected_minimum(2) == pytest.approx(-1 / math.sqrt(math.pi), abs=0.03)


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


EIGHT = {"a": [device(0.7)] * 4, "b": [device(0.72)] * 4}


def graded(fleet: Fleet = EIGHT, **changes: object) -> tuple[Grade, tuple[str, ...]]:
    made = measurements(fleet)
    made[0] = replace(made[0], **changes)  # type: ignore[arg-type]
    found = calibrate(UNMEASURED, Precision.BF16, made, TODAY)
    assert (found.devices, found.hosts) == (len(made), len(fleet))
    return found.grade, found.reservations


def test_eight_steady_recent_devices_of_two_hosts_are_grade_a() -> None:
    assert graded() == (Grade.A, ())
    assert graded(as_of=TODAY - timedelta(days=365)) == (Grade.A, ())


@pytest.mark.parametrize(
    ("fleet", "changes", "reservation"),
    [
        ({"a": [device(0.7)] * 4, "b": [device(0.7)] * 3}, {}, "7 devices measured"),
        ({"a": [device(0.7)]}, {}, "1 device measured"),
        ({"a": [device(0.7)] * 8}, {}, "all on one host, which shares its power and air"),
        (EIGHT, {"as_of": TODAY - timedelta(days=366)}, "366 days old"),
        (EIGHT, {"software": "another"}, "measured with different software"),
        (EIGHT, {"steady": False}, "not all runs were steady"),
    ],
)
def test_one_reservation_is_grade_b(fleet: Fleet, changes: dict[str, object], reservation: str) -> None:
    assert graded(fleet, **changes) == (Grade.B, (reservation,))


def test_two_reservations_and_more_are_grade_c() -> None:
    assert graded(software="another", steady=False)[0] is Grade.C
    assert graded(software="another", steady=False, as_of=TODAY - timedelta(days=500))[0] is Grade.C


def test_the_first_three_sources_are_named_and_the_others_counted() -> None:
    made = [replace(one, source=f"run {index}") for index, one in enumerate(measurements({"a": [device(0.7)] * 5}))]
    assert calibrate(UNMEASURED, Precision.BF16, made, TODAY).source == "run 0, run 1, run 2 and 2 more"
    assert calibrate(UNMEASURED, Precision.BF16, made[:3], TODAY).source == "run 0, run 1, run 2"
