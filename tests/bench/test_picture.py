"""The picture: all that the issue names is in it, with axes that can be read, and inside the paper."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from petaplan.bench.evidence.record import Candidate, Factor, RunRecord, Shape
from petaplan.bench.report import axes, picture
from tests.bench.records import evidence, row

SVG = "{http://www.w3.org/2000/svg}"


def drawn(record: RunRecord) -> ET.Element:
    return ET.fromstring(picture.svg(record))  # noqa: S314 - our own file


def words(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def full() -> RunRecord:
    shapes = [Shape(m=1024 * i, n=2048, k=13312) for i in range(1, 9)]
    tried = tuple(
        Candidate(shape=s, algorithm="heuristic 0", tera_per_second=700.0 + i, cycles_per_flop=0.1, chosen=i == 3)
        for i, s in enumerate(shapes)
    )
    steps = (
        Factor(name="sheet", value=989.4, how="sheet"),
        Factor(name="clock-convention", value=1.082, how="1980 over 1830"),
        Factor(name="clock", value=0.8, how="measured"),
        Factor(name="kernel", value=0.934, how="rest"),
        Factor(name="delivered", value=800.0, how="median"),
    )
    return evidence(replace(row(), candidates=tried, waterfall=steps))


def test_throughput_clock_candidates_and_waterfall_are_drawn_with_their_units() -> None:
    said = words(drawn(full()))
    for wanted in ("TFLOP/s", "clock, MHz", "Candidates tried before", "From the sheet to what was delivered"):
        assert wanted in said
    assert any(text.startswith("time, s") for text in said)
    for column in ("sheet", "convention", "clock", "kernel", "delivered"):
        assert column in said
    assert "× 1.082" in said
    assert "× 0.934" in said
    assert "4096×2048×13312 heuristic 0" in said


def test_a_row_that_did_not_settle_is_named_so_with_its_rate_and_the_load_of_others() -> None:
    settled = " ".join(words(drawn(full())))
    assert "95 % interval of the sustained rate" in settled and "not settled" not in settled
    assert "rate 800" in settled
    one = full().rows[0]
    unsettled = replace(one, steady=False, telemetry=replace(one.telemetry, foreign_load_fraction=0.24))
    said = " ".join(words(drawn(evidence(unsettled))))
    assert "range of a rate that did not settle" in said and "95 % interval" not in said
    assert "not settled: the range says how far the rate moved" in said
    assert "others used 24% of the cores" in said
    assert "(799.2 to 800.8)" in said


def test_every_batch_has_a_dot_in_each_panel_that_knows_it() -> None:
    record = full()
    batches = record.rows[0].batches
    assert batches is not None
    dots = [e for e in drawn(record).iter(f"{SVG}circle") if e.get("r") == "2.4"]
    known_clocks = sum(mhz is not None for mhz in batches.clock_mhz)
    assert len(dots) == len(batches.seconds) + known_clocks


def test_nothing_lies_outside_the_paper() -> None:
    root = drawn(full())
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for element in root.iter():
        for name, most in (("x", width), ("cx", width), ("x1", width), ("x2", width), ("y", height), ("cy", height)):
            value = element.get(name)
            if value is not None:
                assert -0.5 <= float(value) <= most + 0.5, ET.tostring(element)


def test_a_row_without_a_figure_is_named_with_its_reason_and_words_are_escaped() -> None:
    lost = replace(
        row(), status="not-measured", reason="<the driver> & its ways", sustained=None, burst=None, batches=None
    )
    assert any("<the driver> & its ways" in text for text in words(drawn(evidence(lost))))


def test_a_row_without_a_clock_says_how_it_is_without() -> None:
    found = row()
    assert found.batches is not None
    assert found.clock is not None
    record = evidence(
        replace(
            found,
            batches=replace(found.batches, clock_mhz=(None, None)),
            clock=replace(found.clock, measured_mhz=None, how="none: no probe"),
        )
    )
    assert "clock: none: no probe" in words(drawn(record))


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.1931, 0.1939), (1199.0, 2047.0), (3.0, 3.0), (1e-4, 9e-4)])
def test_ticks_are_round_distinct_and_inside(low: float, high: float) -> None:
    marks = axes.ticks(low, high)
    assert 1 <= len(marks) <= 8
    assert all(low - 1e-9 <= mark <= high + 1e-9 for mark in marks)
    assert len(set(axes.labels(marks))) == len(marks)
    assert all(re.fullmatch(r"[\d,]+(\.\d+)?", label) for label in axes.labels(marks))
