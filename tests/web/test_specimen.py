"""How each kind of block looks, in both themes, against recorded pictures."""

import json
from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser

from tests.web.specimen import PARTS, RECORDED, THEMES, Picture, pictures

MOST_MEAN, MOST_FIELDS, FAR = 5.0, 0.03, 60
"""A picture differs by its mean over all fields, or where more than a few fields are far from what was recorded."""


@pytest.fixture(scope="module")
def seen(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Picture]:
    return pictures(browser, tmp_path_factory.mktemp("specimen"))


def steps(picture: Picture, other: Picture) -> list[int]:
    """How far each field is from the same field of another picture."""
    pairs = zip(picture, other, strict=True)
    return [abs(one - two) for line, also in pairs for one, two in zip(line, also, strict=True)]


def differs(picture: Picture, other: Picture) -> bool:
    found = steps(picture, other)
    return sum(found) / len(found) > MOST_MEAN or sum(one > FAR for one in found) / len(found) > MOST_FIELDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_looks_as_recorded(seen: Mapping[str, Picture], part: str, theme: str) -> None:
    recorded: dict[str, Picture] = json.loads(RECORDED.read_text(encoding="utf-8"))
    name = f"{part} {theme}"
    told = f"{name} looks different; look at it, then record it: python -m tests.web.specimen"
    assert not differs(seen[name], recorded[name]), told


def test_the_tolerance_tells_parts_and_themes_apart(seen: Mapping[str, Picture]) -> None:
    alike = [(one, two) for one in seen for two in seen if one < two and not differs(seen[one], seen[two])]
    assert alike == []


def test_a_theme_that_lacks_its_colours_is_seen(seen: Mapping[str, Picture]) -> None:
    flat = [[255] * len(line) for line in seen["drawing light"]]
    assert differs(seen["drawing light"], flat)
