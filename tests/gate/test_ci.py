"""The examples for hosts: true to the schemas of those hosts, and run where they can be."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from petaplan.capacity.document.plan import write_yaml
from tests.commands import BIN, ROOT, petaplan
from tests.hubs import hub, target

EXAMPLES = ROOT / "examples"
GITHUB = EXAMPLES / "ci" / "github-workflow.yml"
GITLAB = EXAMPLES / "ci" / "gitlab-ci.yml"


class Words(yaml.SafeLoader):
    """Reads ``on`` as the word that it is in a workflow."""


Words.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Words)  # noqa: S506 - a safe loader


@pytest.mark.parametrize(("path", "schema"), [(GITHUB, "github-workflows"), (GITLAB, "gitlab-ci")])
def test_an_example_keeps_to_the_public_schema_of_its_host(path: Path, schema: str) -> None:
    published = get_builtin_schema(f"vendor.{schema}")
    document = read(path)
    assert not list(Draft7Validator(published).iter_errors(document))
    job = document["jobs"]["gate"] if "jobs" in document else document["gate"]
    job["timeout-minutes" if "jobs" in document else "timeout"] = ["soon"]
    assert list(Draft7Validator(published).iter_errors(document))


def test_every_action_is_pinned_to_a_commit_and_its_version_is_told() -> None:
    lines = [line.strip() for line in GITHUB.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(lines) == 4
    for line in lines:
        action, _, version = line.partition(" # ")
        assert len(action.partition("@")[2]) == 40
        assert version.startswith("v")


def test_the_workflow_may_write_what_it_must_and_nothing_else() -> None:
    workflow = read(GITHUB)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["gate"]["permissions"] == {
        "contents": "read", "pull-requests": "write", "security-events": "write",
    }  # fmt: skip
    assert set(workflow["on"]) == {"pull_request"}
    for step in workflow["jobs"]["gate"]["steps"]:
        assert "${{" not in step.get("run", ""), "what a branch is called is no part of a script"


def commands(path: Path) -> Iterator[list[str]]:
    """Every call of the gate in an example, as words."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.split("petaplan gate ")[1:]:
        words = line.split("\n  after_script")[0].split("\n      - ")[0].split()
        yield [word for word in words if word.startswith("--")]


@pytest.mark.parametrize("path", [GITHUB, GITLAB])
def test_the_gate_has_every_option_that_an_example_gives_it(path: Path) -> None:
    said = petaplan("gate", "--help").out
    (options,) = commands(path)
    assert len(options) >= 5
    assert [option for option in options if option not in said] == []


class Hosted(ThreadingHTTPServer):
    """A host of code with the comments of one request."""

    comments: list[dict[str, Any]]
    calls: list[str]


class Answers(BaseHTTPRequestHandler):
    """Lists, adds and changes comments the way GitHub and GitLab do."""

    server: Hosted

    def do_GET(self) -> None:
        self.server.calls.append(f"GET {self.path}")
        if self.path.endswith("/user"):
            self._answer({"username": "gate-bot"})
            return
        page = int(self.path.rpartition("page=")[2])
        self._answer(self.server.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        self.server.calls.append(f"POST {self.path}")
        self.server.comments.append({"id": 900, "body": self._body(), "user": {"login": "github-actions[bot]"}})
        self._answer({})

    def do_PATCH(self) -> None:
        self.server.calls.append(f"{self.command} {self.path}")
        if "Bearer none" in (self.headers["Authorization"] or ""):
            self.send_error(403)
            return
        wanted = int(self.path.rpartition("/")[2])
        next(comment for comment in self.server.comments if comment["id"] == wanted)["body"] = self._body()
        self._answer({})

    def do_PUT(self) -> None:
        self.do_PATCH()

    def _body(self) -> str:
        text: str = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        return text

    def _answer(self, value: Any) -> None:
        raw = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests need no log."""


@pytest.fixture
def host() -> Iterator[Hosted]:
    with Hosted(("127.0.0.1", 0), Answers) as server:
        server.comments, server.calls = [], []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def post(host: Hosted, folder: Path, text: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    (folder / "gate.md").write_text(text, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "GITHUB_API_URL": f"http://127.0.0.1:{host.server_port}",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_TOKEN": "token",
        "PULL_REQUEST": "7",
        **changes,
    }
    return subprocess.run(
        [sys.executable, EXAMPLES / "ci" / "post_comment.py", "gate.md"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_comment_is_posted_once_and_renewed_in_place(host: Hosted, tmp_path: Path) -> None:
    others = [{"id": at, "body": "nice", "user": {"login": "someone"}} for at in range(150)]
    stolen: dict[str, Any] = {"id": 200, "body": "<!-- petaplan-gate small -->\nmine", "user": {"login": "someone"}}
    host.comments = [*others, stolen]
    assert post(host, tmp_path, "<!-- petaplan-gate small -->\nshort\n").stdout == "The comment was posted.\n"
    assert post(host, tmp_path, "<!-- petaplan-gate small -->\npass\n").stdout == "The comment was renewed.\n"
    assert post(host, tmp_path, "<!-- petaplan-gate small -->\npass\n").stdout == "The comment was left as it is.\n"
    ours = [one["body"] for one in host.comments if one["user"]["login"] == "github-actions[bot]"]
    assert ours == ["<!-- petaplan-gate small -->\npass\n"]
    assert stolen["body"].endswith("mine")
    assert "PATCH /repos/a/b/issues/comments/900" in host.calls


PAGE = "https://code.example/a/b/-/jobs/7/artifacts/file/gate/gate.html"


def test_the_comment_links_the_change_as_a_page(host: Hosted, tmp_path: Path) -> None:
    text = "<!-- petaplan-gate small -->\n\n## ✅ Pass: small\n\n5 checks hold.\n"
    assert post(host, tmp_path, text, PAGE_URL=PAGE).stdout == "The comment was posted.\n"
    line = f"The change, before and after: <{PAGE}>"
    assert host.comments[0]["body"] == text.replace("small\n\n5", f"small\n\n{line}\n\n5")
    assert post(host, tmp_path, text, PAGE_URL=PAGE).stdout == "The comment was left as it is.\n"
    assert post(host, tmp_path, text, PAGE_URL="").stdout == "The comment was renewed.\n"
    assert host.comments[0]["body"] == text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "gate.html",
        "https://a b",
        "https://a/>x",
        "https://a/](https://b)",
        "file:///x",
        "https://",
        "https://a/\nx",
    ],
)
def test_what_is_no_address_is_linked_nowhere(host: Hosted, tmp_path: Path, url: str) -> None:
    said = post(host, tmp_path, "<!-- petaplan-gate small -->\npass\n", PAGE_URL=url)
    assert (said.returncode, host.calls) == (2, [])
    assert "PAGE_URL" in said.stderr and "javascript" not in said.stderr


def test_a_comment_that_has_no_room_for_the_link_is_posted_without_it(host: Hosted, tmp_path: Path) -> None:
    text = "<!-- petaplan-gate small -->\n" + "x" * (65_536 - 60) + "\n"
    assert post(host, tmp_path, text, PAGE_URL=PAGE).returncode == 0
    assert host.comments[0]["body"] == text


def test_a_merge_request_is_commented_the_same_way(host: Hosted, tmp_path: Path) -> None:
    host.comments = [{"id": 5, "body": "<!-- petaplan-gate small -->\nold", "author": {"username": "gate-bot"}}]
    gitlab = {
        "PETAPLAN_GITLAB_TOKEN": "token",
        "CI_API_V4_URL": f"http://127.0.0.1:{host.server_port}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "3",
    }
    said = post(host, tmp_path, "<!-- petaplan-gate small -->\nnew\n", **gitlab)
    assert said.stdout == "The comment was renewed.\n", said.stderr
    assert host.comments[0]["body"].endswith("new\n")
    assert "PUT /api/v4/projects/42/merge_requests/3/notes/5" in host.calls


def test_a_host_that_refuses_is_told_in_one_line(host: Hosted, tmp_path: Path) -> None:
    host.comments = [{"id": 5, "body": "<!-- petaplan-gate small -->\nold", "user": {"login": "github-actions[bot]"}}]
    said = post(host, tmp_path, "<!-- petaplan-gate small -->\nnew\n", GITHUB_TOKEN="none")
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "403" in said.stderr
    said = post(host, tmp_path, "x", PULL_REQUEST="")
    assert (said.returncode, "see the head of post_comment.py" in said.stderr) == (2, True)


def test_a_commit_that_falls_short_is_refused_before_it_is_made(tmp_path: Path) -> None:
    config = (EXAMPLES / "pre-commit" / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (tmp_path / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
    }

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    def commit(pflops: float) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "plan.yaml").write_text(write_yaml(hub(targets=(target(pflops),))), encoding="utf-8")
        run("git", "add", "plan.yaml", ".pre-commit-config.yaml")
        who = ("-c", "user.name=Planner", "-c", "user.email=planner@example.invalid", "-c", "commit.gpgsign=false")
        return run("git", *who, "commit", "--message", f"{pflops} PFLOP/s")

    assert run("pre-commit", "validate-config").returncode == 0
    assert run("git", "init", "--quiet").returncode == 0
    assert run("pre-commit", "install").returncode == 0
    assert commit(100).returncode == 0
    refused = commit(10_000)
    assert refused.returncode == 1
    assert "SHORTFALL  small" in refused.stdout + refused.stderr
    assert run("git", "log", "--oneline").stdout.count("\n") == 1


@pytest.mark.variant
@pytest.mark.engine
def test_the_demonstration_judges_a_first_change_and_refuses_a_shortfall_and_a_promise_of_less() -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "tools.ci_demo"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, _, rest = done.stdout.partition("Take pod")
    short, _, rest = rest.partition("Bring pod")
    mended, _, weakened = rest.partition("Promise less")
    told, _, refused = weakened.partition("--no-weakening")
    assert "exit 0" in first
    assert "Not compared: hk-hub has no base in main" in first
    assert "exit 1" in short
    assert "## ❌ Shortfall: hk-hub" in short
    assert "| `PF-001` | end-2028 | phase-2 |" in short
    assert "− pods hall-b-cm384-01" in short
    assert "exit 0" in mended
    assert "## ✅ Pass: hk-hub" in mended
    assert "Nothing changes against first." in mended
    assert "exit 0" in told
    assert "⚠ Pass, and less is asked" in told
    assert "exit 1" in refused
    assert "targets by-2030 | 40,000 PFLOP/s | removed" in refused
