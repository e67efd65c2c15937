"""Products that are based on others: the fields that a row leaves out are those of the product that it names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import takewhile

from petaplan.capacity.document.marked import Marked, Path_, Value
from petaplan.capacity.document.plan import members
from petaplan.capacity.document.strict import Suggestions
from petaplan.capacity.facts.figure_paths import MAIN
from petaplan.capacity.facts.table import Lost
from petaplan.capacity.figures import Figure, Status, worst_of
from petaplan.capacity.hardware import Product
from petaplan.capacity.names import with_article

BASED_ON = "based_on"
"""The field that names the other product."""

OWN = frozenset(("model", "name", "aliases", "released", "note", "price_usd", BASED_ON))
"""Fields that are never taken over: they are true of one product alone."""

_KEYS = ("precision", "sparsity", "engine")
_USUAL = {"sparsity": "dense", "engine": "matrix"}

AS = "As "
"""Beginning of the note of a figure that is taken over, before the model that it is taken from."""

LONGEST_RING = 6
"""Products of a ring that a message names."""
OF_ITSELF = 2
"""Names in the ring of a product that is based on itself."""

Rows = dict[str, Value]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a file that has a model."""

    marked: Marked
    path: Path_
    kind: type[Product]
    fields: Rows


class Inheritance:
    """The rows of one layer, and the products of the layers below it."""

    def __init__(self, products: Mapping[str, Product], lost: Lost) -> None:
        self.products = products
        self.lost = lost
        self.rows: dict[str, _Row] = {}
        self.again: list[tuple[str, _Row]] = []
        """Rows of a model that another row has: a problem where the products are put together."""
        self.done: dict[str, Rows | None] = {}
        """All fields of each row that was filled; None where something is wrong."""
        self.suggest = Suggestions()

    def add(self, kind: type[Product], marked: Marked) -> None:
        """Note the rows of a table; the first of a model counts."""
        for index, row in enumerate(marked.value if isinstance(marked.value, list) else ()):
            if isinstance(row, dict) and isinstance(model := row.get("model"), str):
                found = _Row(marked, (index,), kind, row)
                if self.rows.setdefault(model, found) is not found:
                    self.again.append((model, found))

    def fill(self) -> None:
        """Give each row that names a base the fields that it leaves out; what is wrong is noted at its line."""
        for model, row in self.rows.items():
            if BASED_ON in row.fields:
                _put(row, self._whole(model))
        for model, row in self.again:
            base = row.fields.get(BASED_ON)
            if isinstance(base, str) and base != model:
                found = self._of_base(row, base)
                _put(row, None if found is None else merged(row.fields, found, base, row.kind))

    def _whole(self, model: str) -> Rows | None:
        """All fields of a row of this layer; None where something is wrong with it, or with a row that it rests on."""
        chain = self._chain(model)
        whole = self.done.get(chain[-1])
        for one in reversed(chain):
            row = self.rows[one]
            base = row.fields.get(BASED_ON)
            if one not in self.done:
                if not isinstance(base, str):
                    self.done[one] = row.fields  # the reader says what is wrong with it
                else:
                    found = whole if base in self.rows else self._product(row, base)
                    self.done[one] = None if found is None else merged(row.fields, found, base, row.kind)
            whole = self.done[one]
        return whole

    def _chain(self, model: str) -> list[str]:
        """Rows of this layer from one to that which none of them is under; where it ends wrongly, that is noted."""
        chain, seen = [model], {model: 0}
        while chain[-1] not in self.done:
            row = self.rows[chain[-1]]
            base = row.fields.get(BASED_ON)
            own = self.rows.get(base) if isinstance(base, str) else None
            if own is None or not isinstance(base, str):
                break
            if own.kind is not row.kind:
                self._refuse(row, f"{base!r}, {with_article(own.kind.__name__)}", _one_of(row.kind))
                self.done[chain[-1]] = None
            elif base in seen:
                self._refuse_ring(row, [*chain[seen[base] :], base])
                self.done |= dict.fromkeys(chain[seen[base] :])
            else:
                seen[base] = len(chain)
                chain.append(base)
        return chain

    def _of_base(self, row: _Row, base: str) -> Rows | None:
        """The fields of the product that a second row of a model is based on."""
        if (own := self.rows.get(base)) is None:
            return self._product(row, base)
        if own.kind is row.kind:
            return self._whole(base)
        self._refuse(row, f"{base!r}, {with_article(own.kind.__name__)}", _one_of(row.kind))
        return None

    def _product(self, row: _Row, base: str) -> Rows | None:
        """The fields of a product of the layers below."""
        product = self.products.get(base)
        if isinstance(product, row.kind):
            return members(product)
        if product is None and self.lost.has(base, row.kind):
            return None
        known = [m for m, other in self.rows.items() if other.kind is row.kind and m != row.fields.get("model")]
        known += [m for m, other in self.products.items() if isinstance(other, row.kind)]
        found = repr(base) if product is None else f"{base!r}, {with_article(type(product).__name__)}"
        self._refuse(row, found, _one_of(row.kind), self.suggest(base, known) or "see `petaplan catalog`")
        return None

    def _refuse_ring(self, row: _Row, ring: list[str]) -> None:
        told = ring if len(ring) <= LONGEST_RING else [*ring[: LONGEST_RING - 1], f"… {len(ring) - 1:,} products"]
        advice = "use `overrides:` to change a figure of a product" if len(ring) <= OF_ITSELF else "remove one of them"
        self._refuse(row, f"a ring: {' → '.join(told)}", "a product that is not based on this one", advice)

    def _refuse(self, row: _Row, found: str, expected: str, advice: str = "") -> None:
        path = (*row.path, BASED_ON)
        row.marked.refuse(row.marked.lines.get(path, 1), found, expected, advice, path)


def _put(row: _Row, whole: Rows | None) -> None:
    """All fields of a row in its place; without them, it is not judged."""
    if whole is None:
        row.marked.refused.append(row.path)
    elif isinstance(row.marked.value, list):
        row.marked.value[int(row.path[0])] = whole


def _one_of(kind: type[Product]) -> str:
    return f"{with_article(kind.__name__)} of the catalogue"


def merged(own: Rows, base: Rows, model: str, kind: type[Product]) -> Rows:
    """The fields of a row over those of its base. Lists of rates are merged rate by rate, its own first.

    A row keeps the numbers of its own rates, so that problems have their lines.
    """
    whole: Rows = {}
    for field in (f.name for f in fields(kind) if f.init):
        if field in own:
            whole[field] = own[field]
            if field in MAIN and isinstance(mine := own[field], list) and isinstance(theirs := base.get(field), list):
                whole[field] = [*mine, *(taken_over(row, model) for row in _others(theirs, mine))]
        elif field in base and field not in OWN:
            whole[field] = taken_over(base[field], model)
    return whole | {field: value for field, value in own.items() if field not in whole}


def _others(rows: Iterable[Value], than: Iterable[Value]) -> list[Value]:
    """The rates that a list does not have."""
    names = [_rate(row) for row in than]
    return [row for row in rows if _rate(row) not in names]


def _rate(row: Value) -> tuple[Value, ...]:
    return tuple(row.get(key, _USUAL.get(key)) for key in _KEYS) if isinstance(row, dict) else ()


def taken_over(value: Value, model: str) -> Value:
    """A value of another product: figures in it are derived at best, and say of which product they are."""
    if isinstance(value, list):
        return [taken_over(item, model) for item in value]
    if not isinstance(value, dict):
        return value
    if {"value", "unit", "source", "as_of", "status"} <= value.keys():
        known = [status for status in Status if status == value["status"]]
        lowered = str(worst_of(Status.DERIVED, *known))
        return {**value, "status": lowered, "note": _note(value.get("note"), model)}
    return {key: taken_over(item, model) for key, item in value.items()}


def taken_from(figure: Figure, base: str | None) -> tuple[str, ...]:
    """The products that a figure was taken over from, nearest first; none where it is the product's own.

    >>> from datetime import date
    >>> own = Figure(value=1.0, unit="kW", source="s", as_of=date(2026, 1, 1), status=Status.DERIVED, note="As b. As c")
    >>> taken_from(own, "b"), taken_from(own, "x")
    (('b', 'c'), ())
    """
    names = takewhile(lambda part: part.startswith(AS), (figure.note or "").split(". "))
    models = tuple(name.removeprefix(AS) for name in names)
    return models if base is not None and models[:1] == (base,) else ()


def _note(note: Value, model: str) -> str:
    words = f"{AS}{model}"
    return f"{words}. {note}" if isinstance(note, str) and len(note) < LONGEST_NOTE and note != words else words


LONGEST_NOTE = 300
"""Characters of the longest note that is taken over."""
