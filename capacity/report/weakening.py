"""What a change weakens, as sections of a report: above all else, never collapsed, of a bounded length."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from petaplan.capacity.report.findings import source_cell
from petaplan.capacity.report.words import title_of_rule
from petaplan.capacity.verdict.weakening.judges import Effect, JudgeChange, by_table
from petaplan.capacity.verdict.weakening.lost import LostChecks, by_kind
from petaplan.capacity.verdict.weakening.result import Weakening
from petaplan.reporting.cells import Cell, Code, Number, Phrase, Several, Status, Text, Tone, text
from petaplan.reporting.document import Block, Column, Inline, Layout, Lines, Row, Section, Table
from petaplan.reporting.lookalikes import twins

MOST_JUDGES = 60
"""Judges that are shown one by one; the rest are counted by kind."""
MOST_LOST = 40
MOST_NAMES = 12
"""Names of a table of objects that went; the rest are counted."""
MOST_TABLES = 30

EFFECTS = {
    Effect.WEAKER: Status(key="weaker", badge="⚠ weaker", tone=Tone.BAD),
    Effect.CHANGED: Status(key="changed", badge="❔ changed", tone=Tone.WARNING),
    Effect.STRONGER: Status(key="stronger", badge="stronger", tone=Tone.GOOD),
    Effect.WORDS: Status(key="words", label="words only", badge="words only", tone=Tone.QUIET),
}

JUDGE_COLUMNS = (
    Column(key="effect", title="it is"),
    Column(key="judge", title="judge", inline=Inline(before=" ")),
    Column(key="subject", title="of", wraps=True),
    Column(key="before", title="before", wraps=True, inline=Inline(before=": ")),
    Column(key="after", title="after", wraps=True, inline=Inline(before=" → ")),
    Column(key="weaker_side", title="weaker side", inline=Inline(before=" (weaker side: ", after=")")),
    Column(
        key="declared_at", title="declared at", inline=Inline(before="declared at ", own_line=True, tone=Tone.QUIET)
    ),
)
LOST_COLUMNS = (
    Column(key="rule", title="rule"),
    Column(key="asks", title="asks", wraps=True),
    Column(key="how", title="is", inline=Inline(before=": ")),
    Column(key="checks", title="checks", right=True, inline=Inline(before=", checks: ")),
    Column(key="before", title="held before", right=True, inline=Inline(before=" (held before: ")),
    Column(key="after", title="hold now", right=True, inline=Inline(before=", hold now: ", after=")")),
    Column(key="first", title="the first", wraps=True, inline=Inline(before="", own_line=True)),
)


def weakening_sections(weakening: Weakening, judged: str) -> Iterator[Section]:
    """What could not be compared, what judges changed, which checks were lost, and what went."""
    if weakening.not_compared:
        yield _not_compared(weakening, judged)
    if weakening.compared or weakening.judges:
        yield _judges(weakening)
    if weakening.lost:
        yield _lost(weakening)
    if weakening.removed:
        yield _removed(weakening)
    if weakening.renamed:
        yield _renamed(weakening)


def _not_compared(weakening: Weakening, judged: str) -> Section:
    cells: dict[str, Cell] = {"base": Text(weakening.base), "judged": Text(judged)}
    reasons = tuple(Text(reason) for reason in weakening.not_compared)
    if weakening.compared:
        lines, words = reasons, "Not everything could be compared with {base}"
    else:
        told = "The change alone is judged: nobody can say from this report what it weakens."
        lines, words = (Text(told), *reasons), "⚠ Not compared: {judged} has no base in {base}"
    title = Phrase(words, cells, Tone.STRONG)
    return Section(key="not-compared", title=title, blocks=(Lines(cells=lines, bullets=True, indent=2),))


def _judges(weakening: Weakening) -> Section:
    base = {"base": Text(weakening.base)}
    if not weakening.judges:
        words = "Against {base} no target, claim, limit, assumption, waiver, price, date or rule changes."
        lines = [Phrase(words, base)]
        if weakening.removed:
            count = {"count": Number(value=len(weakening.removed))}
            lines.append(Phrase("Objects taken away: {count}. They stand below.", count, Tone.STRONG))
        return Section(
            key="judges", title=Text("What judges changed: nothing"), blocks=(Lines(cells=tuple(lines), indent=2),)
        )
    weaker = sum(change.effect is Effect.WEAKER for change in weakening.judges)
    cells: dict[str, Cell] = {
        **base,
        "count": Number(value=len(weakening.judges)),
        "weaker": Number(value=weaker),
    }
    words = "What judges changed against {base}: {count}" + (", {weaker} of them weaker" if weaker else "")
    shown = weakening.judges[:MOST_JUDGES]
    rows = [_judge_row(change, f"/weakening/judges/{at}") for at, change in enumerate(shown)]
    table = Table(key="judges", columns=JUDGE_COLUMNS, rows=rows, layout=Layout.LINES, noun="judges")
    return Section(
        key="judges", title=Phrase(words, cells, Tone.STRONG), blocks=(table, *_rest(weakening.judges[MOST_JUDGES:]))
    )


def _judge_row(change: JudgeChange, pointer: str) -> Row:
    before, after = change.sides
    return Row(
        cells={
            "effect": EFFECTS[change.effect],
            "judge": Text(str(change.judge)),
            "subject": Text(change.name),
            "before": Text(before),
            "after": Text(after),
            "weaker_side": Text(change.weaker_side),
            "declared_at": source_cell(change.place),
        },
        pointer=pointer,
    )


def _rest(left_out: Sequence[JudgeChange]) -> Iterator[Block]:
    if left_out:
        counts = Counter(f"{one.effect} {one.judge}" for one in left_out)
        told = Several(tuple(Text(f"{count:,} {kind}") for kind, count in sorted(counts.items())))
        yield Lines(cells=(Phrase("… and further judges: {told}", {"told": told}),), indent=2)


def _lost(weakening: Weakening) -> Section:
    kinds = Several(tuple(Text(f"{count:,} {how}") for how, count in by_kind(weakening.lost)))
    count = Number(value=sum(one.count for one in weakening.lost))
    title = Phrase(
        "Checks that held and no longer do: {count} ({kinds})", {"count": count, "kinds": kinds}, Tone.STRONG
    )
    shown = weakening.lost[:MOST_LOST]
    rows = [_lost_row(one, f"/weakening/lost/{at}") for at, one in enumerate(shown)]
    table = Table(key="lost", columns=LOST_COLUMNS, rows=rows, layout=Layout.LINES, noun="kinds of check")
    left_out = weakening.lost[MOST_LOST:]
    more: tuple[Block, ...] = ()
    if left_out:
        told = {"rules": Number(value=len(left_out)), "count": Number(value=sum(one.count for one in left_out))}
        more = (Lines(cells=(Phrase("… and {count} checks of {rules} further rules", told),), indent=2),)
    return Section(key="lost", title=title, blocks=(table, *more))


def _lost_row(one: LostChecks, pointer: str) -> Row:
    more = f" and {one.count - len(one.subjects):,} more" if one.count > len(one.subjects) else ""
    return Row(
        cells={
            "rule": Code(one.rule),
            "asks": text(title_of_rule(one.rule)),
            "how": Text(str(one.how)),
            "checks": Number(value=one.count),
            "before": Number(value=one.held_before),
            "after": Number(value=one.held_after),
            "first": Text(", ".join(one.subjects) + more),
        },
        pointer=pointer,
    )


def _removed(weakening: Weakening) -> Section:
    title = Phrase("Taken away: {count}", {"count": Number(value=len(weakening.removed))}, Tone.STRONG)
    return Section(key="removed", title=title, blocks=(_by_table(by_table(weakening.removed)),))


def _renamed(weakening: Weakening) -> Section:
    """Both names of each renamed object; the rows above call it by the later one."""
    tables: dict[str, list[str]] = {}
    for one in weakening.renamed:
        alike = " (they look alike)" if twins((one.before, one.after)) else ""
        tables.setdefault(one.table, []).append(f"{one.before} → {one.after}{alike}")
    title = Phrase("Renamed: {count}", {"count": Number(value=len(weakening.renamed))}, Tone.STRONG)
    return Section(key="renamed", title=title, blocks=(_by_table(tables),))


def _by_table(tables: Mapping[str, Sequence[str]]) -> Lines:
    """A line for each table, with the first names of it."""
    cells: list[Cell] = [
        Phrase("{table}: {names}", {"table": Text(table), "names": Text(_names(names))})
        for table, names in list(tables.items())[:MOST_TABLES]
    ]
    if len(tables) > MOST_TABLES:
        cells.append(Phrase("… and {count} further lists", {"count": Number(value=len(tables) - MOST_TABLES)}))
    return Lines(cells=tuple(cells), bullets=True, indent=2)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def weakening_values(weakening: Weakening) -> dict[str, object]:
    """All of it as plain values."""
    return {
        "base": weakening.base,
        "compared": weakening.compared,
        "not_compared": list(weakening.not_compared),
        "judges": [
            {
                "judge": change.judge,
                "subject": change.subject,
                "field": change.field,
                "before": change.before,
                "after": change.after,
                "unit": change.unit,
                "effect": change.effect,
                "weaker_side": change.weaker_side,
                "declared_at": str(change.place) if change.place and change.place.is_line else None,
            }
            for change in weakening.judges
        ],
        "lost": _lost_values(weakening.lost),
        "removed": [{"table": one.table, "name": one.name} for one in weakening.removed],
        "renamed": [{"table": one.table, "before": one.before, "after": one.after} for one in weakening.renamed],
    }


def _lost_values(lost: Iterable[LostChecks]) -> list[dict[str, object]]:
    return [
        {
            "rule": one.rule,
            "how": one.how,
            "count": one.count,
            "held_before": one.held_before,
            "held_after": one.held_after,
            "subjects": list(one.subjects),
        }
        for one in lost
    ]
