"""One wording for every cell, whatever renders it."""

from datetime import date

import pytest

from petaplan.reporting.cells import (
    Bar,
    Cell,
    Code,
    Comparison,
    Day,
    Missing,
    Number,
    Phrase,
    Reading,
    Several,
    Share,
    Source,
    Status,
    Text,
)
from petaplan.reporting.units import readable
from petaplan.reporting.wording import fields_of, value_of, words


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Text("hall-a"), "hall-a"),
        (Code("PF-001"), "PF-001"),
        (Number(value=19_801.94, unit="PFLOP/s"), "19,801.9 PFLOP/s"),
        (Number(value=12.748, unit="MW", decimals=2), "12.75 MW"),
        (Number(value=12.0, unit="MW", decimals=2, lower_bound=True), "≥ 12.00 MW"),
        (Number(value=4306.44, at_most=1), "4,306.4"),
        (Number(value=float("inf"), unit="%", decimals=0), "inf %"),
        (Share(value=0.4567), "46%"),
        (Share(value=0.4567, decimals=1), "45.7%"),
        (Status(key="pass"), "pass"),
        (Status(key="pass", label="PASS"), "PASS"),
        (Day(date(2028, 11, 30)), "2028-11-30"),
        (Source(file="plan.yaml", line=3), "plan.yaml:3"),
        (Missing(), "–"),
        (Several((Number(value=6_000), Number(value=40_000))), "6,000, 40,000"),
        (Comparison(demand=5, capacity=None, unit="kW"), "needs 5 kW, has unknown"),
        (Comparison(demand=5, capacity=0, unit="kW", reading=Reading.NEEDS_HAS_NONE), "needs 5 kW, has none"),
        (Comparison(demand=5, capacity=0, unit="kW", reading=Reading.DEMAND_ALONE), "5 kW"),
        (
            Comparison(demand=None, capacity=None, unit="", reading=Reading.REMARK, remark="see the pack"),
            "see the pack",
        ),
        (Bar(low=12, high=24, whole=24), "█" * 12 + "░" * 12),
        (Bar(low=0, high=0, whole=0), ""),
        (Phrase("{count} of {all}", {"count": Number(value=3), "all": Number(value=5, unit="racks")}), "3 of 5 racks"),
    ],
)
def test_a_cell_in_words(cell: Cell, shown: str) -> None:
    assert words(cell) == shown


def test_a_number_leaves_out_the_unit_of_its_column() -> None:
    assert words(Number(value=510, unit="kW"), "kW") == "510"
    assert words(Number(value=510, unit="kVA"), "kW") == "510 kVA"


def test_a_program_reads_values_and_not_words() -> None:
    assert value_of(Number(value=0.1 + 0.2, unit="kW")) == 0.1 + 0.2
    assert value_of(Number(value=float("inf"))) is None
    assert value_of(Status(key="pass", label="PASS")) == "pass"
    assert value_of(Missing()) is None
    assert fields_of("finding", Comparison(demand=5, capacity=None, unit="kW")) == {
        "demand": 5,
        "capacity": None,
        "unit": "kW",
    }


def test_a_phrase_without_one_of_its_cells_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        words(Phrase("{name}"))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (94_020.0, "kW", (94.02, "MW")),
        (9_999.0, "kW", (9_999.0, "kW")),
        (40_000_000.0, "W", (40.0, "MW")),
        (-20_000.0, "kg", (-20.0, "t")),
        (1e12, "racks", (1e12, "racks")),
    ],
)
def test_a_large_amount_reads_in_a_larger_unit(value: float, unit: str, shown: tuple[float, str]) -> None:
    found, larger = readable(value, unit)
    assert found == pytest.approx(shown[0])
    assert larger == shown[1]
