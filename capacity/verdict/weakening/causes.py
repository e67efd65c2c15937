"""The changed object behind a new finding: the nearest one by the references of the plan."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named
from petaplan.capacity.references import references, referring
from petaplan.capacity.verdict.difference import Difference
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement
from petaplan.capacity.verdict.rules import ABOUT_REPORTS

COMMON = ("phases", "sites")
"""Tables that nearly every object names: they connect a finding with nothing in particular."""

ASKING = (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING)


def at_changes(judgement: Judgement, change: Difference, head: Hub) -> Judgement:
    """The judgement with each new finding at the object that changed, where its own subject did not."""
    rows = {row.name: (table, row) for table, table_rows in head.tables() for row in table_rows}
    changed = {one.name for one in change.objects if one.name in rows and (one.how != "renamed" or one.fields)}
    if not changed:
        return judgement
    new = {f"{one['rule']}:{one['subject']}:{one['phase']}" for one in change.appeared}
    nearest = _Nearest(rows, changed)
    findings = tuple(_at_change(one, judgement, new, nearest) for one in judgement.report.findings)
    return replace(judgement, report=replace(judgement.report, findings=findings))


class _Nearest:
    """The changed object that the fewest references lead to."""

    def __init__(self, rows: Mapping[str, tuple[str, Named]], changed: set[str]) -> None:
        self.rows = rows
        self._changed = changed
        self._known: dict[str, str | None] = {}
        self._around: dict[str, set[str]] = {}
        for name, (_, row) in rows.items():
            for other in _named_by(row):
                if other in rows:
                    self._around.setdefault(name, set()).add(other)
                    self._around.setdefault(other, set()).add(name)

    def to(self, name: str) -> str | None:
        """Its name; None where the object itself changed, or no reference leads to one that did."""
        if name not in self._known:
            self._known[name] = None if name in self._changed else self._search(name)
        return self._known[name]

    def _search(self, start: str) -> str | None:
        if start not in self.rows:
            return next(iter(self._changed)) if len(self._changed) == 1 else None
        seen, edge = {start}, [start]
        while edge:
            if found := sorted(self._changed.intersection(edge)):
                return found[0]
            edge = sorted({other for name in edge for other in self._around.get(name, ())} - seen)
            seen.update(edge)
        return next(iter(self._changed)) if len(self._changed) == 1 else None


def _named_by(row: Named) -> Iterator[str]:
    """The objects that a row names, but for phases and sites."""
    for noun in referring(row):
        for reference in references(noun.__class__):
            if not set(COMMON).intersection(reference.ref.tables):
                yield from reference.names(noun)


_ABOUT_REPORTS = frozenset(rule.id for rule in ABOUT_REPORTS)


def _at_change(finding: Finding, judgement: Judgement, new: set[str], nearest: _Nearest) -> Finding:
    if (
        finding.verdict not in ASKING
        or finding.identity not in new
        or finding.rule in _ABOUT_REPORTS
        or judgement.status(finding) is not FindingStatus.OPEN
    ):
        return finding
    name = nearest.to(finding.subject.partition("/")[0])
    if name is None:
        return finding
    table, row = nearest.rows[name]
    hint = f"{finding.hint}. " if finding.hint else ""
    return replace(finding, place=row.declared_at, hint=f"{hint}The change is in {table} {name}")
