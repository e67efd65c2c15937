"""`petaplan failover`: the tables of the Hong Kong hub, of a hall that falls short, and of wrong input."""

import json
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.facts.catalog import load
from petaplan.capacity.failover.table import FailoverRow, FailoverTable, failover_tables
from petaplan.capacity.power import SupplyStep
from petaplan.capacity.resolving import resolve
from petaplan.infra.hong_kong import hub
from tests.commands import petaplan
from tests.scenario import FOLDER, scenario


@pytest.fixture(scope="module")
def tables() -> tuple[FailoverTable, ...]:
    return failover_tables(resolve(hub(), load()))


def _row(table: FailoverTable, loss: str, verdict: str = "survives") -> FailoverRow:
    return next(row for row in table.rows if (row.loss, row.verdict) == (loss, verdict))


def test_the_hub_survives_every_single_loss_in_every_phase(tables: tuple[FailoverTable, ...]) -> None:
    assert [table.phase for table in tables] == ["phase-1", "phase-2", "phase-3"]
    for table in tables:
        assert {row.verdict for row in table.rows} == {"survives"}
        assert (table.broken, table.missing) == (0, ())
        assert set(dict(table.claims).values()) == {"2N"}


def test_more_phases_have_more_to_lose(tables: tuple[FailoverTable, ...]) -> None:
    losses = [table.losses for table in tables]
    assert losses == sorted(set(losses))


def test_alike_losses_share_a_line_and_every_kind_of_piece_has_one(tables: tuple[FailoverTable, ...]) -> None:
    kinds = {row.loss for row in tables[-1].rows}
    assert kinds == {
        "nothing lost",
        "utility (all intakes)",
        "intake",
        "transformer group",
        "transformer",
        "UPS group",
        "UPS module",
        "busway",
        "feed",
        "generator, utility out",
    }
    assert len(tables[-1].rows) == len(kinds)
    assert _row(tables[-1], "UPS group").count == 14


def test_a_lost_side_doubles_the_load_of_the_other(tables: tuple[FailoverTable, ...]) -> None:
    row = _row(tables[0], "UPS group")
    assert row.after_percent == pytest.approx(2 * row.before_percent, rel=1e-6)
    assert row.after_percent < 100


def test_without_the_utility_the_generators_carry_everything(tables: tuple[FailoverTable, ...]) -> None:
    row = _row(tables[0], "utility (all intakes)")
    assert row.survivor == "hall-a-generators"
    assert 0 < row.after_percent < _row(tables[0], "generator, utility out").after_percent < 100


def _told(plan: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    said = petaplan("failover", str(plan), *arguments, "--format", "json")
    (table, *_) = json.loads(said.out)["failover"]
    return said.code, table


def test_a_claim_that_is_not_kept_is_exit_1_and_is_counted(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(scenario(FOLDER / "failover-survivor-overloaded.yaml").document))
    code, table = _told(plan)
    assert (code, table["broken"]) == (1, 8)
    shown = petaplan("failover", str(plan))
    assert shown.code == 1
    assert "overload" in shown.out
    assert "8 claimed ones aren't" in shown.out


def test_a_hall_without_a_claim_is_exit_0_and_its_dark_racks_are_shown(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(scenario(FOLDER / "bases" / "one-sided.yaml").document))
    code, table = _told(plan, "--phase", "first")
    assert (code, table["broken"]) == (0, 0)
    assert {row["racks_dark"] for row in table["rows"] if row["verdict"] == "dark"} == {8}


def test_an_unknown_phase_is_refused_with_the_nearest() -> None:
    said = petaplan("failover", "infra.hong_kong:hub", "--phase", "phase-11")
    assert (said.code, said.out) == (2, "")
    assert "did you mean 'phase-1'" in said.err


def test_a_piece_that_may_carry_nothing_is_overloaded_and_not_a_crash() -> None:
    late = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    step = SupplyStep(from_date=late.phases[0].in_service.replace(year=2030), contracted_kva=800)
    made = late.replace(intakes=tuple(intake.replace(supply=(step,)) for intake in late.intakes))
    (table,) = failover_tables(resolve(made, load()))
    assert _row(table, "nothing lost", "overload").after_percent == float("inf")
    from petaplan.capacity.report.failover import failover_json

    assert '"after_percent": null' in failover_json([table])


def test_a_small_transformer_behind_the_generators_breaks_the_claim_that_they_carry_the_hall() -> None:
    made = scenario(FOLDER / "failover-generators-behind-a-small-transformer.yaml").hub
    (table,) = failover_tables(resolve(made, load()))
    row = _row(table, "utility (all intakes)", "overload")
    assert (row.survivor, row.before_percent) == ("behind-the-generators", 0.0)
    assert row.after_percent > 1_000
    assert table.broken == 2, "the utility, and intake-a whose side turns to the generators"
