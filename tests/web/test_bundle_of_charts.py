"""The scripts of charts that ship: as recorded, with their licences, and made for what altair writes."""

import re
from importlib.resources import files

import altair as alt
import pytest
import yaml

ASSETS = files("petaplan.reporting.web") / "assets"
LISTED = yaml.safe_load((ASSETS / "bundle.yaml").read_text(encoding="utf-8"))
PACKAGES = LISTED["packages"]


def name_of(package: dict[str, str]) -> str:
    return package["name"]


@pytest.mark.parametrize("package", PACKAGES, ids=name_of)
def test_a_script_is_of_the_recorded_version_and_asks_for_no_other_file(package: dict[str, str]) -> None:
    text = (ASSETS / package["script"]).read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"^\s*(?:import|export) ", text, re.MULTILINE)
    if package["name"] != "vega-interpreter":  # it says no version
        assert f'"{package["version"]}"' in text


def test_each_package_has_its_licence() -> None:
    licences = (ASSETS / "LICENSES.txt").read_text(encoding="utf-8")
    for name in (*(f"{one['name']}@{one['version']}" for one in PACKAGES), *LISTED["contained"]):
        assert f"{name.replace('@', ' ')}\n\n" in licences


def test_the_charts_are_written_for_the_vega_lite_that_ships() -> None:
    shipped = next(one["version"] for one in PACKAGES if one["name"] == "vega-lite")
    assert alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2] == shipped.split(".")[:2]
