"""An output is one file: every command that it suits offers it, the docs table lists it, and it writes real reports."""

import csv
from io import StringIO

import pytest

from tests.additions.conftest import Tree

TSV = '''"""The main table as tab-separated values."""

from petaplan.reporting.document import Document
from petaplan.reporting.flat import separated
from petaplan.reporting.registry import Output, Rendering


def _write(document: Document, _rendering: Rendering) -> str:
    return separated(document, "\\t")


TSV = Output(
    name="tsv",
    help="tab-separated values of the main table",
    media_type="text/tab-separated-values",
    suffix=".tsv",
    write=_write,
    whole=True,
)
'''

FAILURES_CSV = '''"""CSV of the findings that fail a plan."""

import csv
from io import StringIO
from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult


def _write(result: "GateResult", _rendering: Rendering) -> str:
    page = StringIO()
    writer = csv.writer(page)
    writer.writerow(("rule", "subject", "demand", "capacity", "unit"))
    for finding in result.judgement.reasons:
        writer.writerow((finding.rule, finding.subject, finding.demand, finding.capacity, finding.unit))
    return page.getvalue()


FAILURES_CSV = Output(
    name="failures-csv",
    renders="gate",
    help="CSV of the findings that fail",
    media_type="text/csv",
    suffix=".csv",
    write=_write,
)
'''


def test_an_output_of_any_table_is_offered_listed_and_written(tree: Tree) -> None:
    tree.add("reporting/outputs/tsv.py", TSV)
    tree.generate()

    assert "tsv: tab-separated values of the main table" in " ".join(tree.run("petaplan", "check", "--help").split())
    page = tree.read("docs/reference/formats.md")
    (row,) = [line for line in page.splitlines() if line.startswith("| `tsv` |")]
    for command in ("check", "failover", "fabric", "waterfall", "diff", "rules", "catalog", "explain", "gate"):
        assert f"`petaplan {command}`" in row

    head, first, *rest = tree.run("petaplan", "failover", "infra.hong_kong:hub", "--format", "tsv").splitlines()
    assert head.split("\t")[:4] == ["phase", "day", "loss", "losses"]
    assert first.split("\t")[:4] == ["phase-1", "2026-12-28", "nothing lost", "1"]
    assert len(rest) > 20
    tree.run("petaplan", "check", "infra.hong_kong:short", "--format", "tsv", "-o", "findings.tsv", code=1)
    assert tree.read("findings.tsv").startswith("verdict\trule\tsubject\t")


@pytest.mark.variant
def test_an_output_of_the_gate_becomes_an_option_of_the_gate_alone(tree: Tree) -> None:
    tree.add("capacity/report/outputs/failures_csv.py", FAILURES_CSV)
    tree.generate()

    assert "--failures-csv" in tree.run("petaplan", "gate", "--help")
    assert "failures-csv" not in tree.run("petaplan", "check", "--help")
    assert "| `failures-csv` | CSV of the findings that fail |" in tree.read("docs/reference/formats.md")
    written = tree.run("petaplan", "gate", "infra.hong_kong:short", "--failures-csv", "-", code=1)
    (row,) = csv.DictReader(StringIO(written))
    assert (row["rule"], row["subject"], row["unit"]) == ("PF-001", "end-2028", "PFLOP/s")
    assert float(row["demand"]) > float(row["capacity"]) > 0
