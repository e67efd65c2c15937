"""Results that are computed once for an object, typed, and freed with the object.

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


@dataclass(frozen=True, eq=False)
class MemoOwner:
    """An object for which memoized functions keep their results; they are freed when it is."""

    _results: dict[object, Any] = field(default_factory=dict, init=False, repr=False)


_NEW = object()

Owner = TypeVar("Owner", bound=MemoOwner)
Key = TypeVar("Key")
Keys = TypeVarTuple("Keys")
Result = TypeVar("Result")


def memoized(function: Callable[[Owner], Result]) -> Callable[[Owner], Result]:
    """The function, computed once for each owner.

    Two threads may both compute a result. Both get the one that was kept.
    """

    @wraps(function)
    def kept(owner: Owner) -> Result:
        results: dict[object, Result] = owner._results  # noqa: SLF001 - the owner keeps them for this module
        try:
            return results[function]
        except KeyError:
            pass
        return results.setdefault(function, function(owner))

    return kept


def memoized_by_object(function: Callable[[Owner, Key], Result]) -> Callable[[Owner, Key], Result]:
    """The function of an owner and an object, computed once for both; two equal objects are two.

    To compare two pods takes longer than to look one up. The owner holds the object, so that no other can take the
    identity of one that was dropped.
    """

    @wraps(function)
    def kept(owner: Owner, key: Key) -> Result:
        found: dict[object, dict[int, tuple[Key, Result]]] = owner._results  # noqa: SLF001 - it keeps them for this module
        try:
            return found[function][id(key)][1]
        except KeyError:
            pass
        results = found.setdefault(function, {})
        return results.setdefault(id(key), (key, function(owner, key)))[1]

    return kept


def memoized_by_object_and_values(
    function: Callable[[Owner, Key, Unpack[Keys]], Result],
) -> Callable[[Owner, Key, Unpack[Keys]], Result]:
    """The same with further arguments, each compared by value."""

    @wraps(function)
    def kept(owner: Owner, key: Key, *keys: *Keys) -> Result:
        results, identity = owner._results, (function, id(key), keys)  # noqa: SLF001 - the owner keeps them for this module
        if (held := results.get(identity)) is None:
            held = results.setdefault(identity, (key, function(owner, key, *keys)))
        result: Result = held[1]
        return result

    return kept


def memoized_by_value(
    function: Callable[[Owner, Unpack[Keys]], Result],
) -> Callable[[Owner, Unpack[Keys]], Result]:
    """The function of an owner and further arguments, computed once for each owner and equal arguments."""

    @wraps(function)
    def kept(owner: Owner, *keys: *Keys) -> Result:
        results, identity = owner._results, (function, keys)  # noqa: SLF001 - the owner keeps them for this module
        if (result := results.get(identity, _NEW)) is _NEW:
            result = results.setdefault(identity, function(owner, *keys))
        found: Result = result
        return found

    return kept
