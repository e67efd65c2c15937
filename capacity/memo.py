"""Results that are worked out once for an object, typed, and dropped with the object.

>>> class Site(MemoOwner):
...     pass
>>> @memoized
... def surveyed(site: Site) -> list[str]:
...     return ["survey"]
>>> site = Site()
>>> surveyed(site) is surveyed(site), surveyed(site) is surveyed(Site())
(True, False)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple, Unpack

from petaplan.capacity.noun import Noun


@dataclass(frozen=True, eq=False)
class MemoOwner:
    """An object for which memoized functions keep their results; they are freed when it is."""

    _results: dict[object, Any] = field(default_factory=dict, init=False, repr=False)


Owner = TypeVar("Owner", bound=MemoOwner)
Keys = TypeVarTuple("Keys")
Result = TypeVar("Result")


def memoized(function: Callable[[Owner], Result]) -> Callable[[Owner], Result]:
    """The function, worked out once for each owner.

    Two threads may both work a result out; both are given the one that was kept.
    """

    @wraps(function)
    def kept(owner: Owner) -> Result:
        results = owner._results  # noqa: SLF001 - the owner keeps them for this module
        if function not in results:
            results.setdefault(function, function(owner))
        result: Result = results[function]
        return result

    return kept


def memoized_by_key(
    function: Callable[[Owner, Unpack[Keys]], Result],
) -> Callable[[Owner, Unpack[Keys]], Result]:
    """The function, worked out once for each owner and its further arguments.

    A noun counts as the same argument only if it is the same object: to compare two pods costs more than to look one
    up. The owner holds the arguments, so that no other object can take the identity of one that was dropped.
    Every other argument is compared by value.
    """

    @wraps(function)
    def kept(owner: Owner, *keys: *Keys) -> Result:
        results = owner._results  # noqa: SLF001 - the owner keeps them for this module
        identity = (function, *[id(key) if isinstance(key, Noun) else key for key in keys])
        if identity not in results:
            results.setdefault(identity, (keys, function(owner, *keys)))
        result: Result = results[identity][1]
        return result

    return kept
