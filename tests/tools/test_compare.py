"""The comparison of two trees: names read both ways, every kind of difference seen, the same seed the same plans."""

import json

import pytest

from petaplan.capacity.document.plan import document
from petaplan.infra.hong_kong import hub
from tools.compare.__main__ import ROOT, Answer, ask_both, compared, plan_of
from tools.compare.names import to_new, to_old
from tools.compare.random_plans import changed_plans, from_strategies

FINDING = ["PWR-001", "feed-a", "first", "question", 1.0, 2.0, 0.5]
ANSWER: Answer = {"verdict": "pass", "findings": [FINDING]}


def test_a_document_in_the_names_of_version_0_1_comes_back_unchanged() -> None:
    today = document(hub())
    old = to_old(today)
    assert {"upses", "storages"} <= set(old)
    assert '"words": ' in json.dumps(old["targets"])
    assert to_new(old) == today


def test_findings_with_the_old_word_of_a_verdict_are_equal() -> None:
    assert list(compared("plan", ANSWER, ANSWER | {"findings": [[*FINDING[:3], "review", *FINDING[4:]]]})) == []


@pytest.mark.parametrize("at", range(len(FINDING)))
def test_a_finding_that_differs_in_one_value_is_named_twice(at: int) -> None:
    changed = [*FINDING[:at], "other", *FINDING[at + 1 :]]
    assert len(list(compared("plan", ANSWER, ANSWER | {"findings": [changed]}))) == 2


@pytest.mark.parametrize("other", [{"refused": 2}, {"crashed": "KeyError"}, ANSWER | {"verdict": "shortfall"}])
def test_a_refusal_a_crash_and_another_verdict_are_differences(other: Answer) -> None:
    assert list(compared("plan", ANSWER, other))


def test_a_tree_compared_with_itself_gives_equal_findings() -> None:
    plans = [plan_of("random", plan) for plan in from_strategies("1:0", 3)]
    requests = [plan.new for plan in plans]
    one, other = ask_both(ROOT, requests, requests)
    assert one == other
    assert all("findings" in answer or "refused" in answer for answer in one)


def test_a_seed_gives_the_same_plans_again() -> None:
    assert from_strategies("7:0", 3) == from_strategies("7:0", 3)
    bases = [document(hub())]
    first = changed_plans(bases, "7:0", 3)
    assert first == changed_plans(bases, "7:0", 3)
    assert first != changed_plans(bases, "8:0", 3)
    assert bases[0] not in first
