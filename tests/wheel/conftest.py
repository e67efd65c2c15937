"""The wheel in an environment of its own, and a user's repository with packages of the same names as petaplan's."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pulumi_stacks import cli
from tools.copying import copied

ROOT = Path(__file__).parents[2]

MINE = '''\
"""The plan of this repository."""

import bench
import capacity
import reporting
from petaplan.capacity.hub import Hub
from tests_hub import hub as made

OWN = (capacity.OWN, bench.OWN, reporting.OWN)


def hub() -> Hub:
    assert OWN == ("capacity", "bench", "reporting"), OWN
    return made()
'''

PROGRAM = """\
import capacity
import infra
import pulumi
from infra.mine import hub
from petaplan.infra.declare import declare
from petaplan.infra.resources import Site

assert (infra.OWN, capacity.OWN) == ("infra", "capacity")
declare(hub())
Site("elsewhere", country="HK", jurisdiction="HK")
"""

PROJECT = """\
name: mine
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {prefix}}}}}
plugins: {{providers: [{{name: petaplan, path: {prefix}/bin}}]}}
"""


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Repository:
    """A user's repository, and the environment that petaplan is installed in."""

    folder: Path
    prefix: Path
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> None:
        """One file of the repository."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *command: str) -> Said:
        """A command in the repository; programs of the environment come first."""
        path = f"{self.prefix / 'bin'}:{cli().parent}:{os.environ['PATH']}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "COV_", "PYTHON"))}
        environment = {**kept, "PATH": path, "NO_COLOR": "1", "COLUMNS": "200", **self.variables}
        program = shutil.which(command[0], path=path) or command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git tracks, in a folder that a build may write to."""
    return copied(ROOT, tmp_path_factory.mktemp("wheel") / "source")


@pytest.fixture(scope="session")
def wheel(source: Path) -> Path:
    """The wheel, built from the checkout."""
    return built(source, source.parent / "made")


@pytest.fixture(scope="session")
def wheel_of_source_distribution(source: Path) -> Path:
    """The wheel, built from the source distribution."""
    code = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    folder = source.parent / "distribution"
    subprocess.run([sys.executable, "-P", "-c", code, str(folder)], cwd=source, capture_output=True, check=True)
    (archive,) = folder.iterdir()
    return built(archive, source.parent / "made-of-it")


def built(source: Path, target: Path) -> Path:
    """The wheel that pip builds, without an index."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(target), str(source)], check=True)
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="session")
def prefix(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, which sees the third-party packages of this one."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "third_party.pth").write_text("".join(f"{path}\n" for path in third_party()), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--python", str(folder), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--ignore-installed", str(wheel)], check=True)
    return folder


def third_party() -> Iterable[str]:
    """The folders in which this Python finds installed packages; a checkout is none of them."""
    return [path for path in sys.path if path.endswith("site-packages")]


@pytest.fixture
def repository(prefix: Path, tmp_path: Path) -> Repository:
    """A repository with packages named infra, capacity, bench and reporting of its own."""
    made = Repository(tmp_path / "repository", prefix)
    for name in ("infra", "capacity", "bench", "reporting"):
        made.write(f"{name}/__init__.py", f'OWN = "{name}"\n')
    made.write("tests_hub.py", (Path(__file__).parents[1] / "hubs.py").read_text(encoding="utf-8"))
    made.write("infra/mine.py", MINE)
    made.write("__main__.py", PROGRAM)
    made.write("Pulumi.yaml", PROJECT.format(prefix=prefix))
    (made.folder / "state").mkdir()
    made.variables = {
        "VIRTUAL_ENV": str(prefix),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{made.folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "throw-away",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    }
    return made
