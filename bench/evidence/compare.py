"""Compare two records, where they measured the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.bench.errors import UnlikeError
from petaplan.bench.evidence.record import FOREIGN_LOAD, Row, RunRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One measurement in two records."""

    device: str
    precision: str
    before: Row
    after: Row
    ratio: float
    """Second median divided by the first."""
    kernel_ratio: float | None
    """The same ratio of the kernel efficiencies, which do not depend on the clock."""
    stolen_ratio: float | None
    """The same ratio of the shares of its cores that a CPU's process had."""
    crowded: tuple[str, ...]
    """Which of the records were measured beside other processes."""
    is_different: bool
    """Whether the intervals do not overlap."""

    @property
    def verdict(self) -> str:
        """The result in words, with the cause where the record shows one."""
        if not self.is_different:
            return "no difference beyond the intervals"
        faster = "faster" if self.ratio > 1.0 else "slower"
        if self.crowded:
            return f"{faster}; {' and '.join(self.crowded)} was measured beside others: no cause can be told"
        if self.kernel_ratio is None:
            return faster
        stolen = self.stolen_ratio or 1.0
        if abs(stolen - 1.0) > 0.5 * abs(self.ratio - 1.0):
            return f"{faster}, by the time that others took"
        near = abs(self.kernel_ratio - 1.0) < 0.25 * abs(self.ratio - 1.0)
        return f"{faster}, by its clock" if near else f"{faster}, by its kernel"


def compare(before: RunRecord, after: RunRecord) -> tuple[Comparison, ...]:
    """Each row of both records, or an UnlikeError that names every field that differs."""
    rows_before, rows_after = _figures(before), _figures(after)
    shared = [key for key in rows_before if key in rows_after]
    if not shared:
        raise UnlikeError(
            f"the two records share no verified row: the first has {_listed(rows_before)}, "
            f"the second {_listed(rows_after)}; measure the same devices and precisions"
        )
    problems = [line for key in shared for line in _differences(key, rows_before[key], rows_after[key])]
    if problems:
        raise UnlikeError("\n".join(problems))
    return tuple(_compared(key, rows_before[key], rows_after[key]) for key in shared)


def unshared(before: RunRecord, after: RunRecord) -> tuple[str, ...]:
    """A line for each figure that only one of the records has."""
    rows_before, rows_after = _figures(before), _figures(after)
    only_first = [key for key in rows_before if key not in rows_after]
    only_second = [key for key in rows_after if key not in rows_before]
    return (
        *(f"only the first has {' '.join(key)}" for key in only_first),
        *(f"only the second has {' '.join(key)}" for key in only_second),
    )


def _figures(evidence: RunRecord) -> dict[tuple[str, str, str], Row]:
    return {(row.device, str(row.precision), row.data): row for row in evidence.rows if row.sustained}


def _listed(rows: dict[tuple[str, str, str], Row]) -> str:
    return ", ".join(" ".join(key) for key in rows) or "none"


def _differences(key: tuple[str, str, str], before: Row, after: Row) -> Iterator[str]:
    for name in sorted(before.must_agree.keys() | after.must_agree.keys()):
        first, second = before.must_agree.get(name, "absent"), after.must_agree.get(name, "absent")
        if first != second:
            yield f"{key[0]} {key[1]}: {name} differs: {first!r} and {second!r}; these figures do not compare"
    for name, row in (("first", before), ("second", after)):
        if row.partial:
            yield f"{key[0]} {key[1]}: the {name} record is partial; measure it again"


def _compared(key: tuple[str, str, str], before: Row, after: Row) -> Comparison:
    first, second = before.sustained, after.sustained
    if first is None or second is None:
        raise UnlikeError(f"{key[0]} {key[1]}: no figure")
    return Comparison(
        device=key[0],
        precision=key[1],
        before=before,
        after=after,
        ratio=second.median / first.median,
        kernel_ratio=_factor_ratio("kernel", before, after),
        stolen_ratio=_factor_ratio("stolen", before, after),
        crowded=tuple(
            name
            for name, row in (("the first", before), ("the second", after))
            if (row.telemetry.foreign_load_fraction or 0.0) > FOREIGN_LOAD
        ),
        is_different=second.low > first.high or second.high < first.low,
    )


def _factor_ratio(name: str, before: Row, after: Row) -> float | None:
    first, second = (next((f.value for f in row.waterfall if f.name == name), None) for row in (before, after))
    return second / first if first and second else None
