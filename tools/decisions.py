"""The records of decisions in docs/adr, and their index."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "adr"
INDEX = FOLDER / "README.md"

HEAD = """\
# Decisions

A decision that is hard to reverse has a record. When a decision changes, a new record supersedes the old one.
Wording, links and names are kept up to date.

To add a record, copy the format of any record: title, status, date, Context, Decision, Consequences.
Add Alternatives where they are known. Take the next free number.
Then run `make generate`, which writes this page.

"""

_NAME = re.compile(r"(?P<number>\d{4})-[a-z0-9-]+\.md")
_TOP = re.compile(
    r"# (?P<number>\d{4}) · (?P<title>[^\n]+)\n\n"
    r"- Status: (?P<status>[^\n]+)\n- Date: (?P<date>\d{4}-\d\d-\d\d)\n\n## Context\n"
)
_STATUS = re.compile(r"proposed|accepted|superseded by \[(?P<number>\d{4})\]\((?P<file>[^)]+)\)")
_SECTIONS = ["Context", "Decision", "Consequences"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The head of one record."""

    file: str
    number: str
    title: str
    status: str
    date: str

    @property
    def superseded_by(self) -> tuple[str, str] | None:
        """Number and file of the record that supersedes this one."""
        found = _STATUS.fullmatch(self.status)
        return (found["number"], found["file"]) if found is not None and found["number"] else None


def read(path: Path) -> Decision:
    """The head of a record.

    Raises:
        ValueError: where the record does not have the format.
    """
    text = path.read_text(encoding="utf-8")
    name, top = _NAME.fullmatch(path.name), _TOP.match(text)
    if name is None or top is None:
        raise ValueError(f"{path.name}: head is not that of a record: copy the head of another one")
    if name["number"] != top["number"] or _STATUS.fullmatch(top["status"]) is None:
        raise ValueError(f"{path.name}: number {top['number']}, status {top['status']!r}: correct the head")
    sections = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    if sections not in (_SECTIONS, [*_SECTIONS, "Alternatives"]):
        raise ValueError(f"{path.name}: sections {sections}; expected {_SECTIONS}, then Alternatives where known")
    return Decision(file=path.name, number=top["number"], title=top["title"], status=top["status"], date=top["date"])


def decisions() -> list[Decision]:
    """Every record, by number."""
    return [read(path) for path in sorted(FOLDER.glob("*.md")) if path != INDEX]


def index() -> str:
    """The index page."""
    rows = [f"| [{each.number}]({each.file}) | {each.title} | {each.status} | {each.date} |" for each in decisions()]
    return HEAD + "\n".join(["| record | decision | status | date |", "|---|---|---|---|", *rows]) + "\n"
