"""Rates of a grid of products: a row for each point."""

from dataclasses import dataclass

from petaplan.bench.method.grid import PointRate
from petaplan.bench.report.cells import UNKNOWN, WIDTH, figure, lines
from petaplan.reporting.cells import BLANK, Number, Text
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import Rendering, ReportKind

COLUMNS = (
    Column(key="device", title="device"),
    Column(key="precision", title="precision"),
    Column(key="m", title="m", right=True),
    Column(key="n", title="n", right=True),
    Column(key="k", title="k", right=True),
    Column(key="layout", title="layout"),
    Column(key="batch", title="batch", right=True),
    Column(key="pad", title="pad", right=True),
    Column(key="rate", title="rate", right=True, matters=True),
    Column(key="low", title="low", right=True),
    Column(key="high", title="high", right=True),
    Column(key="unit", title="unit", data_only=True),
    Column(key="clock_mhz", title="MHz", right=True),
    Column(key="calls", title="calls", right=True, data_only=True),
    Column(key="verified", title="verified"),
    Column(key="reason", title="remark", wraps=True, if_any=True),
)
REMARK = "short trials: they show how the rate depends on the shape, and calibrate nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The points of one device."""

    device: str
    points: tuple[PointRate, ...]


def grid_document(grid: Grid, _rendering: Rendering) -> Document:
    """A row for each point."""
    table = Table(key="grid", columns=COLUMNS, rows=[_row(grid.device, each) for each in grid.points], keys=8)
    section = Section(key="grid", blocks=(table, Lines(cells=lines([REMARK]))))
    return Document(key="grid", name="", sections=(section,), pipe_width=WIDTH)


GRID: ReportKind[Grid] = ReportKind(
    key="grid", title="rates of a grid of products", command="petaplan-bench grid", view=grid_document
)


def _row(device: str, each: PointRate) -> Row:
    point, unit = each.point, each.point.precision.unit
    return Row(
        cells={
            "device": Text(device),
            "precision": Text(point.precision),
            "m": Number(value=point.shape.m),
            "n": Number(value=point.shape.n),
            "k": Number(value=point.shape.k),
            "layout": Text(point.layout),
            "batch": Number(value=point.batch),
            "pad": Number(value=point.pad),
            "rate": figure(each.tera_per_second, unit) if each.tera_per_second else UNKNOWN,
            "low": figure(each.low) if each.low else UNKNOWN,
            "high": figure(each.high) if each.high else UNKNOWN,
            "unit": Text(unit),
            "clock_mhz": Number(value=each.clock_mhz, decimals=0) if each.clock_mhz else UNKNOWN,
            "calls": Number(value=each.calls),
            "verified": Text(("yes" if each.one_in == 1 else f"1 in {each.one_in}") if each.verified else "no"),
            "reason": Text(each.reason) if each.reason else BLANK,
        }
    )
