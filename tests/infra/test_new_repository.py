"""`petaplan init`: what it refuses, all at once and with nothing written, and what it writes."""

import ast
import io
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from petaplan.infra.project import runs_petaplan
from petaplan.infra.provider.version import version
from petaplan.infra.repository.templates import TEMPLATES
from tests.commands import Said, petaplan
from tests.gate.test_ci import read as read_workflow

COMMIT = "https://host.example/team/petaplan.git@" + "0123456789abcdef0123456789abcdef01234567"


def init(folder: Path | str, *more: str, cwd: Path, package: str | None = COMMIT) -> Said:
    return petaplan("init", str(folder), *more, *(() if package is None else ("--package", package)), cwd=cwd)


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def refused(said: Said, *words: str) -> None:
    """Exit 2, one line a problem, each of the words in one of them."""
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert all(line.startswith("error: ") for line in lines), said.err
    for word in words:
        assert any(word in line for line in lines), (word, said.err)


# ---- What is refused


@pytest.mark.parametrize(
    "name",
    ["1hub", "My-Hub", "a b", "hub.", "-hub", "hub-", "hub--a", "hüb", "class", "match", "json", "pulumi", "petaplan"],
)
def test_a_name_that_no_package_can_have_is_refused(name: str, tmp_path: Path) -> None:
    refused(init(f"./{name}", cwd=tmp_path), repr(name))
    assert everything(tmp_path) == set()


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    refused(init("a" * 64, cwd=tmp_path), "64 characters", "at most 63")
    assert init("a" * 63, cwd=tmp_path).code == 0


def test_a_folder_with_something_in_it_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for name in (".hidden", "b", "c"):
        (tmp_path / "mine" / name).write_text("kept")
    refused(init("mine", cwd=tmp_path), "'.hidden' and 2 more in it; expected a folder that is new or empty")
    assert everything(tmp_path) == {"mine", "mine/.hidden", "mine/b", "mine/c"}


def test_a_file_a_way_through_a_file_and_a_dead_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("a file")
    (tmp_path / "link").symlink_to("nowhere")
    refused(init("mine", cwd=tmp_path), "found a file")
    refused(init("mine/hub", cwd=tmp_path), "found a file on the way to it")
    refused(init("mine/below/hub", cwd=tmp_path), "found a file on the way to it")
    refused(init("link", cwd=tmp_path), "a link that leads nowhere")
    assert everything(tmp_path) == {"mine", "link"}


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "plan.py").write_text("")
    said = init("class", "--template", "one-hal", cwd=tmp_path, package="http://u:pw@host/x@main")
    refused(said, "a keyword of Python", "'plan.py' in it", "did you mean 'one-hall'?", "--package", "'main'")
    assert "pw" not in said.err
    assert everything(tmp_path) == {"class", "class/plan.py"}


@pytest.mark.parametrize(
    ("package", "told"),
    [
        ("https://host.example/petaplan.git@main", "a full commit of 40 hexadecimal digits"),
        ("https://host.example/petaplan.git@0123456", "a full commit"),
        ("https://host.example/petaplan.git@" + 40 * "A", "a full commit"),
        ("https://host.example/petaplan.git", "a wheel of petaplan, or GIT-URL@COMMIT"),
        ("https://token@host.example/petaplan.git@" + 40 * "a", "a secret in the URL"),
        ("ssh://git:secret@host.example/petaplan.git@" + 40 * "a", "a secret in the URL"),
        ("git@host.example:team/petaplan.git@" + 40 * "a", "the URL starts with https://"),
        ("http://host.example/petaplan.git@" + 40 * "a", "the URL starts with https://"),
        ("https://host.example/a b@" + 40 * "a", "the URL starts with https://"),
        ("https://host.example/a\n--index-url=x@" + 40 * "a", "the URL starts with https://"),
        ("https://host.example/a#egg=other@" + 40 * "a", "the URL starts with https://"),
        ("petaplan", "a wheel of petaplan, or GIT-URL@COMMIT"),
        ("", "a wheel of petaplan, or GIT-URL@COMMIT"),
        ("no-such.whl", "No such file or directory"),
        ("/dev/zero.whl", "No"),
    ],
)
def test_a_package_that_is_neither_wheel_nor_commit_is_refused(package: str, told: str, tmp_path: Path) -> None:
    said = init("mine", cwd=tmp_path, package=package)
    refused(said, "--package", told)
    assert "token@" not in said.err and ":secret" not in said.err
    assert everything(tmp_path) == set()


def wheel(name: str = "petaplan", made: str | None = None) -> bytes:
    """A file that has the form of a wheel."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        text = f"Metadata-Version: 2.4\nName: {name}\nVersion: {made or version()}\n"
        archive.writestr(zipfile.ZipInfo(f"{name}-1.dist-info/METADATA"), text)  # dated 1980, always
    return content.getvalue()


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("petaplan-9.9.9-py3-none-any.whl", wheel(made="9.9.9"), "petaplan 9.9.9 in"),
        ("petaplan-0.2.0-py3-none-any.whl", wheel(name="other"), "other"),
        ("petaplan-0.2.0-py3-none-any.whl", b"PK\x05\x06", "no wheel"),
        ("petaplan-0.2.0-py3-none-any.whl", b"", "no wheel"),
        ("petaplan-0.2.0-py3-none-any.whl", wheel()[:-30], "no wheel"),
        ("renamed.whl", wheel(), "petaplan-VERSION-py3-none-any.whl"),
        ("plan.txt", b"text", "petaplan-VERSION-py3-none-any.whl"),
    ],
)
def test_a_file_that_is_no_wheel_of_this_petaplan_is_refused(
    file: str, content: bytes, told: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_bytes(content)
    refused(init("mine", cwd=tmp_path, package=file), "--package", told)
    assert everything(tmp_path) == {file}


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    name = f"petaplan-{version()}-py3-none-any.whl"
    (tmp_path / name).symlink_to("/dev/zero")
    refused(init("mine", cwd=tmp_path, package=name), "more than 128 MiB")


def test_a_petaplan_that_was_installed_from_a_folder_asks_for_the_option(tmp_path: Path) -> None:
    refused(init("mine", cwd=tmp_path, package=None), "--package", "`make dist`")


def test_nothing_is_left_where_the_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # requirements.txt is larger
    try:
        said = init("mine", cwd=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    refused(said, "File too large")
    assert everything(tmp_path) == set()


# ---- What is written


@pytest.fixture(params=TEMPLATES)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    said = init("deep/my_hub-2", "--template", request.param, cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    return tmp_path / "deep" / "my_hub-2"


def test_no_name_is_left_to_fill_in(made: Path) -> None:
    for path in filter(Path.is_file, made.rglob("*")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@[A-Z]+(_[A-Z]+)*@|PACKAGE", text), path
        assert not path.name.endswith(".in") and "dot-" not in path.name


def test_the_files_are_what_their_readers_expect(made: Path) -> None:
    for source in made.rglob("*.py"):
        ast.parse(source.read_text(encoding="utf-8"))
    for path, schema in ((".github/workflows/gate.yml", "github-workflows"), (".gitlab-ci.yml", "gitlab-ci")):
        published = get_builtin_schema(f"vendor.{schema}")
        assert not list(Draft7Validator(published).iter_errors(read_workflow(made / path)))
    project = yaml.safe_load((made / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["name"] == "my_hub-2"
    assert runs_petaplan(made) == ("petaplan:hub" in project["config"])
    assert yaml.safe_load((made / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


def test_every_package_is_pinned_and_the_jobs_need_no_checkout_of_petaplan(made: Path) -> None:
    locked = (made / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z][\w.-]*==", locked, re.MULTILINE)
    assert len(pins) > 30 and "pulumi==" in pins
    assert len(re.split(r"^(?=[a-z][\w.-]*==)", locked, flags=re.MULTILINE)[1:]) == len(pins)
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=[a-z][\w.-]*==)", locked, flags=re.MULTILINE)[1:])
    own = (made / "requirements-petaplan.txt").read_text(encoding="utf-8").splitlines()
    assert own[1:] == [f"git+{COMMIT}"]
    for path in (".github/workflows/gate.yml", ".gitlab-ci.yml"):
        text = (made / path).read_text(encoding="utf-8")
        assert "pip install --require-hashes" in text and "--no-deps" in text
        assert "make" not in re.findall(r"\w+", text)


def test_actions_are_pinned_to_commits(made: Path) -> None:
    text = (made / ".github" / "workflows" / "gate.yml").read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+) # v", text)
    assert len(uses) == text.count("uses:") == 4
    assert all(re.search(r"@[0-9a-f]{40}$", each) for each in uses)


def test_git_init_may_come_first_and_a_link_to_an_empty_folder_is_followed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "mine")], check=True)
    assert init("mine", cwd=tmp_path).code == 0
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    assert init("link", cwd=tmp_path).code == 0
    assert (tmp_path / "empty" / "link" / "plan.py").is_file()


def test_the_folder_may_be_the_one_that_the_command_runs_in(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert init(".", cwd=tmp_path / "mine").code == 0
    assert os.listdir(tmp_path / "mine") and (tmp_path / "mine" / "mine" / "plan.py").is_file()  # noqa: PTH208


@pytest.mark.parametrize(("template", "plan"), [("hub", "mine.plan:hub"), ("one-hall", "plan.yaml")])
def test_the_plan_of_a_template_passes(template: str, plan: str, tmp_path: Path) -> None:
    assert init("mine", "--template", template, cwd=tmp_path).code == 0
    said = petaplan("check", plan, cwd=tmp_path / "mine")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("PASS  mine") and " 0 unknowns" in said.out
