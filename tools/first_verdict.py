"""The verdict of a stack's plan, without the Pulumi CLI: what `make preview` shows while the CLI is built.

python -m tools.first_verdict STACK

"""

import sys
from collections.abc import Mapping
from pathlib import Path

from petaplan.capacity.check import check
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.errors import DeclarationError
from petaplan.capacity.facts.layers import catalogue_of, in_project
from petaplan.capacity.report.check import CheckResult
from petaplan.capacity.report.kinds import CHECK
from petaplan.capacity.slice import up_to
from petaplan.infra.settings import ProgramSettings
from petaplan.infra.stack_settings import stack_settings
from petaplan.reporting.publishing import publish


def main() -> int:
    """Exit 0 where the plan passes, 1 where it falls short, 2 where it is none; the preview reports the same again."""
    try:
        report = judged(sys.argv[1], Path.cwd())
    except DeclarationError as error:
        sys.stdout.write(f"{error}\n")
        return 2
    publish(CHECK, CheckResult(report=report), format="text", output=None)
    return report.exit_code


def judged(stack: str, folder: Path) -> Report:
    """The report on the plan that a stack declares.

    Raises:
        DeclarationError: when a setting or the plan is not valid.
    """
    values = stack_settings(stack, folder)
    settings = ProgramSettings.of(_Settings(values))
    hub = in_project(read_hub(settings.hub), settings.catalogues, folder)
    hub = up_to(hub, settings.phase) if settings.phase else hub
    return check(hub, catalogue_of(hub, folder=folder))


class _Settings:
    """The settings in files, asked as those of a running program are."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get(self, key: str, default: str | None = None) -> str | None:
        """The value of a key, or the default."""
        return self._values.get(f"petaplan:{key}", default)


if __name__ == "__main__":
    sys.exit(main())
