"""A web report as a command line asks for it: a plan, and what it is taken with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from petaplan.capacity.command_line.scenario import files_of, taken_under
from petaplan.capacity.errors import DeclarationError, Problem
from petaplan.capacity.web.report import WebReport
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.language import ENGLISH


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A plan by its place, and the files and settings of the command line."""

    plan: str
    language: str = ENGLISH
    waivers: Path | None = None
    on: date | None = None
    """Day of waivers and money; today where none is given."""
    strict: bool = False
    evidence: tuple[Path, ...] = ()
    trusted_keys: Path | None = None
    catalogue: tuple[Path, ...] = ()
    scenario: str | None = None

    @property
    def files(self) -> Iterator[str]:
        """Every place that the command line names."""
        yield self.plan
        given = (*self.evidence, *self.catalogue, *files_of(self.scenario), self.waivers, self.trusted_keys)
        yield from (str(path) for path in given if path is not None)


def web_report(asked: Asked) -> WebReport:
    """The plan under study, in the language that is asked for.

    Raises:
        DeclarationError: with every problem of the plan, or of a file that is named.
    """
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.verdict.evidence import evidence_set
    from petaplan.capacity.verdict.waivers import of_plans, read_waivers

    accepted = of_plans(read_waivers(asked.waivers)) if asked.waivers is not None else ()
    design = taken_under(read_design(asked.plan, asked.catalogue, as_checked=True), asked.scenario, asked.catalogue)
    if asked.evidence or asked.trusted_keys:
        layers = catalogue_of(design.hub, asked.catalogue)
        keys = asked.trusted_keys
        given = evidence_set(asked.evidence, models=design.models, trusted_keys=keys, catalogue=layers)
        design = replace(design, evidence=given.evidence)
    day = datetime.now(UTC).date() if asked.on is None else asked.on
    study = Study(design, day, strict=asked.strict, waivers=accepted)
    return WebReport(study=study, language=asked.language, place=asked.plan)


def written(error: DeclarationError, asked: Asked, output: Path) -> DeclarationError:
    """The error, once a page that says why the plan is not valid stands in the place of the report.

    No page is written to standard output, nor where a place of the command line has nothing. Where the page can't be
    written, the error has that problem too, and an old file is as it was.
    """
    from petaplan.capacity.command_line.not_there import not_there
    from petaplan.capacity.web.trouble import trouble_site
    from petaplan.reporting.files import write_whole
    from petaplan.reporting.publishing import STDOUT, place, refuse_replacing
    from petaplan.reporting.web.rendering import write_site

    path = place(str(output))
    if path == STDOUT or any(not_there(asked)):
        return error
    problems = [str(problem) for problem in error.problems]
    try:
        refuse_replacing(output, asked.files)
        write_whole(Path(path), write_site(trouble_site(asked.plan, problems, asked.language)))
    except OSError as failed:
        expected, advice = "a place for the report", "name another one with -o"
        found = failed.strerror or str(failed)
        return DeclarationError([*error.problems, Problem(where=path, found=found, expected=expected, advice=advice)])
    return error
