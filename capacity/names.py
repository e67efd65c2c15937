"""Names: what a thing is called in a plan, in a Pulumi stack and on a label."""

import re
from typing import Annotated

from annotated_types import Len, Predicate

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def is_label(text: str) -> bool:
    """Lower-case letters, digits and inner hyphens: safe in a URN, a path, a slug and on a printed label.

    >>> is_label("hk-p2-cm384-07"), is_label("Hall A"), is_label("a/b")
    (True, False, False)
    """
    return _LABEL.fullmatch(text) is not None


Name = Annotated[str, Len(1, 63), Predicate(is_label)]
