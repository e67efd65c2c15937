"""Changes as pages: what `petaplan diff --format html` and `petaplan gate --html` write."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.report.change_pages import chart_of_petaflops
from petaplan.capacity.verdict.difference import Change
from tests.commands import petaplan
from tests.web.pages import Element, Reader, figures, resolved

OLD, NEW = "infra.hong_kong:hub", "infra.hong_kong:short"


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages and JSON of one change, from both commands."""
    folder = tmp_path_factory.mktemp("change")
    for form in ("html", "json"):
        assert petaplan("diff", OLD, NEW, "--format", form, "-o", str(folder / f"diff.{form}")).code == 1
    outputs = ("--html", str(folder / "gate.html"), "--json", str(folder / "gate.json"))
    assert petaplan("gate", NEW, "--base", OLD, *outputs).code == 1
    return folder


def read(change: Path, name: str) -> tuple[str, object]:
    page = (change / f"{name}.html").read_text(encoding="utf-8")
    report: object = json.loads((change / f"{name}.json").read_text(encoding="utf-8"))
    return page, report


@pytest.mark.parametrize("name", ["diff", "gate"])
def test_each_pointer_leads_to_the_value_that_is_shown(change: Path, name: str) -> None:
    page, report = read(change, name)
    pointed = [one for one in figures(page) if "data-pointer" in one.attributes]
    assert len(pointed) > 50
    for one in pointed:
        assert resolved(report, one.attributes["data-pointer"]) == json.loads(one.attributes["data-value"])


def test_each_number_of_the_verdict_line_has_its_place(change: Path) -> None:
    page, report = read(change, "gate")
    line, *_ = re.findall(r'<section data-section="verdict"><p>(.*?)</p>', page)
    places = re.findall(r'<span data-pointer="([^"]*)" data-value="([0-9]+)"', line)
    outside = re.sub(r"<span data-pointer=[^>]*>[^<]*</span>", "", line)
    assert not any(map(str.isdigit, re.sub("<[^>]*>", "", outside)))
    assert len(places) >= 5
    assert all(resolved(report, place) == int(value) for place, value in places)


@pytest.mark.parametrize("name", ["diff", "gate"])
def test_every_change_of_the_report_is_on_the_page(change: Path, name: str) -> None:
    page, report = read(change, name)
    found = resolved(report, "/difference") if name == "gate" else report
    assert isinstance(found, dict)
    for key in ("changes", "findings_new", "findings_gone"):
        assert len(rows_of(page, key)) == len(found[key]), key
    text = page_text(page)
    assert all(one["name"] in text for one in found["objects"])


def test_what_judges_the_plan_and_changed_comes_before_what_the_change_does(change: Path) -> None:
    page, report = read(change, "gate")
    judges = resolved(report, "/weakening/judges")
    assert isinstance(judges, list)
    assert len(rows_of(page, "judges")) == len(judges) > 0
    assert page.index('data-section="judges"') < page.index('data-table="changes"')


def test_petaflops_before_and_after_are_a_chart_with_its_table(change: Path) -> None:
    page, report = read(change, "gate")
    changes = resolved(report, "/difference/changes")
    assert isinstance(changes, list)
    moved = [one for one in changes if one["unit"] == "PFLOP/s"]
    assert len(rows_of(page, "petaflops")) == len(moved) > 0
    (chart,) = (one for one in Reader(page).elements if one.attributes.get("data-chart", "").endswith("petaflops"))
    values = {json.dumps(value["value"]) for one in data_of(json.loads(chart.text)) for value in one}
    assert values == {json.dumps(one[side]) for one in moved for side in ("before", "after") if one[side] is not None}


def test_a_target_of_a_change_is_a_tick_and_no_bar() -> None:
    changes = (
        Change(phase="", quantity="target goal", unit="PFLOP/s", before=100.0, after=200.0),
        Change(phase="target one", quantity="target of no one", unit="PFLOP/s", before=1.0, after=2.0),
    )
    spec: Any = chart_of_petaflops(changes)
    marks = {layer["mark"]["type"]: layer["transform"][0]["filter"] for layer in spec["layer"]}
    assert marks == {"bar": "!datum.asked", "tick": "datum.asked"}
    assert [one["value"] for values in data_of(spec) for one in values if one["asked"]] == [100.0, 200.0]


def test_without_a_base_the_page_says_so(tmp_path: Path) -> None:
    assert petaplan("gate", OLD, "--html", str(tmp_path / "gate.html")).code == 0
    assert "No base was named" in (tmp_path / "gate.html").read_text(encoding="utf-8")


def test_equal_plans_are_a_page_that_says_so() -> None:
    said = petaplan("diff", OLD, OLD, "--format", "html")
    assert said.code == 0 and "no difference between" in page_text(said.out)


def data_of(spec: dict[str, object]) -> list[list[dict[str, object]]]:
    """The inline values of a chart."""
    sets = spec.get("datasets")
    own = spec.get("data")
    found = list(sets.values()) if isinstance(sets, dict) else []
    return [*found, own["values"]] if isinstance(own, dict) and "values" in own else found


def rows_of(page: str, key: str) -> list[Element]:
    """The rows of a table, by its key, without its head."""
    elements = Reader(page).elements
    begins = next((at for at, one in enumerate(elements) if one.attributes.get("data-table") == key), None)
    if begins is None:
        return []
    bodies = [at for at, one in enumerate(elements) if at > begins and one.name == "tbody"]
    ends = next(
        (at for at, one in enumerate(elements) if at > bodies[0] and "data-table" in one.attributes), len(elements)
    )
    return [one for one in elements[bodies[0] : ends] if one.name == "tr"]


def page_text(page: str) -> str:
    return next(one.text for one in Reader(page).elements if one.name == "main")
