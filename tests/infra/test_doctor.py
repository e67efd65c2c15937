"""`petaplan doctor`: each part that is missing, by itself, with what to do; exit codes 0, 1 and 2."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from petaplan.infra.doctor.examination import examined
from petaplan.infra.doctor.part import Part, Presence
from petaplan.infra.provider.version import version
from tests.commands import petaplan

PROJECT = """\
name: mine
runtime: {name: python, options: {virtualenv: .venv}}
backend: {url: "file://./state"}
plugins: {providers: [{name: petaplan, path: .venv/bin}]}
"""

Host = Mapping[str, str]


def program(folder: Path, name: str, script: str = "true") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.fixture
def host(tmp_path: Path) -> dict[str, str]:
    """The variables of a host that has everything."""
    programs = tmp_path / "bin"
    program(programs, "pulumi", "echo v3.259.0")
    program(programs, "pulumi-language-python")
    program(programs, "git")
    return {"PATH": str(programs), "PULUMI_HOME": str(tmp_path / "home"), "PULUMI_CONFIG_PASSPHRASE": "x"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that has everything."""
    made = tmp_path / "mine"
    program(made / ".venv" / "bin", "python")
    program(made / ".venv" / "bin", "pulumi-resource-petaplan")
    (made / ".venv" / "lib" / "python3.11" / "site-packages" / "petaplan-0.2.0.dist-info").mkdir(parents=True)
    (made / "state").mkdir()
    (made / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    return made


def lacking(folder: Path, host: Host) -> dict[str, Part]:
    return {part.name: part for part in examined(folder, host) if part.presence is Presence.MISSING}


def test_nothing_is_missing_where_everything_is_there(folder: Path, host: Host) -> None:
    assert lacking(folder, host) == {}
    assert not any(part.advice for part in examined(folder, host))


def removed(folder: Path) -> Iterator[tuple[str, str]]:
    """Each part with the file whose absence takes it away."""
    yield "Pulumi CLI", "bin/pulumi"
    yield "Python host of Pulumi", "bin/pulumi-language-python"
    yield "environment", "mine/.venv/bin/python"
    yield "plugin", "mine/.venv/bin/pulumi-resource-petaplan"


@pytest.mark.parametrize(("part", "file"), list(removed(Path())))
def test_a_part_that_was_removed_is_missing_alone(part: str, file: str, folder: Path, host: Host) -> None:
    (folder.parent / file).unlink()
    found = lacking(folder, host)
    assert found.keys() == {part} and found[part].advice


@pytest.mark.parametrize("said", ["echo v3.199.9", "echo v2.300.0", "exit 1", "echo", "kill $$"])
def test_an_old_or_broken_cli_is_missing(said: str, folder: Path, host: Host) -> None:
    program(Path(host["PATH"]), "pulumi", said)
    found = lacking(folder, host)
    assert found.keys() == {"Pulumi CLI"} and "3.200 or newer" in found["Pulumi CLI"].advice


def test_git_is_needed_by_some_commands_alone(folder: Path, host: Host) -> None:
    (Path(host["PATH"]) / "git").unlink()
    assert lacking(folder, host) == {}
    assert [part.name for part in examined(folder, host) if part.presence is Presence.ABSENT] == ["git"]


def test_a_backend_of_files_needs_its_folder(folder: Path, host: Host) -> None:
    (folder / "state").rmdir()
    assert "mkdir -p" in lacking(folder, host)["backend"].advice
    assert lacking(folder, {**host, "PULUMI_BACKEND_URL": f"file://{folder}"}) == {}


def test_the_secret_of_a_backend_is_not_shown(folder: Path, host: Host) -> None:
    parts = examined(folder, {**host, "PULUMI_BACKEND_URL": "https://user:secret@host.example/x"})
    assert not any("secret@" in part.found for part in parts)


def test_the_key_may_be_a_variable_a_file_or_another_service(folder: Path, host: Host) -> None:
    without = {key: value for key, value in host.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
    assert lacking(folder, without).keys() == {"key"}
    assert lacking(folder, {**without, "PULUMI_CONFIG_PASSPHRASE": ""}) == {}
    named = {**without, "PULUMI_CONFIG_PASSPHRASE_FILE": "pass.txt"}
    assert "names no file" in lacking(folder, named)["key"].found
    (folder / "pass.txt").write_text("x", encoding="utf-8")
    assert lacking(folder, named) == {}
    (folder / "Pulumi.dev.yaml").write_text("secretsprovider: awskms://alias/x\n", encoding="utf-8")
    assert lacking(folder, without) == {}
    (folder / "Pulumi.full.yaml").write_text("encryptionsalt: v1:x\n", encoding="utf-8")
    assert lacking(folder, without).keys() == {"key"}


def test_an_installed_plugin_counts_in_this_version_alone(folder: Path, host: Host) -> None:
    (folder / "Pulumi.yaml").write_text("name: mine\nruntime: yaml\nbackend: {url: 'file://./state'}\n")
    assert "pulumi plugin install" in lacking(folder, host)["plugin"].advice
    plugins = Path(host["PULUMI_HOME"]) / "plugins"
    (plugins / "resource-petaplan-v0.0.1").mkdir(parents=True)
    assert "resource-petaplan-v0.0.1" in lacking(folder, host)["plugin"].found
    (plugins / f"resource-petaplan-v{version()}").mkdir()
    assert lacking(folder, host) == {}


def test_an_address_of_no_inventory_is_missing(folder: Path, host: Host) -> None:
    (folder / "Pulumi.yaml").write_text(f"{PROJECT}config: {{petaplan:inventory: 'nosql:x'}}\n", encoding="utf-8")
    assert "nosql" in lacking(folder, host)["inventory"].found


def test_outside_a_project_the_host_alone_is_asked(tmp_path: Path, host: Host) -> None:
    assert lacking(tmp_path, host) == {}
    assert "petaplan init" in examined(tmp_path, host)[-1].advice


def test_the_exit_code_says_whether_something_is_missing(folder: Path, host: Host) -> None:
    said = petaplan("doctor", "--format", "csv", cwd=folder, environment=host)
    assert (said.code, said.err) == (0, "")
    assert (said.out.count(",present,"), len(said.out.splitlines())) == (11, 12)
    (folder / "state").rmdir()
    said = petaplan("doctor", cwd=folder, environment=host)
    assert said.code == 1 and "1 of 11 parts are missing" in said.out
    (folder / "Pulumi.yaml").write_text("name: [", encoding="utf-8")
    said = petaplan("doctor", cwd=folder, environment=host)
    assert said.code == 2 and "Pulumi.yaml" in said.err and "Traceback" not in said.err
