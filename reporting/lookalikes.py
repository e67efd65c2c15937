"""Letters that look like others: a Cyrillic a in a name, a full-width digit, a dash for a hyphen.

The table holds letters of Cyrillic, Greek, Armenian and extended Latin that Unicode's list of confusable characters
(UTS 39) gives for letters of ASCII. Full-width and mathematical forms come from Unicode's compatibility decomposition.
"""

import unicodedata
from collections.abc import Iterable, Sequence

_TABLE = {
    # Cyrillic
    "а": "a", "с": "c", "ԁ": "d", "е": "e", "ѐ": "e", "ё": "e", "һ": "h", "і": "i", "ї": "i", "ј": "j", "ӏ": "l",
    "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "у": "y", "ү": "y", "х": "x", "ѵ": "v", "ԝ": "w", "к": "k",
    "м": "m", "т": "t", "п": "n", "в": "b", "ь": "b", "з": "3", "б": "6",
    "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "І": "I", "Ј": "J", "К": "K", "М": "M", "О": "O", "Р": "P",
    "Ѕ": "S", "Т": "T", "Х": "X", "У": "Y", "Ү": "Y", "Ӏ": "I",
    # Greek
    "α": "a", "γ": "y", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
    "Τ": "T", "Υ": "Y", "Χ": "X", "ϲ": "c", "ϳ": "j",
    # Armenian
    "օ": "o", "ո": "n", "ս": "u", "հ": "h", "ց": "g", "զ": "q", "ք": "p", "լ": "l", "յ": "j", "ա": "w",
    # Latin beyond ASCII
    "ı": "i", "ȷ": "j", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʋ": "v", "ᴄ": "c", "ᴏ": "o", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z",
    "ꜱ": "s", "ӿ": "x", "ƅ": "b", "ǀ": "l", "ƨ": "2", "ɜ": "3",
    # signs
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "˗": "-", "ꞏ": ".", "․": ".", "⁄": "/",
    "∕": "/", "ꓸ": ".", "։": ":", "׃": ":", "∶": ":", "꞉": ":",
}  # fmt: skip

LETTERS = "".join(one for one in _TABLE if one.isalpha()) + "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
"""The letters beyond ASCII that look like letters of it: the body of a character class."""

MOST_SHOWN = 3
"""Letters of one message that are named."""


def skeleton(text: str) -> str:
    """The text in the letters of ASCII that it looks like; two texts with one skeleton are easily taken for another.

    >>> skeleton("hаll-а"), skeleton("ＰＦ–００１"), skeleton("Zürich")
    ('hall-a', 'PF-001', 'Zurich')
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", "".join(_TABLE.get(one, one) for one in text))
    return "".join(_TABLE.get(one, one) for one in plain if not unicodedata.combining(one))


_TWINS = str.maketrans({"1": "l", "I": "l", "|": "l", "0": "o", "O": "o"})


def twins(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Names that differ only in signs of ASCII that look alike: 1, l and I; 0 and o; rn and m.

    >>> twins(["hall-1", "pod-2", "hall-l", "pod-1", "rn-0", "m-o"])
    [('hall-1', 'hall-l'), ('rn-0', 'm-o')]
    """
    every = list(dict.fromkeys(names))
    plain = "\n".join(every).translate(_TWINS).replace("rn", "m").split("\n")
    if len(set(plain)) == len(every):
        return []
    groups: dict[str, list[str]] = {}
    for name, form in zip(every, plain, strict=True):
        groups.setdefault(form, []).append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def told_of_twins(group: Sequence[str]) -> str:
    """What is said of names that look alike.

    >>> told_of_twins(["hall-1", "hall-l"])
    "'hall-1' and 'hall-l' look alike (1, l and I; 0 and o; rn and m)"
    """
    shown = " and ".join(map(repr, group[:MOST_SHOWN]))
    more = f" and {len(group) - MOST_SHOWN} more" if len(group) > MOST_SHOWN else ""
    return f"{shown}{more} look alike (1, l and I; 0 and o; rn and m)"


class LookAlikeNames(UserWarning):
    """Two names of one plan differ only in signs that look alike."""


def looks_like(letter: str) -> str:
    """The letter of ASCII that a letter beyond it looks exactly like; empty where there is none.

    >>> looks_like("а"), looks_like("ü"), looks_like("a")
    ('a', '', '')
    """
    if letter.isascii():
        return ""
    found = _TABLE.get(letter) or unicodedata.normalize("NFKC", letter)
    return found if len(found) == 1 and found.isascii() and not found.isspace() else ""


def lookalikes_in(text: str) -> str:
    """The letters of a text that look like others, in words; empty where it has none.

    >>> lookalikes_in("found 'hаll'")
    "'а' is CYRILLIC SMALL LETTER A, which looks like 'a'"
    """
    if text.isascii():
        return ""
    found = [one for one in dict.fromkeys(text) if looks_like(one) and _beside_ascii(one, text)]
    shown = [
        f"{one!r} is {unicodedata.name(one, f'U+{ord(one):04X}')}, which looks like {looks_like(one)!r}"
        for one in found[:MOST_SHOWN]
    ]
    more = [f"{len(found) - MOST_SHOWN} more letters look like others"] if len(found) > MOST_SHOWN else []
    return "; ".join([*shown, *more])


def _beside_ascii(letter: str, text: str) -> bool:
    """Whether some word with the letter reads as ASCII throughout: a word of another language does not."""
    return any(letter in word and skeleton(word).isascii() for word in text.split())
