"""The pictures in README: terminals drawn by rich from the program's own output.

python -m tools.picture            writes docs/check.svg
"""

import html
import io
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from petaplan.capacity.check import check
from petaplan.capacity.report.check import CheckResult, check_document
from petaplan.infra.hong_kong import hub
from petaplan.reporting.registry import Rendering
from petaplan.reporting.terminal import write_text

PICTURE = Path(__file__).parents[1] / "docs" / "check.svg"
WIDTH = 118
MOST_LINES = 30
"""Lines of the picture; the last one says how many there are more."""

NBSP = "&#160;"
_TEXT = re.compile(r'<text class="(?P<style>[^"]*)" x="(?P<x>[\d.]+)" (?P<y>y="[\d.]+") textLength="(?P<length>[\d.]+)"'
                   r'(?P<rest>[^>]*)>(?P<words>[^<]*)</text>')  # fmt: skip
_RUN = re.compile(r"\S+(?: \S+)*")


def drawn() -> str:
    """The head of what `petaplan check infra.hong_kong:hub` shows on a terminal, as SVG without outside fonts."""
    console = Console(record=True, file=io.StringIO(), force_terminal=True, width=WIDTH, highlight=False)
    console.print(Text("\n").join(shown()))
    svg = console.export_svg(title="petaplan check infra.hong_kong:hub", unique_id="petaplan")
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return _TEXT.sub(_without_outer_spaces, svg)


def shown() -> list[Text]:
    """The first lines of the report, and how many follow."""
    page = write_text(check_document(CheckResult(report=check(hub()))), Rendering(width=WIDTH, colour=True))
    lines = [Text.from_ansi(line) for line in page.rstrip("\n").split("\n")]
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], Text(f"… and {len(lines) - MOST_LINES + 1} lines more", "dim")]


def _without_outer_spaces(found: re.Match[str]) -> str:
    """Each run of words at its own place: a viewer that drops spaces loses none."""
    words = html.unescape(found["words"]).replace("\xa0", " ")
    cell = float(found["length"]) / max(1, len(words))
    return "".join(
        f'<text class="{found["style"]}" x="{float(found["x"]) + run.start() * cell:g}" {found["y"]} '
        f'textLength="{len(run[0]) * cell:g}"{found["rest"]}>{html.escape(run[0]).replace(" ", NBSP)}</text>'
        for run in _RUN.finditer(words)
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(f"wrote {PICTURE.name}")
