"""CAT-15, 16 and 17, and INV-09: the package in Pulumi's ecosystem."""

import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from petaplan.infra.kinds import KINDS
from petaplan.infra.provider.bounds import bounds_in_words
from petaplan.infra.provider.schema import fields_of, package_schema
from petaplan.infra.provider.version import shipped_schema
from petaplan.infra.spelling import pulumi_name
from tests.faults.inventory_lab import IMPORTS, QUIET, SITE_A, UP, project, rows
from tests.infra.conftest import BIN, ROOT, Project, StartProvider, start_provider

__all__ = ["project", "start_provider"]


# ---- CAT-15: a schema that a registry would take


def described(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that a page of a registry shows, by its place."""
    for token, made in (*schema["resources"].items(), *schema["types"].items()):
        yield token, made
        for group in ("inputProperties", "properties"):
            yield from ((f"{token}.{name}", each) for name, each in made.get(group, {}).items())
        yield from ((f"{token}={each['value']}", each) for each in made.get("enum", ()))
    yield from (*schema["config"]["variables"].items(), *schema["provider"]["inputProperties"].items())


def test_cat_15_every_input_output_and_value_has_a_description() -> None:
    bare = [place for place, each in described(package_schema()) if not each.get("description", "").strip()]
    assert bare == []


def test_cat_15_the_schema_names_publisher_licence_and_sdks() -> None:
    schema = package_schema()
    assert (schema["publisher"], schema["license"]) == ("petaplan", "Apache-2.0")
    assert schema["language"].keys() == {"csharp", "go", "java", "nodejs", "python"}
    assert not schema["language"]["nodejs"]["packageName"].startswith("@pulumi/")
    assert "example.com" not in shipped_schema()
    sdks = [block for name, block in schema["language"].items() if name != "java"]
    assert all(block["respectSchemaVersion"] for block in sdks)


def test_cat_15_a_name_tells_that_it_replaces_the_object() -> None:
    for resource in package_schema()["resources"].values():
        for group in ("inputProperties", "properties"):
            replacing = {key for key, each in resource[group].items() if each.get("willReplaceOnChanges")}
            assert replacing == {"name"}


def test_cat_15_each_default_and_bound_is_told() -> None:
    told = 0
    for kind in KINDS:
        properties = package_schema()["resources"][kind.token]["inputProperties"]
        for field, definition in fields_of(kind):
            if words := bounds_in_words(definition):
                told += 1
                assert words in properties[pulumi_name(field)]["description"]
    hall = package_schema()["resources"]["petaplan:index:Hall"]["inputProperties"]
    assert hall["rackPitchM"]["description"].endswith("Above 0, at most 100,000. Default: 0.6.")
    assert hall["redundancy"]["description"].endswith("Default: N.")
    assert told > 200


# ---- CAT-16: what works only in a checkout


@pytest.fixture
def without_sources(tmp_path: Path) -> Path:
    """The package as compiled files alone, as a frozen plugin has it."""
    target = tmp_path / "compiled" / "petaplan"
    shutil.copytree(ROOT / "petaplan", target, ignore=shutil.ignore_patterns("__pycache__", "bench"))
    assert compileall.compile_dir(target, legacy=True, quiet=1, workers=1)
    for source in target.rglob("*.py"):
        source.unlink()
    return target.parent


def test_cat_16_a_plugin_without_sources_gives_the_shipped_schema(
    without_sources: Path, start_provider: StartProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(without_sources), *site_packages()]))
    code = "import petaplan, sys; assert petaplan.__file__.endswith('.pyc'), petaplan.__file__; "
    start = f"{code}from petaplan.infra.provider.__main__ import main; main()"
    provider = start_provider(command=(sys.executable, "-S", "-c", start))
    answer = provider.stub.GetSchema(provider_pb2.GetSchemaRequest())
    assert answer.schema == (ROOT / "infra" / "provider" / "schema.json").read_text(encoding="utf-8")
    provider.configure()
    assert provider.create("Site", "a", {"country": "HK", "jurisdiction": "HK"}).id == "petaplan/dev/site/a"
    assert "expected" in provider.check("Hall", "h", {"floorAreaM2": -1})["floorAreaM2"]


def site_packages() -> list[str]:
    """Where third-party packages are; no file in them puts the checkout on the path, since site does not run."""
    return [path for path in sys.path if path.endswith("site-packages")]


# ---- INV-09: import of what stands


@pytest.mark.engine
def test_inv_09_what_stands_is_imported_by_its_id(project: Project) -> None:
    project.program(IMPORTS + SITE_A)
    project.run(*UP)
    before = rows(project)
    project.run("state", "delete", f"urn:pulumi:dev::{NAME}::petaplan:index:Site::a", "--yes")
    arguments = ("petaplan:index:Site", "a", f"{NAME}/dev/site/s1", "--yes", "--skip-preview")
    project.run("import", *arguments, "--generate-code=false")
    assert rows(project) == before
    project.run(*QUIET)


@pytest.mark.engine
def test_inv_09_the_pages_have_the_engines_own_words_for_what_it_lacks(project: Project) -> None:
    project.program(IMPORTS + SITE_A)
    project.run(*UP)
    project.run("state", "delete", f"urn:pulumi:dev::{NAME}::petaplan:index:Site::a", "--yes")
    plugin, page = str(BIN / "pulumi-resource-petaplan"), (ROOT / "docs" / "pulumi.md").read_text(encoding="utf-8")
    for command, words in (
        (("package", "gen-sdk", "--language", "python", "-o", "sdk", plugin), "method GeneratePackage not implemented"),
        (
            ("import", "petaplan:index:Site", "a", f"{NAME}/dev/site/s1", "--yes"),
            "method GenerateProgram not implemented",
        ),
    ):
        done = subprocess.run(
            project.command(*command),
            cwd=project.folder,
            env=project.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or words in done.stdout + done.stderr  # an official installation can do both
        assert words in page
    project.run(*QUIET)


NAME = "petaplan"
"""Name of the project in the laboratory."""
