"""Pages are mailed: they name files by paths from the root of the repository, or from the folder of the plan."""

from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from tests.commands import petaplan
from tests.hubs import hub, target
from tests.web.plans import failing

WAYS = {
    "report": ("report", "{new}", "--waivers", "{waivers}", "-o", "{page}"),
    "json": ("report", "{new}", "--waivers", "{waivers}", "--format", "json", "-o", "{page}"),
    "diff": ("diff", "{old}", "{new}", "--format", "html", "-o", "{page}"),
    "gate": ("gate", "{new}", "--base", "{old}", "--html", "{page}"),
    "alone": ("gate", "{new}", "--html", "{page}"),
}
WAIVERS = """petaplan_waivers: 1
waivers:
- {finding: PF-001, subject: other, owner: Ada, reason: nothing to waive, expires: 2028-01-01}
"""


@pytest.mark.sample(4)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("repository", [True, False])
def test_no_path_of_the_machine_is_in_a_page(way: str, repository: bool, tmp_path: Path) -> None:
    folder = tmp_path / "folder-of-ada" / "plans"
    folder.mkdir(parents=True)
    if repository:
        (tmp_path / "folder-of-ada" / ".git").mkdir()
    files = {name: str(folder / f"{name}.yaml") for name in ("old", "new", "waivers")}
    Path(files["old"]).write_text(write_yaml(hub(targets=(target(10),))), encoding="utf-8")
    Path(files["new"]).write_text(write_yaml(failing()), encoding="utf-8")
    Path(files["waivers"]).write_text(WAIVERS, encoding="utf-8")
    page = tmp_path / "page"
    said = petaplan(*(part.format(**files, page=page) for part in WAYS[way]), cwd=tmp_path)
    text = page.read_text(encoding="utf-8")
    assert said.code in {0, 1}, said.err
    assert ("plans/new.yaml" if repository else "new.yaml") in text
    assert tmp_path.name not in text
