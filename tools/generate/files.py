"""Files as they should be: read from the checkout, changed in memory, written or compared at the end."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

WRITTEN_BY = "make generate"


class Files:
    """The files of a checkout with the changes that generators make to them."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._texts: dict[Path, str] = {}
        self.written_whole: set[Path] = set()
        """Files that no person edits."""

    def exists(self, name: str) -> bool:
        """Whether the checkout has the file, or a generator made it."""
        return self.root / name in self._texts or (self.root / name).is_file()

    def read(self, name: str) -> str:
        """The text of a file, with the changes up to now."""
        path = self.root / name
        return self._texts[path] if path in self._texts else path.read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """A whole file, which no person edits."""
        self._texts[self.root / name] = text
        self.written_whole.add(self.root / name)

    def section(self, page: str, name: str, text: str) -> None:
        """The part of a page between ``<!-- NAME: written by make generate -->`` and ``<!-- end of NAME -->``.

        Raises:
            ValueError: when the page doesn't have each marker once, in this order.
        """
        start, end = f"<!-- {name}: written by {WRITTEN_BY} -->", f"<!-- end of {name} -->"
        before, found, rest = (written := self.read(page)).partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed or written.count(start) + written.count(end) != 2:
            raise ValueError(f"{page}: expected the markers {start} and {end} once each, in this order")
        self._texts[self.root / page] = f"{before}{start}\n\n{text.strip()}\n\n{end}{after}"

    def count(self, page: str, name: str, value: int) -> None:
        """A number in a page, between ``<!-- count of NAME -->`` and ``<!-- end -->``, wherever the page has it."""
        marked = re.compile(rf"(<!-- count of {re.escape(name)} -->).*?(<!-- end -->)")
        self._texts[self.root / page] = marked.sub(rf"\g<1>{value:,}\g<2>", self.read(page))

    def pages(self, folder: str) -> list[str]:
        """The Markdown pages below a folder, those of generators too, as names relative to the checkout."""
        there = {path.relative_to(self.root).as_posix() for path in (self.root / folder).rglob("*.md")}
        made = {path.relative_to(self.root).as_posix() for path in self._texts if path.suffix == ".md"}
        return sorted(there | {name for name in made if name.startswith(f"{folder}/")})

    def stale(self) -> dict[Path, str]:
        """Each file that differs from what the generators say, and its text as it should be."""
        return {
            path: text
            for path, text in self._texts.items()
            if not path.is_file() or path.read_text(encoding="utf-8") != text
        }
