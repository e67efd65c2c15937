"""Markdown in blocks that can be cut: most important first, whole rows only, and a notice of what is left out."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SPECIAL = re.compile(r"([\\`*_\[\]~$#])")
_ENTITIES = {"|": "&#124;", "@": "&#64;", "!": "&#33;", ":": "&#58;"}
_REFERENCE = re.compile(r"[|@]|!(?=\\\[)|:(?=//)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A part of the comment: what opens it, rows that may be left out, what closes it."""

    summary: str = ""
    """Title under which it is collapsed; empty for one that is open."""
    head: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    noun: str = "lines"
    """What its rows are called where some are left out."""

    @property
    def opening(self) -> str:
        """Everything before the rows."""
        fold = f"<details><summary>{html.escape(self.summary, quote=False)}</summary>\n\n" if self.summary else ""
        return fold + "".join(f"{line}\n" for line in self.head)

    @property
    def closing(self) -> str:
        """Everything after the rows."""
        return "\n</details>\n\n" if self.summary else "\n"

    @property
    def title(self) -> str:
        """What the notice calls it."""
        return self.summary or (self.head[0].lstrip("# ") if self.head else "")


def fitted(blocks: Sequence[Block], limit_bytes: int) -> str:
    """The blocks as one text of at most so many bytes."""
    whole = "".join(_whole(block) for block in blocks)
    if _size(whole) <= limit_bytes:
        return whole
    text, left, missing = "", limit_bytes - _NOTICE_BYTES, []
    for at, block in enumerate(blocks):
        part, rows = _cut(block, left - _size(text)) if at > 1 else (_whole(block), 0)
        text += part
        if rows:
            missing.append(f"{rows:,} {block.noun} of “{block.title}”")
    listed = "; ".join(missing)
    notice = f"✂️ Cut to the size that a comment may have. The JSON report has everything; left out here: {listed}."
    return text + _within(notice, _NOTICE_BYTES - 2) + "\n"


_NOTICE_BYTES = 1_200


def _whole(block: Block) -> str:
    return block.opening + "".join(f"{line}\n" for line in block.lines) + block.closing


def _cut(block: Block, room: int) -> tuple[str, int]:
    """As much of the block as there is room for, and how many rows that leaves out."""
    room -= _size(block.opening) + _size(block.closing)
    kept = []
    for line in block.lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(f"{line}\n")
    left_out = len(block.lines) - len(kept)
    return (block.opening + "".join(kept) + block.closing if kept else ""), left_out


def _size(text: str) -> int:
    return len(text.encode())


def _within(text: str, limit_bytes: int) -> str:
    raw = text.encode()
    return text if len(raw) <= limit_bytes else raw[: limit_bytes - 3].decode(errors="ignore") + "…"


def table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Head and rows of a table; the numbered columns are set to the right."""
    numbers = set(right)
    rule = "|".join("--:" if at in numbers else "---" for at in range(len(titles)))
    head = (f"| {' | '.join(titles)} |", f"|{rule}|")
    return head, tuple(f"| {' | '.join(row)} |" for row in rows)


def plain_text(text: str) -> str:
    r"""Text that Markdown shows as it is, in one cell: no markup, no mention of a person or an issue, no link.

    >>> plain_text("a|b *c* @someone <b>")
    'a&#124;b \\*c\\* &#64;someone &lt;b&gt;'
    """
    escaped = _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
    return _REFERENCE.sub(lambda found: _ENTITIES[found[0]], escaped)


def code(text: str) -> str:
    """Text set as code, in one cell.

    >>> code("plan.yaml:3")
    '`plan.yaml:3`'
    """
    clean = " ".join(text.replace("`", "'").split()).replace("|", "\\|")
    return f"`{clean}`"
