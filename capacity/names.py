"""Names of objects in a plan, in a Pulumi stack and on a label."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated

from annotated_types import Len, Predicate

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def is_label(text: str) -> bool:
    """Lower-case letters, digits and inner hyphens: safe in a URN, a path, a slug and on a printed label.

    >>> is_label("hk-p2-cm384-07"), is_label("Hall A"), is_label("a/b")
    (True, False, False)
    """
    return _LABEL.fullmatch(text) is not None


_KINDS = {
    "cdu": "CDU",
    "cpu": "CPU",
    "optic": "optic module",
    "standalonerackgroup": "stand-alone rack",
    "rackgroup": "rack",
    "ups": "UPS",
}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def in_words(kind: str) -> str:
    """What people call a kind of thing that has this name in code or in a file.

    >>> in_words("CoolingLoop"), in_words("ups"), in_words("Optic")
    ('cooling loop', 'UPS', 'optic module')
    """
    name = kind.lstrip("_")
    return _KINDS.get(name.lower()) or _WORD.sub(" ", name).lower()


def with_article(kind: str) -> str:
    """One thing of a kind, with its article.

    >>> with_article("RackModel"), with_article("Accelerator"), with_article("Ups"), with_article("Equipment")
    ('a rack model', 'an accelerator', 'a UPS', 'equipment')
    """
    words = in_words(kind)
    if words in {"equipment", "storage", "telemetry"}:
        return words
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


MOST_LISTED = 12
"""Names that a message lists before it says how many more there are."""


def listed(names: Iterable[str], between: str = ", ") -> str:
    """Names for a message, the first of them where there are many.

    >>> listed(["a", "b"]), listed([str(n) for n in range(2_000)], " <- ")[-27:]
    ('a, b', ' <- 10 <- 11 and 1,988 more')
    """
    known = list(names)
    more = f" and {len(known) - MOST_LISTED:,} more" if len(known) > MOST_LISTED else ""
    return between.join(known[:MOST_LISTED]) + more


Name = Annotated[str, Len(1, 63), Predicate(is_label)]
