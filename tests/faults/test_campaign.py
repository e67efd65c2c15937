"""A small sample of the campaign that kills parts of Pulumi (`make test-faults` runs all of it)."""

import pytest

from tests.fault_campaign import FOLLOWING, OPERATIONS, campaign, cases, table

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SAMPLE = 2
SEED = 13


def test_every_operation_victim_and_follow_up_has_its_turn() -> None:
    turns = {(case.operation, case.victim, case.following) for case in cases(SEED, 300)}
    assert len(turns) == len(FOLLOWING) * sum(len(victims) for *_, victims in OPERATIONS.values())
    assert list(cases(SEED, 20)) == list(cases(SEED, 20)), "a seed gives the same runs each time"


def test_after_a_kill_stack_and_inventory_come_together_again() -> None:
    outcomes = campaign(SEED, SAMPLE)
    assert len(outcomes) == SAMPLE
    assert [one.faults for one in outcomes] == [()] * SAMPLE, table(outcomes)
