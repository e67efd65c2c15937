"""The records of decisions have one format, and the index lists them all."""

from collections import Counter

from tools.decisions import FOLDER, decisions


def test_every_record_has_the_format_and_a_number_of_its_own() -> None:
    numbers = Counter(each.number for each in decisions())

    assert len(numbers) >= 17
    assert [number for number, count in numbers.items() if count > 1] == []


def test_a_superseded_record_names_a_later_record_that_names_it() -> None:
    superseded = [each for each in decisions() if each.superseded_by]
    assert superseded

    for each in superseded:
        assert each.superseded_by is not None
        number, file = each.superseded_by
        assert number > each.number
        assert file.startswith(number)
        assert f"({each.file})" in (FOLDER / file).read_text(encoding="utf-8"), f"{file} doesn't name {each.file}"
