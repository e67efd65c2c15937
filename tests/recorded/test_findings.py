"""The numbers of every finding are those of the record; a change of them is deliberate, and visible in a diff."""

import pytest

from tests.recorded.findings import (
    RECORD,
    REFERENCES,
    numbers_of_reference,
    numbers_of_scenario,
    recorded,
    scenario_names,
    written,
)

pytestmark = pytest.mark.xdist_group("scenarios")

AGAIN = "where the change is intended: python -m tests.recorded.findings"


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_hub_has_the_recorded_numbers(name: str) -> None:
    assert numbers_of_reference(name) == recorded()[f"reference hub {name}"], AGAIN


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_has_the_recorded_numbers(name: str) -> None:
    assert numbers_of_scenario(name) == recorded()[f"scenario {name}"], AGAIN


def test_the_record_has_every_scenario_and_nothing_else() -> None:
    wanted = {f"reference hub {name}" for name in REFERENCES} | {f"scenario {name}" for name in scenario_names()}
    assert recorded().keys() == wanted, AGAIN


def test_the_record_is_written_as_it_was_read() -> None:
    assert written(recorded()) == RECORD.read_text(encoding="utf-8")
