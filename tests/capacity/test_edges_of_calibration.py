"""Edges of calibration: what was published, what is old, wide or few, and how a job waits for its slowest device."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from petaplan.capacity.facts.efficiency import measured_gemms
from petaplan.capacity.hardware import MeasuredGemm
from petaplan.capacity.measurement import Measurement, ReportedShare
from petaplan.capacity.throughput.calibration import (
    CONFLICT,
    DISAGREEMENT,
    FOREIGN_WEIGHT,
    OLD_DAYS,
    PUBLISHED_SPREAD,
    Grade,
    _disagreement,
    _grade,
    _named,
    _reading,
    _reservations,
    calibrate,
    enough_hosts,
    expected_minimum,
    expected_minimum_share,
    prior,
)
from petaplan.capacity.throughput.posterior import (
    Posterior,
    Prior,
    Reading,
    _campaigns,
    _updated,
    expit,
    logit,
    posterior,
)
from tests.fleets import BF16, TODAY, measured

UNMEASURED = "somebodys-chip"


def published(fraction: float, rate_tflops: float | None = None) -> MeasuredGemm:
    """A published share of a chip that the shipped data do not have."""
    known = measured_gemms()[0]
    return known.replace(
        accelerator=UNMEASURED,
        precision=BF16,
        fraction=replace(known.fraction, value=fraction),
        rate_tflops=replace(known.fraction, value=rate_tflops, unit="TFLOP/s") if rate_tflops else None,
    )


def reported(share: float) -> ReportedShare:
    """A rate that somebody reports of that chip."""
    return ReportedShare(
        model=UNMEASURED, precision=BF16, share=share, source="somebody", method="a loop", as_of=date(2026, 1, 1)
    )


def test_one_device_is_not_below_itself() -> None:
    assert expected_minimum(1) == 0.0
    found = calibrate(UNMEASURED, BF16, (), TODAY)
    assert expected_minimum_share([(1.0, found)], 1) == expected_minimum_share([], 8) == 1.0
    assert expected_minimum_share([(0.0, found)], 8) == 1.0


def test_the_slowest_of_two_models_is_below_both_of_their_means() -> None:
    steady, mixed = (calibrate(UNMEASURED, BF16, fleet, TODAY) for fleet in (alike(0.7), apart(0.7)))
    paces = [expected_minimum_share([(part, steady), (1 - part, mixed)], 64) for part in (1.0, 0.5, 0.0)]
    assert paces[0] > paces[1] > paces[2]
    assert paces[0] == pytest.approx(steady.slowest_of(64) / steady.mid, abs=1e-9)
    assert paces[2] == pytest.approx(mixed.slowest_of(64) / mixed.mid, abs=1e-9)


def alike(share: float) -> tuple[Measurement, ...]:
    """Devices of four hosts that hardly differ."""
    return tuple(measured(share + 0.0005 * (n % 3), f"host-{n % 4}/{n}", model=UNMEASURED) for n in range(16))


def apart(share: float) -> tuple[Measurement, ...]:
    """Devices of four hosts that differ by several percent."""
    return tuple(measured(share + 0.03 * (n % 3 - 1), f"host-{n % 4}/{n}", model=UNMEASURED) for n in range(16))


def test_a_published_rate_is_a_share_of_the_peak_of_the_catalogue() -> None:
    assert expit(prior(UNMEASURED, BF16, 1_000.0, (published(0.5, 800.0),))[0]) == pytest.approx(0.8)
    assert expit(prior(UNMEASURED, BF16, None, (published(0.5, 800.0),))[0]) == pytest.approx(0.5)
    assert expit(prior(UNMEASURED, BF16, 1_000.0, (published(0.5),))[0]) == pytest.approx(0.5)


def test_a_published_share_of_one_or_more_says_nothing_of_the_odds() -> None:
    for share in (1.0, 1.05):
        assert prior(UNMEASURED, BF16, None, (published(share),)) == prior(UNMEASURED, BF16, None)
    both = prior(UNMEASURED, BF16, None, (published(1.0), published(0.6)))
    assert both == prior(UNMEASURED, BF16, None, (published(0.6),))
    assert both[2:] == (Grade.C, "1 published measurement")


def test_a_reported_source_weighs_less_than_a_published_measurement() -> None:
    middle, spread, grade, source = prior(UNMEASURED, BF16, None, (published(0.8),), (reported(0.6),))
    weight = FOREIGN_WEIGHT
    expected = (logit(0.8) + weight * logit(0.6)) / (1 + weight)
    among = ((logit(0.8) - expected) ** 2 + weight * (logit(0.6) - expected) ** 2) / (1 + weight)
    assert middle == pytest.approx(expected)
    assert spread == pytest.approx((PUBLISHED_SPREAD**2 + weight / (1 + weight) * 0.20**2 + among) ** 0.5)
    assert (grade, source) == (Grade.C, "1 published measurement and 1 reported source")


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (["a"], "a"),
        (["a", "b", "c"], "a, b, c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_three_runs_are_named_and_more_are_counted(runs: list[str], told: str) -> None:
    assert _named(runs) == told


@pytest.mark.parametrize(("conflict", "told"), [(DISAGREEMENT, 0), (DISAGREEMENT * 0.99, 1), (1.0, 0)])
def test_a_disagreement_is_told_below_its_probability(conflict: float, told: int) -> None:
    found = _disagreement(Posterior(cells=(), conflict=conflict, measured=0.5), 0.7, "a source")
    assert len(found) == told
    assert all(words.startswith("measured 0.500 and expected 0.700 by a source disagree") for words in found)
    assert _disagreement(Posterior(cells=(), conflict=conflict, measured=None), 0.7, "a source") == ()


@pytest.mark.parametrize(("width", "grade"), [(0.08, Grade.A), (0.0801, Grade.B), (0.16, Grade.B), (0.1601, Grade.C)])
def test_a_grade_is_that_of_the_width_over_the_middle(width: float, grade: Grade) -> None:
    assert _grade(width, 0, 1.0) is grade


def test_half_the_share_is_twice_as_wide_for_its_grade() -> None:
    found = calibrate(UNMEASURED, BF16, alike(0.4), TODAY)
    assert (found.high - found.low) / found.mid > 0.08
    assert (found.high - found.low) * found.mid < 0.08
    assert (found.grade, found.reservations) == (Grade.B, ())


def test_a_year_is_that_of_the_calendar() -> None:
    old = replace(measured(0.7, "host/0"), as_of=TODAY - timedelta(days=1_461))
    today = replace(old, as_of=TODAY)
    assert _reading(old, TODAY) == replace(_reading(today, TODAY), years=4.0)


def test_the_odds_of_no_share_and_of_all_of_it_are_finite() -> None:
    assert logit(0.0) == pytest.approx(-logit(1.0)) == pytest.approx(-13.8155, abs=1e-4)
    assert logit(-1.0) == logit(0.0) and logit(2.0) == logit(1.0)
    assert Reading.of(share=1.0, low=0.9, high=1.1, host="host", years=0.0).odds < logit(1.0)


def test_a_host_is_as_old_as_its_oldest_device() -> None:
    old, new = (Reading(0.5, 0.01, "one", years) for years in (2.0, 0.5))
    ((years, hosts),) = _campaigns([new, old])
    assert (years, len(hosts)) == (2.0, 1)
    assert [years for years, _ in _campaigns([new, old, replace(new, host="two"), replace(old, host="three")])] == [
        2.0,
        0.5,
    ]


@pytest.mark.parametrize("odds", [-40.0, 40.0])
def test_measurements_far_from_the_prior_leave_a_belief(odds: float) -> None:
    parts, tail = _updated(Prior(0.0, 0.1), odds, 1e-4)
    assert sum(weight for weight, _, _ in parts) == pytest.approx(1.0)
    assert 0.0 <= tail < 1e-3
    assert all(abs(mean) <= abs(odds) for _, mean, _ in parts)
    readings = [Reading(odds / 8 + 0.1 * n, 1e-9, f"host-{n}", 0.0) for n in range(64)]
    found = posterior(Prior(0.0, 0.1), readings)
    assert sum(cell.weight for cell in found.cells) == pytest.approx(1.0)
    assert found.conflict <= 1.0


def test_a_measurement_at_the_middle_of_the_prior_is_no_conflict() -> None:
    found = posterior(Prior(1.0, 0.3), [Reading(1.0, 1e-6, f"host-{n}", 0.0) for n in range(4)])
    assert found.conflict == pytest.approx(1.0)
    assert found.conflict <= 1.0


def test_the_slower_of_two_devices_is_below_the_mean() -> None:
    found = calibrate(UNMEASURED, BF16, apart(0.7), TODAY)
    assert expected_minimum(2) == pytest.approx(-1 / math.pi**0.5)
    assert expected_minimum_share([(1.0, found)], 2) == pytest.approx(found.slowest_of(2) / found.mid, abs=1e-9)


@pytest.mark.parametrize(("conflict", "told"), [(CONFLICT, False), (CONFLICT * 0.99, True), (1.0, False)])
def test_a_conflict_is_below_its_probability(conflict: float, told: bool) -> None:
    found = calibrate(UNMEASURED, BF16, (), TODAY)
    assert replace(found, posterior=Posterior(cells=(), conflict=conflict, measured=0.5)).in_conflict is told


@pytest.mark.parametrize(
    ("fleet_hosts", "enough"), [(None, 4), (0, 1), (1, 1), (3, 3), (4, 4), (16, 4), (17, 5), (25, 5), (26, 6)]
)
def test_the_square_root_of_the_hosts_of_a_fleet_is_enough(fleet_hosts: int | None, enough: int) -> None:
    assert enough_hosts(fleet_hosts) == enough


@pytest.mark.parametrize(("days", "told"), [(OLD_DAYS, []), (OLD_DAYS + 1, ["366 days old"])])
def test_measurements_are_as_old_as_the_oldest_of_them(days: int, told: list[str]) -> None:
    rows = list(alike(0.7))
    rows[3] = replace(rows[3], as_of=TODAY - timedelta(days=days))
    assert _reservations(rows, TODAY, None) == told


def test_one_device_with_other_software_or_an_unsteady_run_is_a_reservation() -> None:
    rows = list(alike(0.7))
    assert _reservations(rows, TODAY, 4) == []
    rows[3] = replace(rows[3], software="other", steady=False)
    assert _reservations(rows, TODAY, 4) == ["measured with different software", "not all runs were steady"]
