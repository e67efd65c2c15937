r"""Safe printing of foreign text: what a terminal or a build log would obey is shown, not executed.

Four kinds are spelt out. Characters that are not seen: controls (C0, C1), direction marks, zero-width characters,
half surrogate pairs. Lines that start with ``::``, which GitHub Actions runs as commands. Words such as ``##[`` and
``##vso[``, which GitHub Actions, Azure Pipelines and TeamCity run wherever they stand in a line. Letters that look like
ASCII in a word with letters of ASCII, such as a Cyrillic a in a name.
"""

import re
from collections.abc import Callable
from functools import cache

from petaplan.reporting.lookalikes import LETTERS

UNSEEN = (
    "\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Categories Cf, Zl and Zp of Unicode, C1 of Cc, and Default_Ignorable_Code_Point: the body of a character class."""

_SURROGATES = "\ud800-\udfff"
_UNSEEN = f"[\x00-\x09\x0b-\x1f{UNSEEN}{_SURROGATES}]"
_UNSEEN_ASCII = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
_NOT_ASCII = f"[{UNSEEN}{_SURROGATES}]|#(?=#[A-Za-z]*\\[)"
_COMMAND = re.compile(r"^[^\S\n]*:(?=:)|#(?=#[A-Za-z]*\[)", re.MULTILINE)
_MIXED = (
    f"(?:(?<![A-Za-z])[A-Za-z]+[{LETTERS}]|(?<![{LETTERS}])[{LETTERS}]+[A-Za-z])[A-Za-z{LETTERS}]*"  # in linear time
)
_LETTER = f"[{LETTERS}]"
_STYLED_START = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern for text beyond ASCII, made when it is needed: its classes of characters are large."""
    return re.compile(pattern)


def _mixed_spelt(spelt: Callable[[re.Match[str]], str], text: str) -> str:
    """Text in which letters that look like ASCII are spelt out, in words that have letters of ASCII as well."""
    letter = _compiled(_LETTER)
    return _compiled(_MIXED).sub(lambda word: letter.sub(spelt, word[0]), text)


def visible(text: str) -> str:
    r"""Text in which every character that a terminal would obey is spelt out, and every command of a log; lines stay.

    >>> visible("bell\x07 \x1b[31mred"), visible("a\u202eb"), visible("two\nlines")
    ('bell\\x07 \\x1b[31mred', 'a\\u202eb', 'two\nlines')
    >>> visible("one\n  ::error::two"), visible("see ##[error]")
    ('one\n  \\x3a:error::two', 'see \\x23#[error]')
    >>> visible("h\u0430ll"), visible("Москва")
    ('h\\u0430ll', 'Москва')
    """
    if text.isascii():
        text = _UNSEEN_ASCII.sub(_spelt, text)
    else:
        text = _mixed_spelt(_spelt, _compiled(_UNSEEN).sub(_spelt, text))
    return _COMMAND.sub(_spelt_last, text) if "::" in text or "##" in text else text


_OPEN_COLON = re.compile(r"[^\S\n]*:")
_OPEN_SIGNS = re.compile(r"##?[A-Za-z]{0,40}\Z")


def unfinished(line: str) -> str:
    """The end of a line with which a command may begin; the next text that is written may complete it.

    >>> unfinished("  :"), unfinished("see ##vso"), unfinished("a :"), unfinished("one")
    (':', '##vso', '', '')
    """
    if _OPEN_COLON.fullmatch(line):
        return ":"
    found = _OPEN_SIGNS.search(line)
    return found[0] if found else ""


def continued(begun: str, text: str) -> str:
    r"""Visible text after the unfinished end of a line: the two together are no command.

    >>> continued(":", ":error::x"), continued("##vso", "[x]"), continued(":", " one")
    ('\\x3aerror::x', '\\x5bx]', ' one')
    """
    if begun and text and _COMMAND.match(begun + text):
        return f"\\x{ord(text[0]):02x}{visible(text[1:])}"
    return visible(text)


def one_line(text: str) -> str:
    r"""Text of one line: white space of any kind is one space, and nothing in it is obeyed.

    >>> one_line(" a\n b\tc\x07")
    'a b c\\x07'
    """
    return visible(" ".join(text.split()))


def unbroken(text: str) -> str:
    r"""Text of one line that loses nothing: line feeds are spelt out like all that is obeyed.

    >>> unbroken("a  b\n::error::c")
    'a  b\\n::error::c'
    """
    return visible(text.replace("\n", "\\n"))


def visible_page(page: str) -> str:
    r"""A page that was laid out for a terminal, of safe text with its styles: no line became a command by wrapping.

    >>> visible_page("\x1b[31m::error::x\x1b[0m")
    '\x1b[31m\\x3a:error::x\x1b[0m'
    """
    return _STYLED_START.sub(r"\1\\x3a", page) if "::" in page else page


def json_text(values: object, *, indent: int = 2) -> str:
    r"""Values as JSON with a line feed at the end; what a terminal would obey is written as an escape.

    >>> json_text({"name": "a\x9bb é"})
    '{\n  "name": "a\\u009bb é"\n}\n'
    """
    import json

    from pydantic_core import PydanticSerializationError, to_json

    try:
        written = to_json(values, indent=indent, inf_nan_mode="null").decode()
    except PydanticSerializationError:  # half of a surrogate pair, such as in a name of a file that is no UTF-8
        written = json.dumps(values, indent=indent, ensure_ascii=False)
    return safe_json(written) + "\n"


def safe_json(written: str) -> str:
    r"""JSON in which what a terminal would obey is written as an escape; it reads back the same.

    >>> safe_json('"##[error]"')
    '"\\u0023#[error]"'
    """
    return written if written.isascii() and "##" not in written and "\x7f" not in written else _escaped(written)


def _escaped(written: str) -> str:
    written = _compiled(_NOT_ASCII).sub(_as_json, written)
    return written if written.isascii() else _mixed_spelt(_as_json, written)


def _as_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _spelt_last(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}"
