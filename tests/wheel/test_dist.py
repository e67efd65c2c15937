"""The archive of the plugin: frozen from the wheel, installed by the CLI, and asked as the engine asks it."""

import importlib.util
import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from petaplan.infra.provider.version import shipped_schema, version
from tests.infra.conftest import StartProvider, start_provider
from tests.pulumi_stacks import cli
from tools.dist.plugin import build_plugin
from tools.dist.wheel import build_wheel, commit_time

__all__ = ["start_provider"]

pytestmark = [pytest.mark.slow, pytest.mark.engine]

PROGRAM = "pulumi-resource-petaplan"


@pytest.fixture(scope="module")
def archive(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("PyInstaller") is None:
        pytest.skip("no PyInstaller here: `make test` and `make dist` install it")
    return build_plugin(wheel, tmp_path_factory.mktemp("dist"), commit_time())


@pytest.fixture(scope="module")
def home(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PULUMI_HOME in which the archive was installed."""
    folder = tmp_path_factory.mktemp("home")
    pulumi(folder, "plugin", "install", "resource", "petaplan", version(), "--file", str(archive))
    return folder


def pulumi(home: Path, *arguments: str) -> str:
    """What the CLI says on a host that has no Python."""
    environment = {"HOME": str(home), "PULUMI_HOME": str(home), "PATH": "/nowhere", "PULUMI_SKIP_UPDATE_CHECK": "1"}
    environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    done = subprocess.run([cli(), *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.variant
def test_the_archive_is_named_as_pulumi_asks_for_it_and_carries_no_test_tools(archive: Path) -> None:
    assert archive.name.startswith(f"{PROGRAM}-v{version()}-linux-")
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        assert {(entry.uid, entry.uname) for entry in packed.getmembers()} == {(0, "")}
    assert PROGRAM in names and names == sorted(names)
    assert not [name for name in names if "/scipy/" in name or "/hypothesis/" in name or "/numpy/" in name]


@pytest.mark.variant
def test_the_cli_installs_it_and_reads_the_shipped_schema_without_a_python(home: Path) -> None:
    (listed,) = json.loads(pulumi(home, "plugin", "ls", "--json"))
    assert (listed["name"], listed["version"]) == ("petaplan", version())
    schema = json.loads(pulumi(home, "package", "get-schema", "petaplan"))
    assert schema["resources"].keys() == json.loads(shipped_schema())["resources"].keys()


@pytest.mark.variant
def test_cat_16_the_frozen_plugin_serves_checks_and_keeps(
    home: Path, start_provider: StartProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program,) = home.glob(f"plugins/resource-petaplan-v*/{PROGRAM}")
    monkeypatch.setenv("PATH", "/nowhere")
    provider = start_provider(command=(str(program),))
    assert provider.stub.GetPluginInfo(Empty()).version == version()
    assert provider.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema == shipped_schema()
    provider.configure()
    site: dict[str, Any] = {"country": "NO", "jurisdiction": "IEC"}
    made = provider.create("Site", "campus", site)
    assert made.id == "petaplan/dev/site/campus"
    assert provider.read("Site", "campus", made.id, properties=site).id == made.id
    assert "expected" in provider.check("Hall", "hall", {"floorAreaM2": -1})["floorAreaM2"]
    provider.delete("Site", "campus", made.id, made.properties)
    assert not provider.read("Site", "campus", made.id, properties=site).id


def test_a_wheel_of_the_same_commit_has_the_same_bytes(tmp_path: Path) -> None:
    first, second = build_wheel(tmp_path / "first"), build_wheel(tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()
    assert os.listdir(tmp_path / "first") == [first.name]  # noqa: PTH208
