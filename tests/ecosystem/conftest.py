"""Language hosts and SDKs for programs in other languages, made once; what can't be had skips with a reason."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.pulumi_stacks import BIN, ROOT, cli, pulumi_environment

TOOLS = ROOT / "tools"
SCHEMA = ROOT / "infra" / "provider" / "schema.json"
PROGRAMS = Path(__file__).parent / "programs"

GO = {"CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-trimpath -tags=osusergo,grpcnotrace"}
"""As the CLI is built, so that Go finds in its cache what both need."""

NO_NETWORK = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EAI_AGAIN",
    "dial tcp",
    "no such host",
    "i/o timeout",
)


def needs(program: str) -> str:
    """The path of a program; the test is skipped where there is none."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} on PATH")
    return found


def ran(command: Sequence[str | Path], folder: Path, more: Mapping[str, str]) -> str:
    """What a command printed; a fetch without a network skips the test."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")} | dict(more)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode and any(sign in said for sign in NO_NETWORK):
        pytest.skip(f"{Path(command[0]).name} can't fetch here: {said.strip().splitlines()[-1]}")
    assert done.returncode == 0, said
    return said


@pytest.fixture(scope="session")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language hosts of nodejs and go, built from the only Go module that holds them."""
    go, folder = needs("go"), tmp_path_factory.mktemp("hosts")
    ran([go, "build", "-o", f"{folder}/", "tool"], TOOLS / "program-hosts", GO)
    return folder


@pytest.fixture(scope="session")
def yaml_host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language host of YAML: the one on PATH, or one that is built where `make test-programs` asks for it."""
    if found := shutil.which("pulumi-language-yaml"):
        return Path(found).parent
    if not os.environ.get("PETAPLAN_TEST_PROGRAMS"):
        pytest.skip("no pulumi-language-yaml on PATH; `make test-programs` builds one in 2 to 4 minutes")
    go, folder = needs("go"), tmp_path_factory.mktemp("yaml-host")
    ran([go, "build", "-trimpath", "-o", f"{folder}/", "tool"], TOOLS / "yaml-host", GO | {"GOFLAGS": ""})
    return folder


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the SDK of each language, generated from the shipped schema."""
    go, folder = needs("go"), tmp_path_factory.mktemp("sdks")
    ran([go, "build", "-o", str(folder / "sdk"), "."], TOOLS / "sdk", GO)
    for language in ("nodejs", "go", "python"):
        ran([folder / "sdk", language, SCHEMA, folder / language], folder, {})
    return folder


class OtherProject:
    """A project whose program is in another language; the provider is the one of this environment."""

    def __init__(self, folder: Path, hosts: Path | None) -> None:
        self.folder = folder
        home = folder.parent / f"{folder.name}-home"
        for made in (folder / "state", home):
            made.mkdir()
        self.environment = pulumi_environment(folder, home) | GO
        first = f"{hosts}:" if hosts else ""
        self.environment["PATH"] = f"{first}{self.environment['PATH']}"

    def write_project(self, runtime: str, more: str = "") -> None:
        """The Pulumi.yaml of a program."""
        plugins = f"plugins: {{providers: [{{name: petaplan, path: {BIN}}}]}}\n"
        text = f"name: eco\nruntime: {runtime}\n{plugins}{more}"
        (self.folder / "Pulumi.yaml").write_text(text, encoding="utf-8")

    def pulumi(self, *arguments: str) -> str:
        """What a command of the CLI says."""
        command: list[str | Path] = [cli(), *arguments, "--non-interactive", "--color", "never"]
        return ran(command, self.folder, self.environment)
