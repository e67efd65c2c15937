"""The page on own hardware: its blocks of YAML are one valid layer, and its commands run."""

import re
from pathlib import Path

from tests.commands import ROOT, petaplan

PAGE = (ROOT / "docs" / "own-hardware.md").read_text(encoding="utf-8")


def test_the_blocks_of_the_page_are_a_layer_that_its_commands_take(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "all.yaml").write_text("\n".join(blocks), encoding="utf-8")
    commands = re.findall(r"`petaplan (catalog [^`]+)`", PAGE)
    assert len(commands) == 4
    for command in commands:
        words = command.replace("MODEL", "own-h200").split()
        assert petaplan(*words, cwd=tmp_path).code == 0, command
        (tmp_path / "own" / "chip.yaml").unlink(missing_ok=True)  # a template is not valid before it is filled in
    said = petaplan("catalog", "--validate", "own", cwd=tmp_path)
    assert "2 products added, 2 figures changed" in said.out
