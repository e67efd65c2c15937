"""The calibration is that of the record, to the byte."""

from tests.recorded.calibrations import RECORD, recorded


def test_the_calibrations_are_those_of_the_record() -> None:
    assert recorded() == RECORD.read_text(encoding="utf-8")
