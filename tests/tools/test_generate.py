"""Every file that follows from the code is as `make generate` writes it."""

from pathlib import Path

import pytest

from tools.generate.__main__ import generated
from tools.generate.files import ROOT, Files
from tools.generate.folder_maps import FOLDERS, folder_map
from tools.generate.markdown import cell, table


def test_every_generated_file_is_up_to_date() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in generated().stale()]
    assert stale == [], "run make generate"


def test_a_module_that_is_added_or_changed_makes_the_map_out_of_date(tmp_path: Path) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    module = tmp_path / "capacity" / "new.py"
    module.write_text('"""What it is for."""\n')
    before = folder_map(tmp_path / "capacity")
    assert "| `new.py` | What it is for. |" in before
    module.write_text('"""Something else."""\n')
    assert folder_map(tmp_path / "capacity") != before


def test_a_section_is_replaced_between_its_markers_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- map: written by make generate -->\nold\n<!-- end of map -->\nafter\n")
    files = Files(tmp_path)
    files.section("page.md", "map", "new")
    (text,) = files.stale().values()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "new" in text


@pytest.mark.parametrize("text", ["no markers", "<!-- end of map --> <!-- map: written by make generate -->"])
def test_a_page_without_its_markers_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(ValueError, match=r"page\.md: expected the markers"):
        Files(tmp_path).section("page.md", "map", "new")


def test_a_count_is_written_wherever_the_page_has_it(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("<!-- count of rules -->1<!-- end --> and <!-- count of rules -->2<!-- end -->")
    files = Files(tmp_path)
    files.count("page.md", "rules", 1_234)
    (text,) = files.stale().values()
    assert text.count("1,234") == 2


def test_a_file_that_is_as_it_should_be_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("text")
    files = Files(tmp_path)
    files.write("page.md", "text")
    assert files.stale() == {}


def test_cells_keep_code_and_escape_what_would_end_the_cell() -> None:
    assert cell("a|b `<x>` <y> *z*") == "a\\|b `<x>` &lt;y> \\*z\\*"
    assert table(("a",), [("x\ny",)]).splitlines() == ["| a |", "| --- |", "| x y |"]
