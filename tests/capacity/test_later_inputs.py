"""Inputs of findings are made when somebody reads them, once, and nobody sees the difference."""

import copy
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from petaplan.capacity.check import report_on
from petaplan.capacity.claims import PLAN, Claim, at_most, each_of, planned, planned_of
from petaplan.capacity.design import Design
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.findings import Finding, Input, Verdict, later
from petaplan.capacity.hidden import veiled_at
from petaplan.capacity.measurement import NONE
from petaplan.capacity.partial_check import _read_by
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rule import Rule, judge, plan_rule
from tests.hubs import hub

made: list[str] = []


def _counted(name: str) -> list[Input]:
    made.append(name)
    return [Input(name, 1.0, "units", PLAN)]


def _asked(design: Design) -> Iterator[Claim]:
    (site,) = design.hub.sites
    inputs = (Input("first", 2.0, "units", PLAN), later(_counted, "second"), planned(site, "load_power_factor"))
    yield at_most(site, 1.0, 2.0, "units", inputs=inputs)


RULE: Rule = plan_rule("PWR-999", "Something is counted", formula="x <= y", basis="none")(_asked)


def _finding() -> Finding:
    design = resolve(hub(), catalogue(), NONE)
    (claim,) = _asked(design)
    made.clear()
    return judge(RULE, claim, "first")


def test_inputs_are_made_once_when_they_are_read() -> None:
    finding = _finding()
    assert (finding.verdict, finding.ratio, made) == (Verdict.PASS, 0.5, [])
    assert [one.name for one in finding.inputs] == ["first", "second", "load_power_factor"]
    assert finding.inputs is finding.inputs
    assert made == ["second"]


def test_a_finding_with_inputs_to_be_made_is_like_one_that_has_them() -> None:
    later, now = _finding(), _finding()
    ready = replace(now, inputs=now.inputs)
    assert (later, hash(later), repr(later)) == (ready, hash(ready), repr(ready))
    sent = pickle.loads(pickle.dumps(_finding()))  # noqa: S301 - its own bytes
    assert copy.copy(_finding()) == copy.deepcopy(_finding()) == sent == ready


def test_threads_see_the_same_inputs() -> None:
    finding = _finding()
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: finding.inputs, range(64)))
    assert all(one == seen[0] for one in seen)


def test_what_a_claim_counts_is_not_what_its_list_becomes() -> None:
    names = ["a", "b"]
    later = each_of(names, "counted:", "things")
    names.append("c")
    assert [str(one) for one in later] == ["counted: a = 1 things (this plan)", "counted: b = 1 things (this plan)"]


def test_later_inputs_may_make_inputs_that_are_made_later() -> None:
    (site,) = hub().sites
    inner = later(lambda: (planned(site, "load_power_factor"), planned_of(site, "load_power_factor")))
    assert [one.name for one in inner] == ["load_power_factor", f"load_power_factor of {site.name}"]


def test_a_hidden_value_that_is_only_printed_is_noted() -> None:
    plan = hub()
    seen = plan.replace(sites=(veiled_at(plan.sites[0], ("load_power_factor",), "the power factor"),))
    assert _read_by(RULE, seen, catalogue(), NONE) == {"the power factor"}
    assert _read_by(RULE, plan, catalogue(), NONE) == set()


def test_a_check_makes_no_input_of_a_field_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(noun: object, fields: tuple[str, ...]) -> list[Input]:
        raise AssertionError(f"{fields} of {noun} were made")

    monkeypatch.setattr("petaplan.capacity.claims._planned", unexpected)
    found = report_on(resolve(hub(), catalogue(), NONE)).findings
    with pytest.raises(AssertionError, match="were made"):
        [finding.inputs for finding in found]
