"""The page of a plan for a reader who changes it: problems are a page, too."""

from petaplan.capacity.command_line.web_report import Asked, web_report
from petaplan.capacity.errors import DeclarationError
from petaplan.capacity.web.trouble import trouble_site
from petaplan.infra.serving.live import live


def page_of(asked: Asked) -> tuple[str, tuple[str, ...]]:
    """The whole page, and the problems that it shows where the plan is not valid."""
    from petaplan.capacity.web.report import site_of

    try:
        return live(site_of(web_report(asked))), ()
    except DeclarationError as error:
        problems = tuple(str(problem) for problem in error.problems)
    except OSError as error:
        problems = (f"{error.filename or asked.plan}: {error.strerror or error}",)
    return live(trouble_site(asked.plan, problems, asked.language)), problems
