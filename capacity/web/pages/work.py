"""Work: what declared training runs and services take, and which share of the accelerators is spoken for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from petaplan.capacity.report.work import WorkReport, work_document, work_report
from petaplan.capacity.web import charts
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.capacity.work.problems import work_problems
from petaplan.capacity.work.runs import RunNeed
from petaplan.reporting.cells import Cell, Phrase, Text
from petaplan.reporting.document import Lines, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.values import values_of
from petaplan.reporting.web.blocks import Block, Chart
from petaplan.reporting.web.site import Page
from petaplan.reporting.web.views import placed

IN_TIME, LATE, UNKNOWN = "in time", "late", "not known"
COLOURS = ((IN_TIME, "var(--p-series-3)"), (LATE, "var(--p-series-7)"), (UNKNOWN, "var(--p-series-8)"))
SIGNS = "Bars from the first day of a run to the day on which it is done; a tick on the day by which it must be done."
MOST_TIMES = 4
"""A bar ends after so many times the days that its run has."""
SHOWN = frozenset({"run", "phase", "days", "days_given", "ends", "in_time"})
"""Columns of the table behind the chart."""


def build(study: Study) -> Page | None:
    """The page; None for a plan without training runs, services and reserves for research."""
    found = _report(study)
    if found is None:
        return None
    sections = tuple(map(_whole, placed(work_document(found), "/work")))
    blocks: list[Block] = [*_problems(study), *sections[:1], *_chart(found, sections), *sections[1:]]
    return Page(key="work", title="Work", blocks=tuple(blocks))


def _report(study: Study) -> WorkReport | None:
    found = work_report(study.design)
    return found if found.runs or found.services or found.days else None


def _whole(section: Section) -> Section:
    """A section with every column: a page is wider than a terminal."""
    return replace(section, blocks=tuple(_wide(one) if isinstance(one, Table) else one for one in section.blocks))


def _wide(table: Table) -> Table:
    return replace(table, columns=tuple(replace(column, data_only=False) for column in table.columns))


def _problems(study: Study) -> Iterator[Section]:
    """Runs that are larger than the plan ever is, which `petaplan work` refuses."""
    if problems := tuple(Text(str(problem)) for problem in work_problems(study.design)):
        lines = Lines(cells=problems, bullets=True)
        yield Section(key="too-large", title=Text("Runs that are larger than the plan"), blocks=(lines,))


def _chart(found: WorkReport, sections: Sequence[Section]) -> Iterator[Chart]:
    """The runs over time, with their table behind them."""
    if found.runs:
        needs = [need for need, _ in found.runs]
        table = next(block for block in sections[0].blocks if isinstance(block, Table))
        yield Chart(
            key="runs-over-time",
            title=Phrase("Training runs over time"),
            description=Phrase(SIGNS),
            spec=charts.gantt(map(_record, needs), COLOURS),
            table=replace(table, columns=tuple(one for one in table.columns if one.key in SHOWN)),
            words=tuple(name for name, _ in COLOURS),
            named={_name(need): _named(need) for need in needs},
        )


def _record(need: RunNeed) -> charts.Record:
    longest = need.run.starts + MOST_TIMES * (need.run.done_by - need.run.starts)
    ends = need.run.done_by if need.days is None else min(need.ends or date.max, longest)
    late = UNKNOWN if need.days is None else LATE if need.days > need.days_given else IN_TIME
    begins, likely = need.run.starts.isoformat(), need.run.done_by.isoformat()
    return {"row": _name(need), "series": late, "begins": begins, "ends": ends.isoformat(), "likely": likely}


def _name(need: RunNeed) -> str:
    return f"{need.run.name} ({need.phase})"


def _named(need: RunNeed) -> Cell:
    return Phrase("{item} ({phase})", {"item": Text(need.run.name), "phase": Text(need.phase)})


def _members(study: Study) -> Mapping[str, object]:
    found = _report(study)
    return {} if found is None else {"work": as_written(json_text(values_of(work_document(found))))}


WORK = PageKind(key="work", order=85, title="Work", build=build, json=_members)
