"""The page of a plan for a reader who changes it: problems are a page, too."""

from petaplan.capacity.command_line.web_report import Asked, web_report
from petaplan.capacity.errors import DeclarationError
from petaplan.infra.serving.live import live
from petaplan.infra.serving.trouble import trouble_page


def page_of(asked: Asked) -> tuple[str, bool]:
    """The whole page, and whether it shows the plan; that of a plan which is not valid says why."""
    from petaplan.capacity.web.report import site_of

    try:
        return live(site_of(web_report(asked))), True
    except DeclarationError as error:
        return trouble_page(asked, [str(problem) for problem in error.problems]), False
    except OSError as error:
        return trouble_page(asked, [f"{error.filename or asked.plan}: {error.strerror or error}"]), False
