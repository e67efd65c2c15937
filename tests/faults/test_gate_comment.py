"""GATE-12: the comment notifies nobody and leads nowhere, whatever strangers write; and what its tables say."""

import html
import json
import re
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import hub_from, write_json
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import Evidence, Refusal, SourceFile
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import DIFF, GATE
from petaplan.capacity.verdict.baseline import Baseline
from petaplan.capacity.verdict.difference import difference, side
from petaplan.capacity.verdict.evidence import EvidenceSet
from petaplan.capacity.verdict.judgement import judge_report
from petaplan.capacity.verdict.waivers import Waiver
from petaplan.reporting.comment import plain_text, summary_text
from petaplan.reporting.registry import render
from tests.hubs import hub, phase, pod, target

CALLS = (
    "@octo-team", "x@octo", "(@octo)", "#12", "x #12", "GH-12", "gh-12", "octo/hub#1", "octo/hub@deadbeef", "!3", "$4",
    "%5", "~bug", "&6", "https://example.com/a", "http://example.com", "ftp://example.com", "www.example.com",
    "WWW.example.com", "a@example.com", "mailto:a@example.com", "xmpp:a@example.com/b", "<https://example.com>",
    "[a](https://example.com)", "![a](//example.com)", "<a href=x>", "deadbeef", "1234567", "DEADBEEF", "/close",
    "0123456789abcdef0123456789abcdef01234567", "GHSA-aaaa-bbbb-cccc", "CVE-2021-4428", "[a]: https://example.com",
    "@\u200bocto", "&#64;octo", "&commat;octo", "\\@octo", "`@octo`", "**@octo**",
)  # fmt: skip
"""What GitHub or GitLab makes a mention, a link, a reference or a command of."""

WORDS = " ".join(CALLS)


class Shown(HTMLParser):
    """The text that a reader sees outside code, where hosts look for references; and links and images."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self._code = list[str](), list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("code", "pre")
        if tag in ("a", "img", "script", "form"):
            self.links.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")
        self.text.append("\n" if tag in ("p", "td", "li", "h2", "h3", "summary") else "")

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.text.append(data)


REFERENCE = re.compile(
    r"@[\w-]|[#!$%~&][\w\"]|\bGH-\d|\bGHSA-|\bCVE-|www\.|://|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])", re.IGNORECASE
)


def references(markdown: str) -> list[str]:
    """What GitHub's own renderer links, and what a host looks for in the text that it rendered."""
    page = Shown()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))
    return page.links + [found[0] for found in REFERENCE.finditer("".join(page.text))]


@pytest.mark.parametrize("call", CALLS)
def test_gate_12_nothing_that_a_host_resolves_is_left(call: str) -> None:
    assert references(plain_text(call)) == []
    assert references(f"| a |\n|---|\n| {plain_text(call)} |") == []
    assert references(f"<details><summary>{summary_text(call)}</summary>\n\nx\n</details>") == []
    assert not plain_text(call).startswith("/")


def test_gate_12_the_renderer_and_the_rule_find_what_is_not_kept_apart() -> None:
    assert all(
        references(call)
        for call in ("@octo", "#12", "GH-12", "www.example.com", "https://example.com", "deadbeef", "a@b.cd")
    )


@given(
    st.lists(
        st.sampled_from(
            [*CALLS, "@", "#", ":", "/", "w", "GH", "-", "1", "a", "_", "*", "`", " ", "é", "\\", "&", ";"]
        ),
        max_size=12,
    )
)
def test_gate_12_no_joined_words_make_a_reference(parts: list[str]) -> None:
    text = "".join(parts)
    assert references(plain_text(text)) == []
    assert references(f"<summary>{summary_text(text)}</summary>") == []


def test_gate_12_a_reader_sees_the_words_as_they_were_written() -> None:
    page = Shown()
    page.feed(
        cmarkgfm.github_flavored_markdown_to_html(
            plain_text("Board @octo, see #12 *and* <b> 50% a|b"), options=Options.CMARK_OPT_UNSAFE
        )
    )
    assert "".join(page.text).replace("\u200b", "").strip() == "Board @octo, see #12 *and* <b> 50% a|b"


def free_texts(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The places of all texts in a plan document."""
    if isinstance(value, dict):
        return [place for key, item in value.items() for place in free_texts(item, (*path, key))]
    if isinstance(value, list):
        return [place for at, item in enumerate(value) for place in free_texts(item, (*path, at))]
    return [path] if isinstance(value, str) else []


def with_text(document: object, path: tuple[object, ...], text: str) -> object:
    copy = json.loads(json.dumps(document))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = text
    return copy


SHORT = hub(
    description="a hub",
    targets=(target(10_000, phase="first"), target(10_000, name="at-last", by=date(2028, 6, 30))),
    phases=(phase(), phase("second", date(2028, 6, 30))),
)


def waiver() -> Waiver:
    """One with all that a host resolves."""
    return Waiver(
        finding="PF-001",
        subject="goal",
        phase="first",
        owner=f"Board {WORDS}",
        reason=WORDS,
        expires=date(2099, 12, 31),
    )


def comments(plan: Hub, **how: object) -> list[str]:
    judgement = judge_report(check(plan), waivers=[waiver()], today=date(2027, 1, 1), **how)  # type: ignore[arg-type]
    change = difference(side(WORDS, hub()), side("new", plan))
    told = replace(judgement, basis=WORDS, cannot_tell=(WORDS, "/close"), stack="dev")
    texts = [render(GATE, GateResult(judgement=one, difference=change), "markdown") for one in (judgement, told)]
    return [*texts, render(GATE, GateResult(judgement=told), "step-summary"), render(DIFF, change, "markdown")]


def test_gate_12_no_text_of_a_plan_makes_a_reference_in_a_comment() -> None:
    document = json.loads(write_json(SHORT))
    tried = 0
    for place in free_texts(document):
        for text in (WORDS, "@octo", "#12", "octo-1234567"):
            try:
                plan = hub_from(read_bytes(json.dumps(with_text(document, place, text)).encode(), "plan.json"))
                written = comments(plan)
            except PlanError:
                continue
            tried += 1
            for comment in written:
                assert references(comment) == [], place
    assert tried >= 5


def test_gate_12_neither_do_findings_evidence_baseline_and_other_packs() -> None:
    values: dict[str, Any] = {one.name: WORDS for one in fields(Finding) if one.type in ("str", str)}
    other = Finding(**{**values, "rule": "pack:rule", "verdict": Verdict.SHORTFALL, "demand": None, "capacity": None,
                       "inputs": (), "missing": (WORDS,), "place": None})  # fmt: skip
    given = Evidence(refusals=(Refusal(WORDS, WORDS, WORDS),), files=(SourceFile(f"runs/{WORDS}.json", "0" * 64),))
    evidence = EvidenceSet(evidence=given, required=0.5)
    ratios = {one.identity: one.ratio for one in check(SHORT).findings if one.verdict is Verdict.SHORTFALL}
    for comment in comments(
        SHORT, others=[other], evidence=evidence, baseline=Baseline(source=WORDS, hub="small", ratios=ratios)
    ):
        assert references(comment) == []


def test_gate_12_a_message_of_sarif_makes_no_reference_either() -> None:
    judgement = judge_report(check(SHORT), waivers=[waiver()], today=date(2027, 1, 1))
    log = json.loads(render(GATE, GateResult(judgement=judgement), "sarif"))
    (message,) = [one["message"]["text"] for one in log["runs"][0]["results"] if "suppressions" in one]
    assert "octo-team" in message
    assert REFERENCE.findall(message) == []
    assert "](" not in message


def test_tty_03_a_target_that_is_missed_is_in_the_row_of_its_phase_with_its_verdict() -> None:
    plan = hub(targets=(target(10_000),))
    assert plan.targets[0].phase is None
    text = render(GATE, GateResult(judgement=judge_report(check(plan))), "markdown")
    (row,) = [line for line in text.splitlines() if line.startswith("| first | 2027-06-30 ")]
    assert "10,000" in row
    assert row.endswith("❌ Shortfall |")
    assert html.unescape(row).count("✅") == 0


def test_io_16_one_cause_in_several_phases_is_one_row_of_the_comment() -> None:
    plan = hub(
        phases=(phase(), phase("second", date(2028, 6, 30)), phase("third", date(2029, 6, 30))),
        halls=(hub().halls[0].replace(it_power_limit_kw=400),),
        pods=tuple(pod(f"pod-{at}") for at in range(3)),
    )
    text = render(GATE, GateResult(judgement=judge_report(check(plan))), "markdown")
    falls_short = text.partition("### What falls short")[2].partition("###")[0]
    (row,) = [line for line in falls_short.splitlines() if line.startswith("| `PWR-013`")]
    assert "| first, second, third |" in row
