"""What a number lacks: the figures that are missing, and those that it has and nobody verified."""

from collections.abc import Iterable, Sequence
from typing import Self

from petaplan.capacity.figures import Status
from petaplan.capacity.findings import Given, Input

UNVERIFIED = f"{Status.UNVERIFIED}:"
"""How the source of an input begins that is general knowledge, taken from no document."""


LENGTH = len(UNVERIFIED)


class Gaps(tuple[str, ...]):  # noqa: SLOT001 - a subclass of tuple can have no slots
    """Names of missing figures, a tuple like any other; beside them the names of unverified ones.

    >>> gaps = Gaps((), ["node.power_kw"])
    >>> bool(gaps), unverified_of(gaps), unverified_of(("node.power_kw",))
    (False, ('node.power_kw',), ())
    """

    unverified: tuple[str, ...] = ()

    def __new__(cls, missing: Iterable[str] = (), unverified: Iterable[str] = ()) -> Self:
        made = super().__new__(cls, missing)
        if unverified:
            made.unverified = tuple(dict.fromkeys(unverified))
        return made


def unverified_of(missing: Iterable[str]) -> tuple[str, ...]:
    """The unverified figures beside the missing ones; none of a plain tuple."""
    return missing.unverified if missing.__class__ is Gaps else ()


def unverified_inputs(inputs: Sequence[Given]) -> tuple[str, ...]:
    """Names of the inputs that are general knowledge, taken from no document; none of those made later is."""
    for given in inputs:
        if given.__class__ is Input and given.source[:LENGTH] == UNVERIFIED:
            return tuple([one.name for one in inputs if one.__class__ is Input and one.source[:LENGTH] == UNVERIFIED])
    return ()


def joined(several: Iterable[Iterable[str]]) -> Gaps:
    """What several numbers lack, each name once."""
    gaps = list(several)
    if len(gaps) == 1 and isinstance(gaps[0], Gaps):
        return gaps[0]
    gaps = [one if isinstance(one, tuple) else tuple(one) for one in gaps]
    missing = dict.fromkeys(name for one in gaps for name in one)
    return Gaps(missing, (name for one in gaps for name in unverified_of(one)))
