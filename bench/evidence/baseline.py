"""A record held against an earlier one: where a rate fell below it, beyond both intervals."""

from dataclasses import dataclass, replace

from petaplan.bench.errors import Exit, UnlikeError
from petaplan.bench.evidence.compare import compare
from petaplan.bench.evidence.record import Row, RunRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class AgainstBaseline:
    """What became of the figures of a baseline."""

    exit_code: Exit
    lines: tuple[str, ...]
    """A line for each figure of the baseline, the worst first."""


def against_baseline(baseline: RunRecord, record: RunRecord) -> AgainstBaseline:
    """Each figure of the baseline beside that of the record.

    A rate fell where its interval lies below that of the baseline: exit code 1. A figure that the record lacks, or that
    was measured under other conditions, holds nothing: exit code 4.
    """
    fell: list[str] = []
    held: list[str] = []
    unheld: list[str] = []
    for row in baseline.rows:
        if row.sustained is None:
            continue
        name = _name(row)
        if not any(one.sustained for one in record.rows if _name(one) == name):
            unheld.append(f"{name}: the baseline has a figure, and this run has none")
            continue
        try:
            (found,) = compare(_alone(baseline, row.device, name), _alone(record, row.device, name))
        except UnlikeError as error:
            unheld.extend(str(error).splitlines())
            continue
        told = f"{name}: {found.ratio:.4f} of the baseline, {found.verdict}"
        (fell if found.is_different and found.ratio < 1.0 else held).append(told)
    if not fell and not held and not unheld:
        unheld.append("the baseline has no figure; give the file of a run that measured something")
    code = Exit.FOUND if fell else Exit.NOT_MEASURED if unheld else Exit.OK
    return AgainstBaseline(exit_code=code, lines=(*fell, *unheld, *held))


def _name(row: Row) -> str:
    return f"{row.device} {row.precision} {row.data}"


def _alone(record: RunRecord, device: str, name: str) -> RunRecord:
    """The record with that figure alone."""
    rows = tuple(row for row in record.rows if _name(row) == name)
    return replace(record, rows=rows, devices=tuple(each for each in record.devices if each.key == device))
