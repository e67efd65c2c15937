"""The pictures in README: terminals drawn by rich from the program's own output.

python -m tools.picture            writes docs/check.svg
"""

import io
import re
from pathlib import Path

from rich.console import Console

from petaplan.capacity.check import check
from petaplan.capacity.report.check import print_report
from petaplan.infra.hong_kong import hub

PICTURE = Path(__file__).parents[1] / "docs" / "check.svg"


def drawn() -> str:
    """What `petaplan check infra.hong_kong:hub` shows on a terminal of 118 columns, as SVG without outside fonts."""
    console = Console(record=True, file=io.StringIO(), force_terminal=True, width=118, highlight=False)
    print_report(check(hub()), console)
    svg = console.export_svg(title="petaplan check infra.hong_kong:hub", unique_id="petaplan")
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(f"wrote {PICTURE.name}")
