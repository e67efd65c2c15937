"""What a rule rests on can be looked up: a standard or document of the list, a heading of a page, or a decision."""

import re
from pathlib import Path

import pytest

from petaplan.capacity.figures import Status
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS
from tests.docs.pages import ROOT, anchors, tracked

BASIS = ROOT / "docs" / "basis"
SOURCES = (BASIS / "sources.md").read_text(encoding="utf-8")
NAMES = re.findall(
    r"^\| ([^|]+?) \| [^|]+ \| [^|]+ \| [^|]+ \| (?:read|secondary|unverified)", SOURCES, flags=re.MULTILINE
)

UNREADABLE = re.compile(
    r"capacity reference|reference notes|bench reference|\bfacts(?:-2)?(?:\.md| §| \d)|design decision \d|\bhouse\.md"
    r"|\biac\.md|shared/reference",
    flags=re.IGNORECASE,
)
"""Notes that no reader of the repository has."""

CITED = re.compile(r"docs/(?:(?P<page>(?:basis/)?[a-z]+\.md)#(?P<anchor>[\w-]+)|adr/(?P<record>\d{4}))")


def broken(basis: str) -> str:
    """What is wrong with a basis; empty where it can be looked up."""
    cited = list(CITED.finditer(basis))
    for each in cited:
        if each["record"] and not list((ROOT / "docs" / "adr").glob(f"{each['record']}-*.md")):
            return f"no record {each['record']}"
        if each["page"] and not (ROOT / "docs" / each["page"]).is_file():
            return f"no page {each['page']}"
        if each["page"] and each["anchor"] not in anchors(ROOT / "docs" / each["page"]):
            return f"{each['page']} has no heading {each['anchor']}"
    return "" if cited or any(name in basis for name in NAMES) else "cites nothing that can be looked up"


@pytest.mark.parametrize("rule", [*all_rules(), *ABOUT_REPORTS], ids=lambda rule: rule.id)
def test_what_a_rule_rests_on_can_be_looked_up(rule: Rule) -> None:
    assert broken(rule.basis) == ""


def test_every_heading_of_the_formula_pages_is_cited_by_a_rule() -> None:
    """A heading that no rule cites is left from a rule that is gone."""
    cited = {(each["page"], each["anchor"]) for rule in all_rules() for each in CITED.finditer(rule.basis)}
    titles = {"factors-without-data-of-the-plan"}
    unused = [
        f"{page.name}#{anchor}"
        for page in sorted(BASIS.glob("*.md"))
        if page.name not in ("README.md", "sources.md")
        for anchor in sorted(set(anchors_below_the_title(page)) - titles)
        if (f"basis/{page.name}", anchor) not in cited
    ]

    assert unused == []


def anchors_below_the_title(page: Path) -> list[str]:
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_a_basis_that_leads_nowhere_is_found() -> None:
    assert broken("general knowledge") == "cites nothing that can be looked up"
    assert broken("docs/basis/power.md#no-such-heading") == "basis/power.md has no heading no-such-heading"
    assert broken("docs/basis/nowhere.md#x") == "no page basis/nowhere.md"
    assert broken("docs/adr/9999") == "no record 9999"
    assert broken("IEC 60076-1: rated power") == ""


def test_nothing_cites_notes_that_no_reader_has() -> None:
    here = Path(__file__)
    files = tracked("*.py", "*.md", "*.yaml", "*.yml", "*.json", "*.toml", "*.sql", "*.cu", "Makefile")
    found = [
        f"{path.relative_to(ROOT)}:{text[: each.start()].count(chr(10)) + 1}: {each.group()}"
        for path in files
        if path != here and not path.is_symlink()
        for text in [path.read_text(encoding="utf-8")]
        for each in UNREADABLE.finditer(text)
    ]

    assert found == []


def test_every_source_of_a_basis_page_is_in_the_list() -> None:
    """Names in brackets that look like a standard."""
    standards = re.compile(r"\b(?:IEC|ISO|ISO/IEC|EN|NEC|GB|TIA)[ -]\d[\d.-]*\d")
    for page in sorted(set(BASIS.glob("*.md")) - {BASIS / "sources.md"}):
        for each in standards.findall(page.read_text(encoding="utf-8")):
            assert any(each in name for name in NAMES), f"{page.name}: {each}"


def test_every_status_of_a_figure_is_explained() -> None:
    explained = set(re.findall(r"^\| `([^`]+)` \|", SOURCES, flags=re.MULTILINE))

    assert {str(status) for status in Status} <= explained
