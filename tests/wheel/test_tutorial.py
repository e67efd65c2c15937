"""What a reader does who has the wheel and the pages alone: every command of a page, in an empty folder."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks
from tests.docs.shell import outside, run
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
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_CHECKPOINTS": "true",
    }


def test_the_tutorial_works_in_an_empty_folder(empty: Path, shell: dict[str, str]) -> None:
    run(blocks(ROOT / "docs" / "first-hub.md"), empty, shell)
