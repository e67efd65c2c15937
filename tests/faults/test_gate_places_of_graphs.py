"""GATE-05: a finding on a resource of a graph has no place in a file, and no output makes one up."""

import json
import re

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.check import CheckResult
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import CHECK, GATE
from petaplan.capacity.verdict.difference import difference, side
from petaplan.capacity.verdict.judgement import judge_report
from petaplan.capacity.verdict.weakening.result import weakening_of
from petaplan.infra.collect import collect
from petaplan.reporting.registry import Rendering, content, outputs_of
from tests.hubs import hub, pod, target
from tests.infra.test_collect import records

PLAN = hub(targets=(target(50, phase="first"),), pods=(pod(),))


def of_a_graph(plan: Hub) -> Hub:
    return collect(records(plan))


CASES = [(kind, name) for kind in (CHECK, GATE) for name in (one.name for one in outputs_of(kind))]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda one: getattr(one, "name", one))
@pytest.mark.parametrize("everything", [False, True])
def test_no_output_names_line_zero_or_a_resource_as_a_file(kind: object, name: str, *, everything: bool) -> None:
    plan = of_a_graph(PLAN)
    report = check(plan)
    assert any(finding.place for finding in report.findings)
    if kind is CHECK:
        text = content(CHECK, CheckResult(report=report, change=None), name, Rendering(everything=everything))
    else:
        weaker = of_a_graph(PLAN.replace(targets=(target(10, phase="first"),)))
        before, judgement = side("base", plan), judge_report(check(weaker))
        made = GateResult(
            judgement=judgement,
            difference=difference(before, side("head", weaker)),
            weakening=weakening_of(before, weaker, judgement),
        )
        text = content(GATE, made, name, Rendering(everything=everything))
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    assert not re.search(r"""resource \w+ ['"`][\w-]+['"`]:0\b""", text), text[:2000]
    if text.startswith("{"):
        assert_no_line_below_one(json.loads(text))


def assert_no_line_below_one(value: object) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            assert key not in ("line", "startLine", "begin") or not isinstance(item, int) or item >= 1
            assert key != "declared_at" or item is None or not str(item).startswith("resource ")
            assert_no_line_below_one(item)
    elif isinstance(value, list):
        for item in value:
            assert_no_line_below_one(item)
