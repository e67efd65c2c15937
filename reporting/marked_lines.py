"""A text that stands between two marks in a file of somebody, such as a badge in a README file."""

from errno import EEXIST
from pathlib import Path

from petaplan.input_files import read_bounded


def renewed(path: Path, text: str) -> str:
    """The file with the text between its marks: the first and the last line of the text. A new file is the text.

    Raises:
        OSError: when the file can't be read, or has no such marks.
    """
    if not path.is_file():
        return text
    there = read_bounded(path).decode(errors="surrogateescape")
    lines, wanted = there.split("\n"), text.rstrip("\n").split("\n")
    bare = [line.strip() for line in lines]
    start = bare.index(wanted[0]) if wanted[0] in bare else -1
    if start < 0 or wanted[-1] not in bare[start:]:
        raise OSError(EEXIST, f"a file without the lines {wanted[0]} and {wanted[-1]} in this order", str(path))
    return "\n".join([*lines[:start], *wanted, *lines[bare.index(wanted[-1], start) + 1 :]])
