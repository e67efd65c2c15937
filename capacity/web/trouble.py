"""The page of a plan that can't be shown: it says why."""

from collections.abc import Sequence

from petaplan.capacity.errors import MOST_TOLD
from petaplan.reporting.cells import Number, Phrase, Status, Text, Tone
from petaplan.reporting.document import Lines, Section
from petaplan.reporting.web.language import ENGLISH
from petaplan.reporting.web.site import Page, Site


def trouble_site(place: str, problems: Sequence[str], language: str = ENGLISH) -> Site:
    """One page with the first problems of a plan, and the count of the others."""
    cells = tuple(Text(problem) for problem in problems[:MOST_TOLD])
    more = len(problems) - len(cells)
    rest = (Phrase("and {count} more", {"count": Number(value=more)}),) if more > 0 else ()
    section = Section(key="problems", blocks=(Lines(cells=(*cells, *rest), bullets=True),))
    page = Page(key="problems", title="Problems of the plan", blocks=(section,))
    verdict = Status(key="invalid", label="not a valid plan", tone=Tone.BAD)
    return Site(title="Report on a plan", name=place, pages=(page,), verdict=verdict, language=language)
