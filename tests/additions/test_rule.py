"""A rule with a field of its own is one file and one line: the rest follows, and a birthday is a day to ask on."""

import json

from petaplan.capacity.document.plan import KEY, VERSION
from tests.additions.conftest import Tree
from tests.scenario import FOLDER, scenario

RULE = '''"""PWR-090: age of UPSes."""

from collections.abc import Iterator
from datetime import date

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Verdict
from petaplan.capacity.power import Ups
from petaplan.capacity.rule import rule
from petaplan.capacity.state import State

LIFE_YEARS = 12


def _birthdays(design: Design) -> Iterator[date]:
    """The day on which each UPS reaches its age limit."""
    return (node.built.replace(year=node.built.year + LIFE_YEARS) for node in design.hub.ups_systems if node.built)


@rule(
    "PWR-090",
    "UPSes are younger than 12 years",
    severity=Verdict.WARNING,
    formula="completed years since built <= 11",
    basis="engineering judgement of this project, docs/basis/power.md",
    days=_birthdays,
)
def age(state: State) -> Iterator[Claim]:
    """Age of each UPS in service."""
    for node in state.in_service(state.design.hub.ups_systems):
        if node.built is not None:
            yield _age_claim(node, node.built, state.day)


def _age_claim(node: Ups, built: date, day: date) -> Claim:
    years = day.year - built.year - ((day.month, day.day) < (built.month, built.day))
    return at_most(
        node,
        float(years),
        float(LIFE_YEARS - 1),
        "years",
        hint=lambda over: f"Replace {node.name}, which was built on {built}",
    )
'''
LAST_LINE_OF_RATING = '"""Rating of one module, kW."""'


def _plan(**fields: str) -> str:
    """A small plan whose first UPS has some fields more."""
    document = dict(scenario(FOLDER / "bases" / "two-sided.yaml").document)
    first, *others = document["ups_systems"]
    return json.dumps({**document, KEY: VERSION, "ups_systems": [{**first, **fields}, *others]})


def test_a_rule_with_a_field_is_one_file_and_one_line(tree: Tree) -> None:
    tree.add("capacity/rules/pwr/age.py", RULE)
    tree.add_line("capacity/power.py", after=LAST_LINE_OF_RATING, line="    built: date | None = None")
    tree.generate()

    assert "UPSes are younger than 12 years" in tree.run("petaplan", "rules")
    explained = tree.run("petaplan", "explain", "PWR-090")
    assert "completed years since built <= 11" in explained and "Age of each UPS in service." in explained
    assert "built" in json.loads(tree.run("petaplan", "schema"))["$defs"]["Ups"]["properties"]
    assert "| `PWR-090` | UPSes are younger than 12 years | warning |" in tree.read("docs/reference/rules.md")
    assert "| `rules/pwr/age.py` | PWR-090: age of UPSes. |" in tree.read("capacity/README.md")
    assert "built: " in tree.read("infra/resources.py")


def test_a_rule_is_asked_on_the_day_on_which_a_ups_reaches_its_age(tree: Tree) -> None:
    tree.add("capacity/rules/pwr/age.py", RULE)
    tree.add_line("capacity/power.py", after=LAST_LINE_OF_RATING, line="    built: date | None = None")
    hub = scenario(FOLDER / "bases" / "two-sided.yaml").hub
    begins = hub.phases[0].in_service

    built = begins.replace(year=begins.year - 11)  # 11 years old on the first day: its 12th birthday is a year later
    found = _findings(tree, built=built.isoformat())
    assert [(one["verdict"], one["demand"], one["capacity"]) for one in found] == [("warning", 12, 11)]
    assert found[0]["hint"] == f"Replace {hub.ups_systems[0].name}, which was built on {built}"

    birthday = begins.replace(year=begins.year + 1).isoformat()
    replaced = _findings(tree, code=1, built=built.isoformat(), retired=birthday)
    assert [one["verdict"] for one in replaced] == ["pass"]


def _findings(tree: Tree, code: int = 0, **fields: str) -> list[dict[str, object]]:
    (tree.root / "aged.json").write_text(_plan(**fields), encoding="utf-8")
    report = json.loads(tree.run("petaplan", "check", "aged.json", "--format", "json", code=code))
    return [finding for finding in report["findings"] if finding["rule"] == "PWR-090"]
