"""SDKs of other languages: generated from the shipped schema, compiled, and a program of each previewed."""

import shutil
from pathlib import Path

import pytest

from tests.ecosystem.conftest import GO, PROGRAMS, SCHEMA, TOOLS, OtherProject, needs, ran

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.xdist_group("ecosystem")]

DECLARED = ("Hub eco create", "Site campus create", "Phase first create", "Hall hall create")


def previewed(project: OtherProject) -> None:
    project.pulumi("stack", "init", "dev")
    said = project.pulumi("preview")
    for resource in DECLARED:
        assert f"petaplan:index:{resource}" in said, said


def unread_settings_are_told(project: OtherProject) -> None:
    """CAT-17: settings of petaplan's own program, in a project whose program is another."""
    assert "nothing reads" not in project.pulumi("preview")
    for key in ("hub", "phase", "enforce"):
        project.pulumi("config", "set", f"petaplan:{key}", "warn")
    assert "found petaplan:enforce, petaplan:hub, petaplan:phase; nothing reads them" in project.pulumi("preview")


@pytest.mark.variant
def test_a_typescript_program_compiles_and_previews(sdks: Path, hosts: Path, tmp_path: Path) -> None:
    npm, folder = needs("npm"), tmp_path / "typescript"
    shutil.copytree(PROGRAMS / "typescript", folder)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(TOOLS / "sdk" / name, folder / name)
    ran([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, {})
    shutil.copytree(sdks / "nodejs", folder / "sdk")
    compiler = folder / "node_modules" / ".bin" / "tsc"
    assert ran([compiler, "-p", "sdk"], folder, {}) == ""
    shutil.copy(folder / "sdk" / "package.json", folder / "sdk" / "bin" / "package.json")
    package = folder / "node_modules" / "@petaplan" / "petaplan"
    package.parent.mkdir()
    package.symlink_to(folder / "sdk" / "bin")
    assert ran([compiler, "-p", "."], folder, {}) == ""

    project = OtherProject(folder, hosts)
    project.write_project("nodejs")
    previewed(project)
    unread_settings_are_told(project)


def test_a_go_program_compiles_and_previews(sdks: Path, hosts: Path, tmp_path: Path) -> None:
    go, folder = needs("go"), tmp_path / "go"
    shutil.copytree(PROGRAMS / "go", folder)
    shutil.copytree(sdks / "go" / "petaplan", folder / "sdk")
    (folder / "sdk" / "go.mod").write_text("module petaplan/sdk/go/petaplan\n\ngo 1.26\n", encoding="utf-8")
    kept = [
        line for line in (TOOLS / "go.mod").read_text(encoding="utf-8").splitlines() if not line.startswith("tool ")
    ]
    kept[0] = "module petaplan.invalid/hub"
    kept += ["require petaplan/sdk/go/petaplan v0.0.0", "replace petaplan/sdk/go/petaplan => ./sdk"]
    (folder / "go.mod").write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copy(TOOLS / "go.sum", folder / "go.sum")
    ran([go, "vet", "-mod=mod", "."], folder, GO)

    project = OtherProject(folder, hosts)
    project.environment["GOFLAGS"] = f"-mod=mod {GO['GOFLAGS']}"
    project.write_project("go")
    previewed(project)


def test_a_yaml_program_previews(yaml_host: Path, tmp_path: Path) -> None:
    folder = tmp_path / "yaml"
    shutil.copytree(PROGRAMS / "yaml", folder)
    text = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
    project = OtherProject(folder, yaml_host)
    project.write_project("yaml", text)
    previewed(project)
    unread_settings_are_told(project)


def test_the_python_sdk_is_a_package_of_its_own_name(sdks: Path) -> None:
    assert (sdks / "python" / "pulumi_petaplan" / "hall.py").is_file()
    assert 'name = "pulumi_petaplan"' in (sdks / "python" / "pyproject.toml").read_text(encoding="utf-8")


def test_pulumi_finds_no_fault_with_the_shipped_schema(tmp_path: Path) -> None:
    (tmp_path / "checked").mkdir()
    project = OtherProject(tmp_path / "checked", None)
    assert project.pulumi("schema", "check", str(SCHEMA)) == ""
