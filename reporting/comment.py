"""Markdown in parts that can be cut: most important first, whole rows only, and a notice of what is left out."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from petaplan.reporting.safety import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]~$#])")
_APART = "\u200b"
"""Keeps a sign and a word apart; text of others has none, because `one_line` spells it out."""

_ENTITIES = {"|": "&#124;", "@": "&#64;", _APART: "&#8203;"}

_SIGN = re.compile(
    r"([@#!$%~&^](?=[\"'\w])|@(?=\S)|[@#]$|(?<![^\W_])(?:GH|GHSA|CVE)(?=-)|www(?=\.)|:(?=//))", re.IGNORECASE
)
"""What hosts make links or mentions of after they rendered Markdown: @name, #1, !1, GH-1, www., https://."""

_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{7,}(?![0-9A-Za-z])")
"""What may be the hash of a commit."""

_SHORT_OF_A_HASH = re.compile("(.{6})(?=.)")

_NOTICE_BYTES = 1_200
ALWAYS_WHOLE = 2
"""The first parts, the marker and the verdict, are never cut."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the comment: what opens it, rows that may be left out, what closes it."""

    title: str = ""
    """What the notice calls it."""
    folded: bool = False
    """Whether it is collapsed under its title."""
    head: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    noun: str = "lines"
    """What its rows are called where some are left out."""

    @property
    def opening(self) -> str:
        """Everything before the rows."""
        title = summary_text(self.title)
        fold = f"<details><summary>{title}</summary>\n\n" if self.folded else ""
        return fold + "".join(f"{line}\n" for line in self.head)

    @property
    def closing(self) -> str:
        """Everything after the rows."""
        return "\n</details>\n\n" if self.folded else "\n"


def fitted(parts: Sequence[Part], limit_bytes: int) -> str:
    """The parts as one text of at most so many bytes."""
    whole = "".join(_whole(part) for part in parts)
    if _size(whole) <= limit_bytes:
        return whole
    text, room, missing = "", limit_bytes - _NOTICE_BYTES, []
    for at, part in enumerate(parts):
        written, left_out = (_whole(part), 0) if at < ALWAYS_WHOLE else _cut(part, room - _size(text))
        text += written
        if left_out:
            missing.append(f"{left_out:,} {part.noun} of “{plain_text(part.title)}”")
    listed = "; ".join(missing)
    notice = f"✂ Cut to the size that a comment may have. The JSON report has everything; left out here: {listed}."
    return text + _within(notice, _NOTICE_BYTES - 2) + "\n"


def _whole(part: Part) -> str:
    return part.opening + "".join(f"{line}\n" for line in part.lines) + part.closing


def _cut(part: Part, room: int) -> tuple[str, int]:
    """As much of the part as there is room for, and how many rows that leaves out."""
    room -= _size(part.opening) + _size(part.closing)
    kept = []
    for line in part.lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(f"{line}\n")
    left_out = len(part.lines) - len(kept)
    return (part.opening + "".join(kept) + part.closing if kept else ""), left_out


def _size(text: str) -> int:
    return len(text.encode())


def _within(text: str, limit_bytes: int) -> str:
    raw = text.encode()
    return text if len(raw) <= limit_bytes else raw[: limit_bytes - 3].decode(errors="ignore") + "…"


def plain_text(text: str) -> str:
    r"""Text that Markdown shows as it is, in one cell: no markup, no mention of a person or an issue, no link.

    >>> plain_text("a|b *c* @someone #12 <b>")
    'a&#124;b \\*c\\* &#64;&#8203;someone \\#&#8203;12 &lt;b&gt;'
    """
    escaped = _SPECIAL.sub(r"\\\1", _unlinked(text))
    for character, entity in _ENTITIES.items():
        escaped = escaped.replace(character, entity)
    return f"&#47;{escaped[1:]}" if escaped.startswith("/") else escaped  # GitLab runs a line that starts with /close


def summary_text(text: str) -> str:
    """Text that HTML shows as it is, such as between the marks of a summary; it notifies nobody and leads nowhere."""
    return _unlinked(text).replace(_APART, _ENTITIES[_APART])


def message_text(text: str) -> str:
    """Text of one line for a host that looks for mentions and links in messages, and knows no markup else.

    >>> message_text("see [a](b) of @c").isascii(), message_text("see a of c")
    (False, 'see a of c')
    """
    return _kept_apart(text).replace("](", f"]{_APART}(")  # SARIF 2.1.0 3.11.6: a link in plain text


def _unlinked(text: str) -> str:
    """Text on one line, escaped for HTML, with a mark in every word that a host would make a link or a mention of."""
    return html.escape(_kept_apart(text), quote=False)


def _kept_apart(text: str) -> str:
    apart = _SIGN.sub(rf"\1{_APART}", one_line(text))
    return _HASH.sub(lambda found: _SHORT_OF_A_HASH.sub(rf"\1{_APART}", found[0]), apart)


def code(text: str) -> str:
    """Text set as code, in one cell.

    >>> code("plan.yaml:3")
    '`plan.yaml:3`'
    """
    clean = one_line(text.replace("`", "'")).replace("|", "\\|")
    return f"`{clean}`"
