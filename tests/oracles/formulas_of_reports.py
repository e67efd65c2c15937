"""Formulas of the rules about waivers, baselines and required evidence, over what a finding prints."""

import math
from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.printed import Numbers, days_between, given, none_found


def expired(finding: Finding) -> Numbers:
    one = given(finding)
    return days_between(one["today"], one["expires"]), 0.0


def unmatched(finding: Finding) -> Numbers:
    return 1.0 - given(finding)["findings of the waiver"], 0.0


def stale(finding: Finding) -> Numbers:
    return 1.0 - given(finding)["findings of the entry"], 0.0


def exceeded(finding: Finding) -> Numbers:
    one = given(finding)
    return _ratio(one), one["limit"]


def grown(finding: Finding) -> Numbers:
    one = given(finding)
    return _ratio(one), one["ratio in the baseline"]


def _ratio(one: Mapping[str, float]) -> float:
    return one["demand"] / one["capacity"] if one["capacity"] else 1e9


def measured(finding: Finding) -> Numbers:
    """Shares in per cent, rounded down to a tenth."""
    one = given(finding)
    required, found = (math.floor(round(one[f"{name} share"] * 1000, 6)) / 10 for name in ("required", "measured"))
    return required, found


REPORTS: Mapping[str, Callable[[Finding], Numbers]] = {
    "BSL-001": grown,
    "BSL-002": stale,
    "CHG-001": none_found,
    "CHG-002": none_found,
    "CHG-003": none_found,
    "CHG-004": none_found,
    "CHG-005": none_found,
    "NAM-001": none_found,
    "EVD-001": measured,
    "WVR-001": expired,
    "WVR-002": unmatched,
    "WVR-003": exceeded,
}
