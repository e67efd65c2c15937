"""A repository of one's own with nothing but the wheel: init, check, preview, up, and the gate of a second commit."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.wheel.conftest import Repository, Said, third_party

pytestmark = [pytest.mark.slow, pytest.mark.engine]

PASSPHRASE = "throw-away"
CHANGES = {
    "hub": ("my_hub/plan.py", "pflops=2_000", "pflops=2_100"),
    "one-hall": ("plan.yaml", "pflops: 250", "pflops: 260"),
    "pulumi-program": ("__main__.py", "pflops=120 * rows", "pflops=130 * rows"),
}
"""A change of each template by which it falls short: file, text, other text."""

JUDGED = {"hub": ("my_hub.plan:hub",), "one-hall": ("plan.yaml",), "pulumi-program": ("--stack", "dev")}


@pytest.fixture(params=CHANGES)
def template(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(template: str, wheel: Path, prefix: Path, tmp_path: Path) -> Repository:
    """What `petaplan init` makes of an empty folder, installed as its README says, and committed."""
    outside = Repository(tmp_path, prefix)
    name = f"my-{template}"
    said = outside.run("petaplan", "init", name, "--template", template, "--package", str(wheel))
    assert (said.code, said.err) == (0, "")
    repository = Repository(tmp_path / name, tmp_path / name / ".venv")
    install(repository)
    repository.variables = {
        "VIRTUAL_ENV": str(repository.prefix),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    git(repository, "init", "-q")
    commit(repository, "Begin")
    return repository


def install(repository: Repository) -> None:
    """The environment of the repository: petaplan by its own file of requirements, the rest as it is installed here."""
    venv.create(repository.prefix, symlinks=True)
    (site,) = repository.prefix.glob("lib/python*/site-packages")
    (site / "third_party.pth").write_text("".join(f"{path}\n" for path in third_party()), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--python", str(repository.prefix), "install", "-q", "--no-index"]
    more = ["--ignore-installed", "--no-deps", "--no-build-isolation", "-r", "requirements-petaplan.txt"]
    subprocess.run([*command, *more], cwd=repository.folder, check=True)


def git(repository: Repository, *arguments: str) -> Said:
    said = repository.run("git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments)
    assert said.code == 0, said.err
    return said


def commit(repository: Repository, subject: str) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", subject)
    assert git(repository, "status", "--porcelain").out == ""


def pulumi(repository: Repository, *arguments: str) -> str:
    said = repository.run("pulumi", *arguments, "--non-interactive", "--color", "never")
    assert said.code == 0, said.out + said.err
    return said.out


@pytest.mark.sample(1)
def test_a_new_repository_goes_from_init_to_the_gate_of_a_second_commit(template: str, made: Repository) -> None:
    if template != "pulumi-program":
        said = made.run("petaplan", "check", *JUDGED[template])
        assert (said.code, said.err) == (0, "") and said.out.startswith("PASS")
    said = made.run("petaplan", "doctor")
    assert (said.code, said.err) == (0, ""), said.out
    pulumi(made, "stack", "init", "dev")
    assert " create" in pulumi(made, "preview", "--stack", "dev")
    pulumi(made, "up", "--stack", "dev", "--yes", "--skip-preview")
    pulumi(made, "preview", "--stack", "dev", "--expect-no-changes")
    assert made.run("petaplan", "status", "--stack", "dev").code == 0
    assert "nvidia-dgx-h100-rack" in made.run("petaplan", "inventory", "list", "--racks").out
    commit(made, "Bring it up")
    if template != "pulumi-program":
        same = made.run("petaplan", "diff", "stack:dev", "program:dev")
        assert same.code == 0, same.out + same.err
        clean = made.run("petaplan", "gate", "--stack", "dev", "--base", "HEAD", "--no-weakening", "--markdown", "-")
        assert clean.code == 0, clean.out + clean.err
        assert "What judges changed: nothing" in clean.out

    file, old, new = CHANGES[template]
    text = (made.folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    made.write(file, text.replace(old, new))
    commit(made, "Ask for more")
    base = () if template == "pulumi-program" else ("--base", "HEAD~1")
    said = made.run("petaplan", "gate", *JUDGED[template], *base, "--markdown", "-")
    assert said.code == 1, said.out + said.err
    assert "Shortfall: my-" in said.out and "PF-001" in said.out
    if base:
        assert "What changes against HEAD" in said.out and "| target end-2027 |" in said.out
    made.write(file, text)
    assert made.run("petaplan", "gate", *JUDGED[template], *base).code == 0


def test_petaplan_may_come_from_one_commit_of_a_git_repository(source: Path, prefix: Path, tmp_path: Path) -> None:
    origin = Repository(source, prefix, {"GIT_CONFIG_GLOBAL": "/dev/null"})
    git(origin, "init", "-q")
    commit(origin, "petaplan")
    revision = git(origin, "rev-parse", "HEAD").out.strip()
    outside = Repository(tmp_path, prefix)
    said = outside.run("petaplan", "init", "mine", "--template", "one-hall", "--package", f"file://{source}@{revision}")
    assert (said.code, said.err) == (0, "")
    repository = Repository(tmp_path / "mine", tmp_path / "mine" / ".venv")
    install(repository)
    assert not (repository.folder / "wheels").exists()
    assert repository.run("petaplan", "check", "plan.yaml").code == 0
    said = Repository(tmp_path, repository.prefix).run("petaplan", "init", "second", "--template", "one-hall")
    assert (said.code, said.err) == (0, "")
    requirement = (tmp_path / "second" / "requirements-petaplan.txt").read_text(encoding="utf-8")
    assert requirement.endswith(f"git+file://{source}@{revision}\n")
