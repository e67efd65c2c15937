"""A study: one plan, with everything that its pages show, computed once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from petaplan.capacity.check import report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.design import Design
from petaplan.capacity.verdict.waivers import Waiver

if TYPE_CHECKING:
    from petaplan.capacity.costing import PhaseCost
    from petaplan.capacity.failover.table import FailoverTable
    from petaplan.capacity.forecast.forecast import Forecast
    from petaplan.capacity.throughput.factors import Waterfall
    from petaplan.capacity.verdict.judgement import Judgement

VERSION = 1
"""Version of the JSON report."""


@dataclass(frozen=True, eq=False)
class Study:
    """One plan under study. Each result is computed when a page first asks for it, and kept."""

    design: Design
    on: date
    """Day of committed and paid money, and of waivers."""
    strict: bool = False
    waivers: Sequence[Waiver] = field(default=())
    draws: int | None = None
    """Draws of the forecast; its default unless given."""

    @property
    def name(self) -> str:
        """Name of the hub."""
        return self.design.hub.name

    @cached_property
    def report(self) -> Report:
        """Every rule on the plan. Places are paths from the root of its repository, since pages leave the machine."""
        from petaplan.capacity.report.places import portable_report

        return portable_report(report_on(self.design, strict=self.strict), self.design.hub.declared_at)

    @cached_property
    def judgement(self) -> "Judgement":
        """The report with its waivers."""
        from petaplan.capacity.report.places import portable_report
        from petaplan.capacity.verdict.judgement import judge_report

        found = judge_report(self.report, waivers=self.waivers, today=self.on)
        return replace(found, report=portable_report(found.report, self.design.hub.declared_at))

    @cached_property
    def forecast(self) -> "Forecast | None":
        """Probabilities and dates; None for a plan without targets.

        Raises:
            PlanError: where draws of an input miss a promised percentile.
        """
        from petaplan.capacity.forecast.forecast import DEFAULT_DRAWS, forecast

        return forecast(self.design, draws=self.draws or DEFAULT_DRAWS) if self.design.hub.targets else None

    @cached_property
    def waterfalls(self) -> "Sequence[Waterfall]":
        """The throughput chain of each phase."""
        from petaplan.capacity.throughput.factors import plan_waterfalls

        return plan_waterfalls(self.design)

    @cached_property
    def failover(self) -> "Sequence[FailoverTable]":
        """Every single loss of the power chain, phase by phase."""
        from petaplan.capacity.failover.table import failover_tables

        return failover_tables(self.design, None)

    @cached_property
    def costs(self) -> "Sequence[PhaseCost]":
        """The cost of each phase."""
        from petaplan.capacity.costing import costs_of

        return costs_of(self.design)

    @cached_property
    def json(self) -> Mapping[str, object]:
        """The JSON report as plain values: one member a report, as its command writes with ``--format json``."""
        from petaplan.capacity.web.registry import page_kinds

        members: dict[str, object] = {"petaplan_web_report": VERSION, "hub": self.name}
        for kind in page_kinds():
            for key, values in kind.json(self).items():
                assert members.get(key, values) == values, f"two pages disagree about /{key}"
                members[key] = values
        return members


def as_written(text: str) -> object:
    """The values of JSON that another report wrote: a number in them has the digits that a reader gets."""
    values: object = json.loads(text)
    return values
