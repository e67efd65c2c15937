"""Arguments of building blocks under the names that they had in the version before."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from petaplan.capacity.errors import PlanError
from petaplan.capacity.renames import both_given, notice

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""

P = ParamSpec("P")
Made = TypeVar("Made")


def takes_old_arguments(**renamed: str) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """Let a function take arguments under their old names as well, each with one notice.

    >>> @takes_old_arguments(cabinets="racks")
    ... def doubled(*, racks: int) -> int:
    ...     return 2 * racks
    >>> doubled(racks=2)
    4
    """

    def decorated(function: Callable[P, Made]) -> Callable[P, Made]:
        @wraps(function)
        def made(*args: P.args, **kwargs: P.kwargs) -> Made:
            for old in renamed.keys() & kwargs.keys():
                if renamed[old] in kwargs:
                    raise PlanError([both_given(f"{function.__name__}()", old, renamed[old])])
                notice(f"{function.__name__}(): {old} is now {renamed[old]}")
                kwargs[renamed[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return made

    return decorated
