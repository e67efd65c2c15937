"""TTY-03, TTY-05, IO-14: targets in the tables, and what a number out of bounds may have meant."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from petaplan.capacity.document.strict import limits_at, nouns_at
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.slips import LADDERS, Limits, slip
from tests.commands import petaplan

PLANS = Path(__file__).parent / "plans"


def test_tty_03_the_row_of_a_phase_has_a_delivered_target_and_its_verdict() -> None:
    text = petaplan("check", str(PLANS / "TTY-03.yaml")).out
    (row,) = (line for line in text.splitlines() if line.split()[:1] == ["phase"] and "2026-12-31" in line)
    assert "60 PFLOP/s delivered" in row and row.rstrip().endswith("shortfall")
    comment = petaplan("gate", str(PLANS / "TTY-03.yaml"), "--markdown", "-").out
    (row,) = (line for line in comment.splitlines() if line.startswith("| phase |") and "2026-12-31" in line)
    assert "60 PFLOP/s delivered" in row and "❌ Shortfall" in row


def test_tty_05_the_waterfall_shows_every_precision_with_a_target_and_no_zeros() -> None:
    text = petaplan("waterfall", str(PLANS / "TTY-05.yaml")).out
    heads = [line for line in text.splitlines() if "90 % intervals" in line]
    assert [head.split(",")[0].split()[-1] + head.split("dense")[1][:5] for head in heads] == [
        "phase bf16",
        "later bf16",
        "later fp8,",
    ]
    assert not any(line.split()[:3] == ["installed", "peak", "0"] for line in text.splitlines())
    one = petaplan("waterfall", str(PLANS / "TTY-05.yaml"), "--precision", "fp8").out
    assert one.count("90 % intervals") == 2 and "bf16" not in one


def test_tty_05_the_phases_show_the_precision_of_every_target(tmp_path: Path) -> None:
    plan = (PLANS / "TTY-05.yaml").read_text(encoding="utf-8").replace("  - fp8", "  - fp64")
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    text = petaplan("check", "plan.yaml", cwd=tmp_path).out
    assert {"fp64", "bf16", "fp8"} <= set(text.splitlines()[3].split())


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("racks[0].it_power_kw: 13200", "was 13.2 meant (W for kW)?"),
        ("halls[0].floor_load_kpa: 60000", "was 60 meant (Pa for kPa)?"),
        ("halls[0].row_pitch_m: 3000000", "was 3000 meant (mm for m)?"),
        ("busways[0].voltage_ll_v: 0.4", "was 400 meant (kV for V)?"),
        ("intakes[0].unit_rated_kva: 20000000", "was 20000 meant (VA for kVA)?"),
    ],
)
def test_io_14_a_hint_takes_the_neighbouring_unit_first(field: str, words: str, tmp_path: Path) -> None:
    table, _, rest = field.partition("[0].")
    key, _, value = rest.partition(": ")
    (tmp_path / "plan.yaml").write_text(f"petaplan: 1\n{table}:\n- {key}: {value}\n", encoding="utf-8")
    (line,) = (line for line in petaplan("check", "plan.yaml", cwd=tmp_path).err.splitlines() if f".{key}:" in line)
    assert line.endswith(words), line


def bounded() -> Iterator[tuple[str, Limits]]:
    """Every bounded number of a plan, with its path."""

    def below(kind: type[Noun], path: tuple[str, ...], depth: int) -> Iterator[tuple[str, Limits]]:
        for field in dataclasses.fields(kind):
            limits = limits_at(Hub, (*path, field.name))
            if limits is not None:
                yield ".".join((*path, field.name)), limits
            if depth:
                for inner in nouns_at(Hub, (*path, field.name)):
                    yield from below(inner, (*path, field.name), depth - 1)

    yield from below(Hub, (), 3)


def test_io_14_no_hint_is_out_of_bounds_and_every_unit_has_its_neighbour() -> None:
    fields = dict(bounded())
    assert len(fields) > 80
    units = {limits.unit for limits in fields.values()}
    assert {"kW", "km", "V", "m", "kg", "fraction"} <= units
    neighbour = {unit: ladder[at - 1] for ladder in LADDERS for at, unit in enumerate(ladder) if at}
    for name, limits in fields.items():
        for given in (limits.high * 1.5, limits.high * 20, limits.high * 700, limits.high * 1e8, limits.low / 3, -1.0):
            said = slip(given, limits)
            if said:
                meant = float(said.split()[1])
                assert limits.low <= meant <= limits.high, (name, given, said)
        if limits.unit in neighbour and limits.high < float("inf"):
            typed = limits.high * 0.9 * 1_000
            assert f"({neighbour[limits.unit]} for {limits.unit})" in slip(typed, limits), name
