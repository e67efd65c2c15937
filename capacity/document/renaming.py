"""A document's old field names, replaced by the new ones before it is read."""

from petaplan.capacity.document.marked import Marked, Path_, Value
from petaplan.capacity.renames import both_given, inner_renames, notice, nouns_with_renames, renamed_fields


def take_new_names(kind: object, marked: Marked) -> None:
    """Put new names in the place of old ones, in the values and in the paths of their lines.

    Each old name gives one notice a document, at its first line; an old name beside its new one is a problem.
    """
    if nouns := nouns_with_renames(kind):
        walk = _Walk(marked)
        walk.visit(nouns, marked.value, ())
        walk.tell()


class _Walk:
    """Goes through the values beside the nouns that they are to become."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.moved: dict[Path_, str] = {}
        """New name of the last step of each path; the paths use the names of the document."""
        self.first: dict[tuple[str, str, str], Path_] = {}
        """First path of each noun, old name and new name."""

    def visit(self, nouns: tuple[type, ...], value: Value, path: Path_) -> None:
        """Rename the fields of one value, and of what is inside it."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.visit(nouns, item, (*path, index))
        elif isinstance(value, dict):
            for noun in nouns:
                self.rename(noun, value, path)

    def rename(self, noun: type, value: dict[str, Value], path: Path_) -> None:
        renamed, old_names = renamed_fields(noun), dict[str, str]()
        for old in [name for name in value if name in renamed]:
            new = renamed[old]
            if new in value:
                self.marked.problems.append(both_given(self.marked.where((*path, old)), old, new))
                del value[old]
            else:
                old_names[new] = old
                self.moved[*path, old] = new
                self.first.setdefault((noun.__name__, old, new), (*path, old))
        if old_names:
            items = [(renamed.get(name, name), item) for name, item in value.items()]
            value.clear()
            value.update(items)
        for name, nouns in inner_renames(noun).items():
            if name in value:
                self.visit(nouns, value[name], (*path, old_names.get(name, name)))

    def tell(self) -> None:
        """Give the notices, and the lines their new paths."""
        for (noun, old, new), path in self.first.items():
            notice(f"{self.marked.where(path)}: {noun}: {old} is now {new}")
        if self.moved:
            lines = self.marked.lines
            self.marked.lines = {self.new_path(path): line for path, line in lines.items()}

    def new_path(self, path: Path_) -> Path_:
        """A path of the document in new names."""
        return tuple(self.moved.get(path[: at + 1], step) for at, step in enumerate(path))
