"""IO-16: one cause is shown once, with the number of findings that it explains; JSON keeps all."""

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from petaplan.capacity.check import check
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import hub_from, write_json
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.check import print_report
from petaplan.capacity.verdict.causes import causes_of
from petaplan.infra.hong_kong import hub
from tests.commands import petaplan

ASKING = (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING, Verdict.REVIEW)


def small_transformer() -> Hub:
    """The reference hub with one transformer of a third of its rating: the fault of IO-16."""
    first, *others = hub().transformers
    return hub().replace(transformers=(first.replace(unit_rated_kva=first.unit_rated_kva / 3), *others))


def without_power() -> Hub:
    """The reference hub with racks of a chip whose power nobody knows."""
    given = hub()
    kept = tuple(one for one in given.assumptions if one.quantity != "power_kw")
    assert len(kept) < len(given.assumptions)
    return given.replace(assumptions=kept)


def test_io_16_one_transformer_is_one_shortfall() -> None:
    report = check(small_transformer())
    shortfalls = report.of(Verdict.SHORTFALL)
    assert len(shortfalls) > 8 and len({finding.rule for finding in shortfalls}) > 2
    (cause,) = causes_of(shortfalls)
    assert cause.lead.subject == "grid-phase-1-a"
    assert cause.phases and set(cause.phases) == {"phase-1", "phase-2", "phase-3"}


def test_io_16_text_comment_and_counts_show_the_cause_once(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(write_json(small_transformer()), encoding="utf-8")
    found = len(check(small_transformer()).of(Verdict.SHORTFALL))
    text = petaplan("check", "plan.json", cwd=tmp_path).out
    assert f"1 shortfall ({found} findings)" in text
    assert f"one cause of {found} findings: " in text
    assert sum(line.startswith("  shortfall ") for line in text.splitlines()) == 1
    everything = petaplan("check", "plan.json", "--all", cwd=tmp_path).out
    assert sum(line.startswith("  shortfall ") for line in everything.splitlines()) == found
    gate = petaplan("gate", "plan.json", cwd=tmp_path).out
    assert f"1 shortfall ({found} findings)" in gate and f"one cause of {found} findings: " in gate
    comment = petaplan("gate", "plan.json", "--markdown", "-", cwd=tmp_path).out
    falls_short = comment.split("### What falls short")[1].split("###")[0]
    assert sum(line.startswith("| `") for line in falls_short.splitlines()) == 1
    assert f"one cause of {found} findings" in falls_short
    whole = json.loads(petaplan("gate", "plan.json", "--json", "-", cwd=tmp_path).out)
    assert sum(finding["verdict"] == "shortfall" for finding in whole["report"]["findings"]) == found


def test_io_16_one_value_that_is_missing_is_one_unknown() -> None:
    unknown = check(without_power()).of(Verdict.UNKNOWN)
    causes = causes_of(unknown)
    names = {name for finding in unknown for name in finding.missing}
    assert len(unknown) > 20
    assert len(causes) <= len(names)


@pytest.mark.parametrize("made", [hub, small_transformer, without_power])
def test_io_16_every_finding_has_one_cause_and_causes_keep_verdicts_apart(made: object) -> None:
    assert callable(made)
    asking = check(made()).of(*ASKING)
    causes = causes_of(asking)
    assert Counter(id(one) for cause in causes for one in cause.findings) == Counter(map(id, asking))
    for cause in causes:
        assert len({finding.verdict for finding in cause.findings}) == 1
        assert cause.lead in cause.findings
        assert sum(count for _, count in cause.rules) == len(cause.findings)


def test_check_fits_a_screen_and_all_has_the_rest() -> None:
    short = petaplan("check", "infra.hong_kong:hub").out
    everything = petaplan("check", "infra.hong_kong:hub", "--all").out
    chosen = [one for one in hub().assumptions if one.value is None]
    assert len(short.splitlines()) <= 31 + len(chosen), "one line an assumption"
    for words in ("because ", "rules found nothing", "Evidence behind"):
        assert words not in short and words in everything
    names = [one.name for one in hub().assumptions if one.value is None]
    filling = [one.name for one in hub().assumptions if one.value is not None]
    lines = [line.strip() for line in short.split("Assumptions (")[1].splitlines()[1:]]
    assert [line.split(":")[0] for line in lines[: len(names)]] == sorted(names)
    assert lines[len(names)].startswith(f"{len(filling)} fill figures that models lack")
    assert all(f"{name}: " in everything for name in (*names, *filling))


@cache
def checked() -> Report:
    """The report of the reference hub with few of its findings, for other assumptions in the place of its own."""
    whole = check(hub())
    return replace(whole, findings=whole.findings[:20])


@pytest.mark.parametrize(("chosen", "filling"), [(2, 0), (100, 0), (0, 2), (0, 100), (100, 100), (20, 3)])
def test_many_assumptions_stay_on_a_screen_and_each_is_counted(chosen: int, filling: int) -> None:
    one = next(each for each in hub().assumptions if each.value is None)
    other = next(each for each in hub().assumptions if each.value is not None)
    made = [replace(one, name=f"chosen-{n}") for n in range(chosen)]
    made += [replace(other, name=f"filling-{n}") for n in range(filling)]
    report = replace(checked(), assumptions=tuple(made))
    text = StringIO()
    print_report(report, Console(file=text, width=200))
    lines = [line for line in text.getvalue().split("Assumptions (")[1].splitlines() if line]
    assert lines[0].startswith(f"{chosen + filling} of the plan")
    assert len(lines) <= 1 + 20 + 3
    listed = sum(": " in line and line.strip().startswith(("chosen-", "filling-")) for line in lines)
    counted = [re.match(r"\s*(?:… and )?(\d+) (?:more|fill) ", line) for line in lines]
    assert listed + sum(int(found[1]) for found in counted if found) == chosen + filling


@pytest.mark.parametrize("unit", ["x", "word ", "冷", "冷 ", "é́"])
@pytest.mark.parametrize("name", ["a", "a-name-of-some-length", "n" * 70])
@pytest.mark.parametrize("times", [1, 8, 20, 60, 400])
def test_an_assumption_has_one_line_of_a_terminal_and_all_has_it_whole(unit: str, name: str, times: int) -> None:
    one = next(each for each in hub().assumptions if each.value is None)
    statement = (unit * times).strip()
    report = replace(checked(), assumptions=(replace(one, name=name, statement=statement),))
    text, everything = StringIO(), StringIO()
    print_report(report, Console(file=text, width=80 if len(name) < 50 else 120))
    print_report(report, Console(file=everything, width=4_000), everything=True)
    lines = text.getvalue().split("Assumptions (")[1].splitlines()
    assert len(lines) == 3, "the head, one line, and the count of assumed figures of the catalogue"
    told = lines[1].strip().removeprefix(f"{name}: ")
    assert told == statement or (told.endswith("…") and statement.startswith(told[:-1].strip()))
    assert f"{name}: {statement}" in everything.getvalue()


def test_the_phases_of_a_cause_stand_by_their_days() -> None:
    names = {"phase-1": "zenith", "phase-2": "middle", "phase-3": "alpha"}
    text = write_json(small_transformer())
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    made = check(hub_from(read_bytes(text.encode(), "plan.json")))
    text_of = StringIO()
    print_report(made, Console(file=text_of, width=200))
    assert re.search(r"\[(zenith, )?middle, alpha\]", text_of.getvalue())
    assert not re.search(r"alpha, (middle|zenith)|middle, zenith", text_of.getvalue())
