"""The page of a plan that can't be shown: it says why."""

from collections.abc import Sequence

from petaplan.capacity.command_line.web_report import Asked
from petaplan.capacity.errors import MOST_TOLD
from petaplan.infra.serving.live import live
from petaplan.reporting.cells import Number, Phrase, Status, Text, Tone
from petaplan.reporting.document import Lines, Section
from petaplan.reporting.web.site import Page, Site


def trouble_page(asked: Asked, problems: Sequence[str]) -> str:
    """A page with the problems of a plan; it loads itself again when the plan is another one."""
    cells = tuple(Text(problem) for problem in problems[:MOST_TOLD])
    more = len(problems) - len(cells)
    rest = (Phrase("and {count} more", {"count": Number(value=more)}),) if more > 0 else ()
    section = Section(key="problems", blocks=(Lines(cells=(*cells, *rest), bullets=True),))
    page = Page(key="problems", title="Problems of the plan", blocks=(section,))
    verdict = Status(key="invalid", label="not a valid plan", tone=Tone.BAD)
    return live(
        Site(title="Report on a plan", name=asked.plan, pages=(page,), verdict=verdict, language=asked.language)
    )
