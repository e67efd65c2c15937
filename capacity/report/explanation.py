"""One rule in full: what it asks, on what basis, and its formula with a plan's own numbers."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from petaplan.capacity.check import report_on
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.findings import Finding, Verdict, number
from petaplan.capacity.report.text import STYLE, amounts
from petaplan.capacity.resolving import read_design
from petaplan.capacity.rule import Rule
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS

NEAREST = 5


def explanation(id: str, plan: str | None, subject: str | None, everything: bool) -> RenderableType:
    """The rule, and when a plan is given its subjects, nearest to the limit first.

    Raises:
        PlanError: for an id that no rule has, a plan that isn't one, or a subject of which the rule says nothing.
    """
    rule = find(id)
    lines: list[RenderableType] = [*_rule_lines(rule)]
    if plan is not None:
        design = read_design(plan, load())
        findings = report_on(design, rules=(rule,)).findings
        chosen = _about(findings, subject, rule)
        chosen.sort(key=lambda finding: -1.0 if finding.ratio is None else -finding.ratio)
        shown = chosen if everything else chosen[:NEAREST]
        for finding in shown:
            lines.extend(_finding_lines(finding))
        if len(chosen) > len(shown):
            lines.append(Text(f"\n… and {len(chosen) - len(shown)} subjects further from the limit (--all)"))
        if not chosen:
            lines.append(Text(f"\n{_nothing_found(rule, design.hub.name)}"))
    return Group(*lines)


def _nothing_found(rule: Rule, hub: str) -> str:
    """Why a rule has no finding of a plan."""
    if rule in ABOUT_REPORTS:
        return f"Nothing in {hub} alone concerns this rule: it judges a report with waivers, a baseline or evidence."
    asked = "on every day on which the plan changes" if rule.by_state else "once of the whole plan"
    return f"Asked {asked}: {rule.title}. Nothing in {hub} concerns it: it found nothing to compare with a limit."


def _about(findings: Sequence[Finding], subject: str | None, rule: Rule) -> list[Finding]:
    """The findings whose subject contains a text; a rule that finds nothing in the whole plan lacks no subject."""
    chosen = [finding for finding in findings if subject is None or subject in finding.subject]
    if subject is not None and findings and not chosen:
        names = sorted({finding.subject for finding in findings})
        more = f" and {len(names) - NEAREST:,} more" if len(names) > NEAREST else ""
        advice = did_you_mean(subject, names) or f"there are {', '.join(names[:NEAREST])}{more}"
        expected = f"a part of the name of a subject of {rule.id} in this plan"
        raise PlanError([Problem(where="--subject", found=repr(subject), expected=expected, advice=advice)])
    return chosen


def find(id: str) -> Rule:
    """The rule of that id."""
    known = {rule.id: rule for rule in (*all_rules(), *ABOUT_REPORTS)}
    if id.upper() not in known:
        advice = did_you_mean(id.upper(), known) or "see `petaplan rules`"
        raise PlanError([Problem(where="RULE", found=repr(id), expected="the id of a rule", advice=advice)])
    return known[id.upper()]


def _rule_lines(rule: Rule) -> Iterator[Text]:
    yield Text.assemble((rule.id, "bold"), f"  {rule.title}")
    yield Text(f"  formula   {rule.formula}")
    yield Text(f"  basis     {rule.basis}")
    asked = "of every state of the hub" if rule.by_state else "once of the plan"
    asked = "of a report, by petaplan gate" if rule in ABOUT_REPORTS else asked
    yield Text(f"  a failure is a {rule.severity}; asked {asked}")
    if rule.ask.__doc__:
        yield Text(f"  {' '.join(rule.ask.__doc__.split())}")


def _finding_lines(finding: Finding) -> Iterator[Text]:
    where = f" [{finding.phase}]" if finding.phase else ""
    yield Text.assemble("\n", (finding.verdict, STYLE[finding.verdict]), f"  {finding.subject}{where}")
    ratio = "" if finding.ratio is None else f"   ratio {finding.ratio:.3f}"
    yield Text(f"  {amounts(finding)}{ratio}")
    for given in finding.inputs:
        yield Text(f"    {given.name} = {number(given.value)} {given.unit}   ({given.source})")
    for name in finding.missing:
        yield Text(f"    {name} is not known", style=STYLE[Verdict.UNKNOWN])
    if finding.hint:
        yield Text(f"  {finding.hint}")
    if finding.place:
        yield Text(f"  declared at {finding.place}", style="dim")
