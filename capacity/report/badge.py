"""A judgement as one line of Markdown: verdict, and dense peak petaflops on the day of each phase."""

from petaplan.capacity.check_report import PhaseSummary
from petaplan.capacity.figures import Precision
from petaplan.capacity.report.phases import BADGES
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.reporting.comment import plain_text
from petaplan.reporting.markdown import inside_comment
from petaplan.reporting.units import number

MOST_PHASES = 6
"""Phases that the line names, the last ones; the others are counted."""

_FIRST = (Precision.BF16, Precision.FP16, Precision.FP8)


def write_badge(judgement: Judgement) -> str:
    """The line between two marks, by which it is found again; the same judgement gives the same bytes."""
    report = judgement.report
    name = inside_comment(" ".join(filter(None, (report.hub, judgement.stack))))
    shown = report.phases[-MOST_PHASES:]
    parts = [f"**{plain_text(report.hub)}**", BADGES[judgement.verdict]]
    if len(report.phases) > len(shown):
        parts.append(f"{len(report.phases) - len(shown)} earlier phases")
    parts += [_phase(phase, _precision(judgement)) for phase in shown]
    return f"<!-- petaplan-badge {name} -->\n{' · '.join(parts)}\n<!-- end of petaplan-badge {name} -->\n"


def _precision(judgement: Judgement) -> Precision | None:
    """One precision for the whole line: that of the first target, else the commonest."""
    there = {precision for phase in judgement.report.phases for precision, _ in phase.pflops}
    asked = [basis.precision for basis in judgement.report.bases]
    return next((one for one in (*asked, *_FIRST, *Precision) if one in there), None)


def _phase(phase: PhaseSummary, precision: Precision | None) -> str:
    day = phase.in_service.isoformat()
    value = dict(phase.pflops).get(precision) if precision is not None else None
    if value is None or precision is None:
        return f"petaflops unknown by {day}"
    return f"{number(round(value, 1))} {precision.rate_unit} {precision} by {day}"
