"""Safe printing of foreign text: control, escape and direction characters are shown, not executed."""

import json
import re

from pydantic_core import PydanticSerializationError, to_json

_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_NOT_ASCII = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Text in which every character that a terminal would obey is spelt out; line feeds stay.

    >>> visible("bell\x07 \x1b[31mred"), visible("a\u202eb"), visible("two\nlines")
    ('bell\\x07 \\x1b[31mred', 'a\\u202eb', 'two\nlines')
    """
    return _SURROGATE.sub(_spelt, _UNSEEN.sub(_spelt, text))


def one_line(text: str) -> str:
    r"""Text of one line: white space of any kind is one space, and nothing in it is obeyed.

    >>> one_line(" a\n b\tc\x07")
    'a b c\\x07'
    """
    return visible(" ".join(text.split()))


def json_text(values: object, *, indent: int = 2) -> str:
    r"""Values as JSON with a line feed at the end; what a terminal would obey is written as an escape.

    >>> json_text({"name": "a\x9bb é"})
    '{\n  "name": "a\\u009bb é"\n}\n'
    """
    try:
        written = to_json(values, indent=indent, inf_nan_mode="null").decode()
    except PydanticSerializationError:  # half of a surrogate pair, such as in a name of a file that is no UTF-8
        written = json.dumps(values, indent=indent, ensure_ascii=False)
    return safe_json(written) + "\n"


def safe_json(written: str) -> str:
    """JSON in which what a terminal would obey is written as an escape."""
    return _NOT_ASCII.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
