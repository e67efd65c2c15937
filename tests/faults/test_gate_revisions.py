"""IO-10: which petaplan judges a revision, and whose code runs for it; and files that lead out of a repository."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import write_json, write_yaml
from tests.commands import BIN, ROOT, Said, petaplan
from tests.hubs import hub, pod, target
from tests.patience import PATIENCE_SECONDS

OLD = hub(targets=(target(100),), pods=(pod(), pod("pod-2")))
NEW = OLD.replace(pods=(pod(),))
NAMES = ("json", "yaml", "sitecustomize", "usercustomize", "typer", "pydantic", "check", "encodings")


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def run(folder: Path, *words: str, **environment: str) -> Said:
    """A command in a process of its own, as a job of CI runs it."""
    done = subprocess.run(
        [BIN / "petaplan", *words], cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Plans whose older revision has modules and packages that tell when they run."""
    folder = tmp_path / "repository"
    (folder / "hub").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    tells = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__ + ' ')\n"
    for place in (folder, folder / "hub"):
        for name in NAMES:
            (place / f"{name}.py").write_text(tells, encoding="utf-8")
        for package in ("petaplan", "petaplan/capacity", "capacity", "capacity/document", "infra"):
            (place / package).mkdir()
            (place / package / "__init__.py").write_text(tells, encoding="utf-8")
        (place / "capacity" / "check.py").write_text(tells, encoding="utf-8")
        (place / "pyproject.toml").write_text('[project]\nname = "petaplan"\nversion = "9.9.9"\n', encoding="utf-8")
        (place / "plan.yaml").write_text(write_yaml(OLD), encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "old")
    for place in (folder, folder / "hub"):
        (place / "plan.yaml").write_text(write_yaml(NEW), encoding="utf-8")
    git(folder, "checkout", "--quiet", "-b", "change")
    git(folder, "commit", "--quiet", "--all", "--message", "new")
    return folder


@pytest.mark.sample(2)
@pytest.mark.parametrize("where", [".", "hub"])
@pytest.mark.parametrize("words", [
    ("diff", "main..HEAD", "plan.yaml"), ("diff", "main...", "plan.yaml"), ("gate", "plan.yaml", "--base", "main"),
], ids=["diff", "since", "gate"])  # fmt: skip
def test_io_10_a_revision_of_data_runs_nothing_and_is_judged_by_the_installed_petaplan(
    words: tuple[str, ...], where: str, repository: Path, tmp_path: Path
) -> None:
    said = run(repository / where, *words)
    assert said.code in (0, 1), said.err
    assert "pod-2" in said.out
    assert "Both sides judged by petaplan " in said.out
    assert "9.9.9" not in said.out
    assert not (tmp_path / "ran").exists()


def test_io_10_a_module_of_a_revision_runs_apart_without_tokens_and_petaplan_stays_this_one(
    repository: Path, tmp_path: Path
) -> None:
    for name, text in (("main", OLD), ("HEAD", NEW)):
        git(
            repository,
            "checkout",
            "--quiet",
            "-B",
            name if name == "main" else "change",
            name if name == "main" else "main",
        )
        (repository / "data.json").write_text(write_json(text), encoding="utf-8")
        (repository / "mine.py").write_text(
            "import os, petaplan\nfrom petaplan.capacity.document.plan import read\n"
            f"open({str(tmp_path / 'seen')!r}, 'a').write(repr(dict(os.environ)) + petaplan.__file__)\n"
            "def hub():\n    return read('data.json')\n",
            encoding="utf-8",
        )
        git(repository, "add", ".")
        git(repository, "commit", "--quiet", "--message", "module")
    said = run(repository, "diff", "main..change", "mine:hub", "--format", "json", GITHUB_TOKEN="S3CRET", CI="S3CRET")
    assert said.code == 1, said.err
    found = json.loads(said.out)
    assert [one["name"] for one in found["objects"]] == ["pod-2"]
    assert found["judged_by"]["before"] == found["judged_by"]["after"]
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "S3CRET" not in seen
    assert str(repository) not in seen.split("__init__.py")[0].rpartition("}")[2]
    assert not (tmp_path / "ran").exists()


def clone_of_petaplan(folder: Path) -> Path:
    """A clone of this checkout with one more commit, in which a rule has another formula."""
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(folder)], check=True, capture_output=True)
    git(folder, "checkout", "--quiet", "-B", "old")
    rule = folder / "capacity" / "rules" / "pf" / "targets.py"
    text = rule.read_text(encoding="utf-8")
    assert "pflops of the target <= sum" in text
    rule.write_text(text.replace("pflops of the target <= sum", "pflops of a target <= sum"), encoding="utf-8")
    version = (folder / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(version.replace('version = "0.', 'version = "7.'), encoding="utf-8")
    git(folder, "checkout", "--quiet", "-b", "new")
    git(folder, "commit", "--quiet", "--all", "--message", "a rule")
    return folder


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout")
def test_a_revision_of_petaplan_is_judged_by_its_own_rules_and_that_is_said(tmp_path: Path) -> None:
    folder = clone_of_petaplan(tmp_path / "clone")
    said = run(folder, "diff", "old..new", "infra.hong_kong:hub", "--format", "json")
    assert said.code in (0, 1), said.err
    by = json.loads(said.out)["judged_by"]
    assert by["before"].endswith("as it is at old")
    assert by["after"].startswith("petaplan 7.")
    said = run(folder, "diff", "old..new", "infra.hong_kong:hub")
    assert "old judged by petaplan " in said.out


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout")
def test_a_change_cannot_make_a_repository_petaplan_s_by_merging_its_history(repository: Path, tmp_path: Path) -> None:
    git(repository, "fetch", "--quiet", str(ROOT), "HEAD")
    git(repository, "merge", "--quiet", "--allow-unrelated-histories", "--strategy", "ours", "-m", "m", "FETCH_HEAD")
    said = run(repository, "diff", "main..HEAD", "plan.yaml")
    assert "Both sides judged by petaplan " in said.out
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("in_git", [False, True], ids=["folder", "repository"])
def test_a_document_that_is_a_link_out_of_its_repository_is_refused(kind: str, in_git: bool, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plan.yaml").write_text("token: S3CRET\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    if in_git:
        git(inside, "init", "--quiet")
    if kind == "file":
        (inside / "plan.yaml").symlink_to("../secret/plan.yaml")
    else:
        (inside / "hub").symlink_to("../secret")
    plan = "plan.yaml" if kind == "file" else "hub/plan.yaml"
    if kind == "folder" and not in_git:
        return  # its own folder is that one
    shutil.copy(tmp_path / "secret" / "plan.yaml", inside / "copy.yaml")
    (inside / "good.yaml").write_text(write_yaml(OLD), encoding="utf-8")
    for words in (
        ["check", plan],
        ["gate", plan],
        ["gate", "good.yaml", "--waivers", plan],
        ["diff", plan, "good.yaml"],
    ):
        said = petaplan(*words, cwd=inside)
        assert (said.code, "leads out of its repository" in said.err) == (2, True), said.err
        assert "S3CRET" not in said.err + said.out
    (inside / "link.yaml").symlink_to("good.yaml")
    assert petaplan("gate", "link.yaml", cwd=inside).code == 0


def test_a_link_out_of_a_revision_is_refused(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("token: S3CRET\n", encoding="utf-8")
    (repository / "out.yaml").symlink_to("../secret.yaml")
    (repository / "far.yaml").symlink_to(tmp_path / "secret.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "link")
    for plan in ("out.yaml", "far.yaml", "../secret.yaml"):
        said = run(repository, "diff", "HEAD..HEAD", plan)
        assert said.code == 2
        assert "S3CRET" not in said.err + said.out


def test_evidence_that_is_a_link_out_of_a_revision_is_refused(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"token": "S3CRET"}', encoding="utf-8")
    (repository / "run.json").symlink_to(tmp_path / "secret.json")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "link")
    (repository / "run.json").unlink()
    (repository / "run.json").write_text("{}", encoding="utf-8")
    said = run(repository, "diff", "HEAD..HEAD", "plan.yaml", "--evidence", "run.json")
    assert (said.code, "leads out of the repository" in said.err) == (2, True), said.err
    assert "S3CRET" not in said.err + said.out


def test_a_document_opens_no_file_but_itself_and_those_of_petaplan_and_python(repository: Path) -> None:
    program = (
        "import sys\nopened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        "from petaplan.capacity.__main__ import petaplan\n"
        "petaplan(['check', 'plan.yaml', '--format', 'json', '-o', '/dev/null'])\nprint(*opened, sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=repository, capture_output=True, text=True, check=True
    )
    own = {str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, ROOT, Path(os.__file__).parent)}
    allowed = (*own, *(place for place in sys.path if place), "/dev", "/etc", "/proc", "/usr", "/sys")
    foreign = [name for name in dict.fromkeys(done.stdout.splitlines()) if name.startswith("/")]
    foreign = [name for name in foreign if not name.startswith(allowed)]
    assert [name for name in foreign if Path(name).resolve() != (repository / "plan.yaml").resolve()] == []
    assert not (repository.parent / "ran").exists()
