"""The page of docs/reference on formats: every output, and the commands that offer it."""

from petaplan.bench.command_line.reports import KINDS as BENCH
from petaplan.capacity.report.kinds import GATE
from petaplan.capacity.report.kinds import KINDS as CAPACITY
from petaplan.capacity.web.report import REPORT
from petaplan.infra.report.kinds import KINDS as INFRA
from petaplan.reporting.registry import formats_table, options_table
from tools.generate.files import Files
from tools.generate.markdown import page

WORDS = """A command writes its report with `--format FORMAT`, to standard output or with `-o FILE` to a file.
`petaplan gate` has one option for each output, such as `--json FILE`: one judgement can have many outputs.
`-` is standard output. Every file is written whole or not at all."""


def formats_page(files: Files) -> None:
    """Every output with its media type and the commands that offer it, and the options of the gate."""
    files.write("docs/reference/formats.md", page("Formats", WORDS, formats_table((*CAPACITY, REPORT, *INFRA, *BENCH))))
    files.section("docs/gate.md", "outputs of the gate", options_table(GATE))
