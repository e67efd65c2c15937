"""A seeded sample of `python -m tools.one_form`: every way in gives one hub, one hash and the same findings."""

import pytest

from tests.scenario import scenario, scenario_files
from tools.one_form.engine import differences_on_the_engine
from tools.one_form.ways import differences, random_hubs

BASES = [scenario(path).document for path in scenario_files()]


def test_every_way_gives_the_same_findings_and_the_same_hash() -> None:
    assert [line for hub in random_hubs(BASES, "sample", 12) for line in differences(hub)] == []


@pytest.mark.engine
def test_the_engine_and_the_policy_pack_do_so_too() -> None:
    assert list(differences_on_the_engine(list(random_hubs(BASES, "engine", 2)))) == []
