"""docs/reference/tables.md: the tables of a plan and their columns."""

from petaplan.capacity.document.columns import columns_page
from tools.generate.files import Files
from tools.generate.markdown import page

WORDS = """`petaplan export PLAN --format csv -o FOLDER` writes these tables, and `petaplan import FOLDER` reads them
([how](../tables.md)). A table without rows has no file.

| form | a cell holds |
|---|---|
| text | any text |
| word | a name, a day such as 2027-06-30, or a word of a fixed list |
| number | a number with a point |
| true or false | `true` or `false` |
| words | words with spaces between them; JSON such as `["two words"]` or `[]` where that cannot say it |
| group | `{}` where every field of the group has its default; else it is empty, or the column is missing |

An empty cell leaves a field at its default."""


def tables_page(files: Files) -> None:
    """Each table of a plan document with its columns."""
    files.write("docs/reference/tables.md", page("Tables of a plan", WORDS, columns_page()))
