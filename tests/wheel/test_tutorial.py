"""What a reader does who has the wheel and the pages alone: every command of a page, in an empty folder."""

import shutil
import sys
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_yaml
from tests.docs.pages import ROOT, Block, blocks
from tests.docs.shell import outside, run
from tests.evidence_files import device, row, write
from tests.hubs import hub, target
from tests.pulumi_stacks import cli
from tests.wheel.conftest import third_party

pytestmark = [pytest.mark.slow, pytest.mark.engine]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would download: the packages of others, so that nothing but the wheel is installed."""
    folder = tmp_path_factory.mktemp("packages")
    for site in third_party():
        for path in Path(site).iterdir():
            ours = path.name.startswith(("petaplan", "__editable__", "pip", "_virtualenv", "__pycache__"))
            if not ours and path.suffix != ".pth" and not (folder / path.name).exists():
                (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def empty(wheel: Path, tmp_path: Path) -> Path:
    """A folder with the wheel and nothing else."""
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(wheel, folder)
    return folder


@pytest.fixture
def shell(packages: Path, tmp_path: Path) -> dict[str, str]:
    """The variables of a reader's shell."""
    kept = outside()
    path = f"{cli().parent}:{Path(sys.base_prefix) / 'bin'}:{kept['PATH']}"
    return kept | {
        "PATH": path,
        "PYTHONPATH": str(packages),
        "PIP_NO_INDEX": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_CHECKPOINTS": "true",
    }


INSTALLED = """
python3 -m venv .venv
. .venv/bin/activate
pip install petaplan-0.2.0-py3-none-any.whl
"""

REPOSITORY = """
petaplan init my-hub --template one-hall --package petaplan-0.2.0-py3-none-any.whl
cd my-hub
git init --quiet --initial-branch=main
git config user.name P
git config user.email p@example.invalid
git add --all
git commit --quiet --message Begin
"""

CARRIED = """
mkdir wheels
mv petaplan-0.2.0-py3-none-any.whl wheels
cp "$PLAN" plan.yaml
mkdir runs
cp "$RUN" runs/host-1.json
"""

BEFORE = {
    "first-hub.md": "",
    "own-repository.md": INSTALLED,
    "gate-in-ci.md": INSTALLED + REPOSITORY,
    "air-gapped.md": CARRIED,
}
"""What each page takes for done, as the page that it links to does it."""


@pytest.mark.sample(1)
@pytest.mark.parametrize("page", BEFORE)
def test_the_commands_of_a_page_work_with_the_wheel_alone(
    page: str, empty: Path, shell: dict[str, str], tmp_path: Path
) -> None:
    path = ROOT / "docs" / page
    (tmp_path / "plan.yaml").write_text(write_yaml(hub(targets=(target(10),))), encoding="utf-8")
    record = write(tmp_path, [row(600)], [device()], name="host.json")
    first = Block(path, 0, "sh", BEFORE[page], "")
    run([first, *blocks(path)], empty, shell | {"PLAN": str(tmp_path / "plan.yaml"), "RUN": str(record)})
