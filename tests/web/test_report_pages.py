"""Pages of a plan: each figure is that of the JSON report, nothing runs but the page's own scripts, text stays text."""

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.figures import Status
from petaplan.capacity.findings import Verdict
from petaplan.capacity.report.rule_list import every_rule
from petaplan.reporting.web.language import language
from petaplan.reporting.web.rendering import write_site
from petaplan.reporting.web.site import Page, Site
from tests.commands import ROOT, petaplan
from tests.web.pages import Reader, figures, page_of, resolved, same, study_of
from tests.web.plans import bare
from tools.web_pictures import PICTURES

PLANS = ("infra.hong_kong:hub", "tests.web.plans:failing", "tests.web.plans:bare", "tests.web.plans:working")
HUB = PLANS[0]


@pytest.mark.parametrize("plan", PLANS)
def test_each_figure_is_the_one_that_its_pointer_leads_to(plan: str) -> None:
    report = json.loads(json.dumps(study_of(plan).json))
    wrong = []
    for one in figures(page_of(plan).text):
        pointer, shown = one.attributes.get("data-pointer"), json.loads(one.attributes.get("data-value", "null"))
        try:
            assert pointer, "no pointer"
            assert same(shown, resolved(report, pointer)), f"the report has {resolved(report, pointer)!r}"
        except (AssertionError, KeyError, IndexError, ValueError, TypeError) as fault:
            wrong.append(f"{pointer}: {shown!r} {fault!r} ({one.name} {one.text[:60]!r})")
    assert wrong == []


@pytest.mark.parametrize("plan", PLANS)
def test_each_number_of_the_verdict_line_has_its_place(plan: str) -> None:
    (line,) = re.findall(r'<section data-section="verdict"><p>(.*?)</p>', page_of(plan).text)
    outside = re.sub(r"<span data-pointer=[^>]*>[^<]*</span>", "", line)
    assert not any(map(str.isdigit, re.sub("<[^>]*>", "", outside).replace(study_of(plan).name, "")))
    sums: Any = study_of(plan).json["sums"]
    holds, *_ = re.findall('data-pointer="/sums/holds" data-value="([0-9]+)"', line)
    assert int(holds) == sums["holds"] == sum(one.holds for one in study_of(plan).report.findings)
    assert '"/sums/causes/shortfall"' in line


@pytest.mark.parametrize("plan", PLANS[:1])
def test_numbers_in_sentences_of_a_report_have_their_places(plan: str) -> None:
    inside = [one for one in figures(page_of(plan).text) if "/cells/" in one.attributes.get("data-pointer", "")]
    assert {one.attributes["data-pointer"].split("/")[1] for one in inside} >= {"forecast"}


def test_the_pages_of_the_reference_hub_take_at_most_3_megabytes() -> None:
    assert len(page_of(HUB).text.encode()) <= 3_000_000


def test_only_the_scripts_and_the_style_of_the_file_are_allowed() -> None:
    elements = Reader(page_of(HUB).text).elements
    policy = next(one.attributes["content"] for one in elements if one.attributes.get("http-equiv"))
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == allowed["connect-src"] == "'none'"
    assert "unsafe" not in policy
    for kind, source in (("script", "script-src"), ("style", "style-src")):
        texts = [one.text for one in elements if one.name == kind and "type" not in one.attributes]
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert allowed[source] == " ".join(f"'sha256-{one}'" for one in hashes)


def test_no_element_reads_another_file_or_runs_text_of_an_attribute() -> None:
    for one in Reader(page_of(HUB).text).elements:
        assert not {"src", "srcset", "action", "style", "ping"} & set(one.attributes), one
        assert not [name for name in one.attributes if name.startswith("on")], one
        assert one.name not in {"iframe", "object", "embed", "base", "form", "link"}, one


def test_the_same_plan_gives_the_same_bytes_in_a_file_and_on_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "hub.html"
    asked = ("report", "tests.web.plans:bare", "--on", "2027-06-30")
    assert petaplan(*asked, "-o", str(file)).code == 0
    first = file.read_text(encoding="utf-8")
    assert petaplan(*asked, "-o", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == first == petaplan(*asked).out


HOSTILE = (
    "<b onclick=alert(1)>bold</b>",
    "</script><script>alert(1)</script>",
    "</style><!-- --> ]]> {{ 7 * 7 }} {% raw %}",
    "line\u2028separator\u2029 and \u202eright to left\u2066",
    "javascript:alert(1)//https://example.org",
    'https://example.org/" onmouseover="alert(1)',
    "'\"&amp;<svg/onload=alert(1)>",
    "x" * 300,
)


@pytest.mark.sample(4)
@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_plan_is_text_in_every_page(text: str) -> None:
    tame, hostile = (Reader(hostile_page(words)).elements for words in ("plain words", text))
    kept = [(one.name, sorted(one.attributes.keys() - {"href", "rel"})) for one in hostile if one.name != "a"]
    assert kept == [(one.name, sorted(one.attributes.keys() - {"href", "rel"})) for one in tame if one.name != "a"]
    for one in hostile:
        address = one.attributes.get("href", "#")
        assert address.startswith(("#", "https://", "http://"))
        for value in one.attributes.values():
            assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", value)


def hostile_page(text: str) -> str:
    """The pages of a plan with this text in each of its fields of free words."""
    from datetime import date

    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.hub import Assumption
    from petaplan.capacity.resolving import resolve
    from petaplan.capacity.web.report import WebReport, site_of
    from petaplan.capacity.web.study import Study
    from tests.hubs import hub, target

    given = Assumption(name="given", statement=text, reason=text, source=text, as_of=date(2026, 1, 1))
    plan = hub(description=text, owner=text, assumptions=(given,), targets=(target(100, source=text),))
    study = Study(resolve(plan, catalogue_of(plan)), date(2027, 6, 30), draws=2_000)
    return write_site(site_of(WebReport(study=study, place=text)))


@pytest.mark.parametrize("plan", PLANS)
def test_no_message_of_a_page_lacks_its_chinese(plan: str) -> None:
    found = page_of(plan, "zh-Hant").language
    advice = "add it to reporting/web/messages/zh-Hant.yaml, in the part of its page (units: in the part units)"
    assert sorted(found.missing | found.missing_units) == [], advice


def test_each_rule_verdict_and_status_has_its_chinese() -> None:
    found = language("zh-Hant")
    for text in (*(rule.title for rule in every_rule()), *Verdict, *Status):
        found.say(text)
    assert sorted(found.missing) == []


def test_a_page_says_its_language_and_keeps_names_and_numbers() -> None:
    chinese, english = (list(figures(page_of(HUB, tag).text)) for tag in ("zh-Hant", "en"))
    assert '<html lang="zh-Hant">' in page_of(HUB, "zh-Hant").text
    assert [one.attributes.get("data-value") for one in chinese] == [
        one.attributes.get("data-value") for one in english
    ]
    with pytest.raises(KeyError):
        language("xx")
    assert write_site(Site(title="Report on a plan", name="x", pages=(Page(key="a", title="Overview", blocks=()),)))


def test_readme_shows_three_pictures_of_pages() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/(?:timeline|waterfall|power)\.svg)\)", (ROOT / "README.md").read_text())
    assert sorted(shown) == sorted(PICTURES)
    for name in shown:
        picture = ET.parse(ROOT / name).getroot()  # noqa: S314 - our own file
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        words = " ".join(text.strip() for text in picture.itertext())
        assert "prefers-color-scheme:dark" in words
        assert {"timeline": "target, peak", "waterfall": "goodput", "power": "intake-a"}[Path(name).stem] in words
        assert not [one.tag for one in picture.iter() if one.tag.endswith(("script", "image", "foreignObject"))]


NOT_VALID = "petaplan: 1\nhub: {name: '<b>', </script>: 1}\n"


def test_the_page_of_a_plan_that_is_not_valid_says_why(tmp_path: Path) -> None:
    plan, file = tmp_path / "plan.yaml", tmp_path / "hub.html"
    plan.write_text(NOT_VALID, encoding="utf-8")
    said = petaplan("report", str(plan), "-o", str(file))
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    text = file.read_text(encoding="utf-8")
    (body,) = (one for one in Reader(text).elements if one.name == "body")
    shown = " ".join("".join(body.words).split())
    for line in said.err.strip().splitlines():
        assert " ".join(line.removeprefix("error: ").split()) in shown
    assert "not a valid plan" in shown and "<b>" not in text


@pytest.mark.parametrize("rest", [("--format", "json", "-o", "hub.json"), (), ("-o", "-")], ids=" ".join)
def test_no_other_output_is_written_of_a_plan_that_is_not_valid(tmp_path: Path, rest: tuple[str, ...]) -> None:
    (tmp_path / "plan.yaml").write_text(NOT_VALID, encoding="utf-8")
    said = petaplan("report", "plan.yaml", *rest, cwd=tmp_path)
    assert (said.code, said.out, [path.name for path in tmp_path.iterdir()]) == (2, "", ["plan.yaml"])


@pytest.mark.parametrize("wrong", [("other.yaml",), ("plan.yaml", "--waivers", "none.yaml"), ("no_module:hub",)])
def test_a_mistyped_place_replaces_no_report(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    (tmp_path / "plan.yaml").write_text(write_yaml(bare()), encoding="utf-8")
    (tmp_path / "hub.html").write_text("the last report", encoding="utf-8")
    said = petaplan("report", *wrong, "-o", "hub.html", cwd=tmp_path)
    assert (said.code, (tmp_path / "hub.html").read_text(encoding="utf-8")) == (2, "the last report")


def test_a_plan_that_is_not_valid_and_its_unwritable_place_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(NOT_VALID, encoding="utf-8")
    for place in ("plan.yaml", "none/hub.html"):
        said = petaplan("report", "plan.yaml", "-o", place, cwd=tmp_path)
        assert said.code == 2 and "expected a place for the report" in said.err and "plan.yaml:2" in said.err
    assert (tmp_path / "plan.yaml").read_text(encoding="utf-8") == NOT_VALID


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for place in (tmp_path / "no-such-folder" / "hub.html", tmp_path):
        said = petaplan("report", "tests.web.plans:bare", "-o", str(place))
        assert (said.code, said.out) == (2, "")
        assert str(place) in said.err


def test_no_series_of_the_timeline_is_hidden_below_another() -> None:
    elements = Reader(page_of(HUB).text).elements
    (chart,) = (one for one in elements if one.attributes.get("data-chart", "").endswith("petaflops"))
    lines: dict[str, set[tuple[str, str, float]]] = {}
    for one in rows_of(json.loads(chart.text)):
        if "value" in one:
            lines.setdefault(one["series"], set()).add((one["mark"], one["day"], one["value"]))
    assert {"installed by plan", "eligible by plan"} <= lines.keys()
    names = sorted(lines)
    assert all(lines[one] != lines[other] for one in names for other in names if one < other)


def test_the_timeline_reaches_each_date_at_which_a_target_is_likely() -> None:
    told = study_of(HUB).forecast
    assert told is not None
    days = {day.isoformat() for one in told.targets for day in one.dates.values() if day is not None}
    elements = Reader(page_of(HUB).text).elements
    (chart,) = (one for one in elements if one.attributes.get("data-chart", "").endswith("petaflops"))
    rows = rows_of(json.loads(chart.text))
    assert {one["day"] for one in rows if one["mark"] == "reached"} == days
    assert max(one["day"] for one in rows if one["series"] == "target, peak") == max(days)
    assert max(days) > told.quarters[-1].day.isoformat()


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of a chart, which its layers share."""
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


def test_a_target_has_its_dates_on_the_first_page_and_no_confidence_unless_declared() -> None:
    told = study_of(HUB).forecast
    assert told is not None
    page = page_of(HUB).text
    overview = page[page.index('id="overview"') : page.index('id="timeline"')]
    targets = overview[overview.index('data-table="targets"') : overview.index('data-table="phases"')]
    days = [day for one in told.targets for day in one.dates.values()]
    for day in days:
        assert (">never<" if day is None else f">{day.isoformat()}<") in targets
    assert targets.count(">never<") == days.count(None)
    assert "asks for" not in targets


@pytest.mark.parametrize("plan", PLANS)
def test_the_counts_of_the_first_page_are_those_of_its_line(plan: str) -> None:
    report = json.loads(json.dumps(study_of(plan).json))
    findings = study_of(plan).report.findings
    assert report["counts"]["unverified"] == sum(one.holds_unverified for one in findings)
    assert report["counts"]["pass"] + report["counts"]["unverified"] == sum(one.holds for one in findings)
    assert sum(report["counts"].values()) == len(findings)
    assert set(report["counts"]) == {"unverified", *map(str, Verdict)}


def test_the_file_of_the_plan_is_not_replaced(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    text = write_yaml(bare())
    plan.write_text(text, encoding="utf-8")
    said = petaplan("report", str(plan), "-o", str(plan))
    assert (said.code, plan.read_text(encoding="utf-8")) == (2, text)


def test_a_language_without_messages_is_refused() -> None:
    said = petaplan("report", "tests.web.plans:bare", "--lang", "xx")
    assert (said.code, said.out) == (2, "")
    assert "'zh-Hant'" in said.err


def test_the_json_report_has_what_its_commands_write() -> None:
    report = json.loads(petaplan("report", PLANS[1], "--format", "json", "--on", "2027-06-30").out)
    for member, command in (("check", "check"), ("forecast", "forecast"), ("waterfall", "waterfall")):
        assert report[member] == json.loads(petaplan(command, PLANS[1], "--format", "json").out), member


WAIVERS = """petaplan_waivers: 1
waivers:
- {finding: PF-001, subject: goal, owner: Ada <b>, reason: the board knows, expires: 2028-01-01}
- {finding: PF-001, subject: other, owner: Ada, reason: nothing to waive, expires: 2028-01-01}
"""


def test_a_waiver_stands_beside_its_finding(tmp_path: Path) -> None:
    file, given = tmp_path / "hub.html", tmp_path / "waivers.yaml"
    given.write_text(WAIVERS, encoding="utf-8")
    asked = ("report", PLANS[1], "--on", "2027-06-30", "--lang", "zh-Hant")
    said = petaplan(*asked, "--waivers", str(given), "-o", str(file))
    assert said.code == 0, said.err
    cells = [one.text for one in Reader(file.read_text(encoding="utf-8")).elements if one.name in {"td", "p", "h3"}]
    assert any("waived by Ada <b> until 2028-01-01: the board knows" in text for text in cells)
    assert any(text.startswith("1 項結果獲豁免；計入豁免後的結論：✗不足") for text in cells)
    assert "關於豁免的結果" in cells


def test_the_limit_of_a_waiver_has_its_place(tmp_path: Path) -> None:
    given = tmp_path / "waivers.yaml"
    limited = WAIVERS.replace("expires: 2028-01-01}", "expires: 2028-01-01, limit: 1000000000.5}", 1)
    given.write_text(limited, encoding="utf-8")
    asked = ("report", PLANS[1], "--on", "2027-06-30", "--waivers", str(given))
    page, report = petaplan(*asked).out, json.loads(petaplan(*asked, "--format", "json").out)
    (limit,) = (one for one in figures(page) if one.attributes.get("data-pointer", "").startswith("/waivers/"))
    assert resolved(report, limit.attributes["data-pointer"]) == json.loads(limit.attributes["data-value"]) == 1e9 + 0.5
    (cell,) = (one.text for one in Reader(page).elements if one.name == "td" and "waived by" in one.text)
    assert re.fullmatch(r"waived by Ada <b> until 2028-01-01, up to [0-9,.]+ times the capacity: the board knows", cell)
