"""The web report of a plan, and the site that holds it."""

from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.capacity.report.findings import verdict_status
from petaplan.capacity.report.places import Checkout
from petaplan.capacity.web.registry import page_kinds
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import Cell, Phrase, Text
from petaplan.reporting.registry import ReportKind
from petaplan.reporting.web.language import ENGLISH
from petaplan.reporting.web.site import Page, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class WebReport:
    """A study in a language."""

    study: Study
    language: str = ENGLISH
    place: str = ""
    """The plan as the command line names it."""


REPORT: ReportKind[WebReport] = ReportKind(
    key="report", title="web report", command="petaplan report", outputs="petaplan.capacity.web.outputs"
)


def site_of(found: WebReport) -> Site:
    """The site: every page that the plan has something for."""
    study = found.study
    return Site(
        title="Report on a plan",
        name=study.name,
        pages=tuple(pages_of(study)),
        verdict=verdict_status(study.report.verdict),
        language=found.language,
        foot=tuple(_foot(found)),
    )


def pages_of(study: Study) -> Iterator[Page]:
    """The pages, in order."""
    for kind in page_kinds():
        page = kind.build(study)
        if page is not None:
            yield page


def _foot(found: WebReport) -> Iterator[Cell]:
    if found.place:
        checkout = Checkout.of_plan(found.study.design.hub.declared_at)
        yield Phrase("Plan: {place}", {"place": Text(checkout.portable(found.place))})
    yield Phrase("Figures carry JSON pointers into the output of `petaplan report --format json`.")
