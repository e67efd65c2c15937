"""The verdict over a fleet: cohorts of equal devices, then everything that needs attention."""

import json
from dataclasses import asdict

from petaplan.bench.fleet.merge import VERDICT_HEAD, Cohort, FleetVerdict, Outlier
from petaplan.bench.report.cells import UNKNOWN, WIDTH, figure, lines
from petaplan.reporting.cells import Number, Share, Text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="model", title="model", wraps=True),
    Column(key="precision", title="precision"),
    Column(key="devices", title="devices", right=True),
    Column(key="lowest", title="lowest", right=True),
    Column(key="p05", title="p05", right=True),
    Column(key="median", title="median", right=True),
    Column(key="p95", title="p95", right=True),
    Column(key="mean", title="mean", right=True),
    Column(key="half_width", title="± 95 %", right=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="slowest_of_512", title="slowest of 512", right=True),
    Column(key="software", title="software", wraps=True),
)


def verdict_document(found: FleetVerdict, _rendering: Rendering) -> Document:
    """A row for each cohort between the counts and the remarks."""
    counts = f"{found.files} files, {found.hosts} hosts, {len(found.missing_hosts)} missing"
    table = Table(key="cohorts", columns=COLUMNS, rows=[_row(cohort) for cohort in found.cohorts], keys=2)
    section = Section(key="verdict", blocks=(Lines(cells=lines([counts])), table, Lines(cells=lines(_remarks(found)))))
    return Document(key="verdict", name="", sections=(section,), pipe_width=WIDTH)


VERDICT: ReportKind[FleetVerdict] = ReportKind(
    key="verdict",
    title="verdict over a fleet",
    command="petaplan-bench merge",
    outputs="petaplan.bench.fleet.outputs",
    view=verdict_document,
)


def verdict_json(found: FleetVerdict) -> str:
    """The verdict with every member."""
    text = json.dumps({"format": "petaplan-bench-verdict", "version": 1} | asdict(found), indent=1) + "\n"
    assert text.encode().startswith(VERDICT_HEAD)
    return text


def _row(cohort: Cohort) -> Row:
    return Row(
        cells={
            "model": Text(cohort.model),
            "precision": Text(cohort.precision),
            "devices": Number(value=cohort.devices),
            "lowest": figure(cohort.lowest),
            "p05": figure(cohort.p05) if cohort.p05 is not None else UNKNOWN,
            "median": figure(cohort.median),
            "p95": figure(cohort.p95) if cohort.p95 is not None else UNKNOWN,
            "mean": figure(cohort.mean, cohort.unit),
            "half_width": Share(value=cohort.half_width / cohort.mean, decimals=1),
            "unit": Text(cohort.unit),
            "slowest_of_512": figure(cohort.expected_slowest[512]),
            "software": Text(cohort.software),
        }
    )


def _remarks(found: FleetVerdict) -> list[str]:
    remarks = [f"missing: {host}" for host in found.missing_hosts]
    remarks += [f"unexpected: {host}: measured, but not in the list of hosts" for host in found.unexpected_hosts]
    remarks += [f"unsound: {problem}" for problem in found.unsound]
    remarks += [f"again: {text}" for text in found.repeated]
    remarks += [f"one device, two hosts: {text}" for text in found.shared_devices]
    remarks += [f"gap: {text}" for text in found.gaps]
    remarks += [_outlier_line(outlier) for outlier in found.outliers]
    remarks += [f"left out of the figures: {count} rows: {reason}" for reason, count in found.left_out.items()]
    remarks += [f"{cohort.model} {cohort.precision}: {cohort.note}" for cohort in found.cohorts if cohort.note]
    return remarks


def _outlier_line(outlier: Outlier) -> str:
    z = f", z {outlier.z:.1f}" if outlier.z is not None else ""
    speed = f" {outlier.gap:.1%} below the median{z}:" if outlier.gap else ""
    return f"outlier: {outlier.host} {outlier.device} {outlier.precision}:{speed} {outlier.cause}"
