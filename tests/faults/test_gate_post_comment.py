"""GATE-13: what post_comment.py prints, sends, follows and reads; against a real server of odd answers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.commands import ROOT

SCRIPT = ROOT / "examples" / "ci" / "post_comment.py"
TOKEN = "SECRETTOKEN"
COMMENT = "<!-- petaplan-gate small -->\n## ❌ Shortfall: small\n"
Answer = tuple[int, bytes, dict[str, str]]


class Server(ThreadingHTTPServer):
    """Answers each request as a function says, and keeps what it was sent."""

    answer: Callable[[str, str], Answer]
    seen: list[tuple[str, str, dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def any_method(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        code, raw, headers = self.server.answer(self.command, self.path)
        self.send_response(code)
        for key, value in {"Content-Length": str(len(raw)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PATCH = do_PUT = any_method  # noqa: N815 - the names are those of Python's server

    def log_message(self, format: str, *args: object) -> None:
        """Tests need no log."""


@contextmanager
def serving(answer: Callable[[str, str], Answer]) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answer, server.seen = answer, []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def post(
    port: int, folder: Path, *arguments: str, text: bytes = COMMENT.encode(), env: dict[str, str] | None = None
) -> tuple[int, str]:
    """Exit code and all that was said; the token is never among it."""
    if not arguments:
        (folder / "gate.md").write_bytes(text)
    environment = {
        "PATH": os.environ["PATH"], "GITHUB_API_URL": f"http://127.0.0.1:{port}", "GITHUB_REPOSITORY": "a/b",
        "GITHUB_TOKEN": f"{TOKEN}\n", "PULL_REQUEST": "7", **(env or {}),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, SCRIPT, *(arguments or ("gate.md",))],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert TOKEN not in said
    assert "Bearer" not in said
    assert "Traceback" not in said
    assert done.returncode == 0 or said.count("\n") == 1
    return done.returncode, said


def empty(method: str, path: str) -> Answer:
    """A request without comments."""
    return (200, b"[]" if method == "GET" else b"{}", {})


def test_gate_13_a_token_that_ends_in_a_line_feed_is_stripped_and_never_shown(tmp_path: Path) -> None:
    with serving(empty) as server:
        assert post(server.server_port, tmp_path) == (0, "The comment was posted.\n")
        assert {seen[2]["authorization"] for seen in server.seen} == {f"Bearer {TOKEN}"}
    code, said = post(9, tmp_path)
    assert (code, "can't be reached" in said) == (1, True)


@pytest.mark.sample(2)
@pytest.mark.parametrize("token", [f"{TOKEN}\nX-Evil: 1", f"{TOKEN} {TOKEN}", f"{TOKEN}é", f"\x1b[31m{TOKEN}", " \n"])
def test_gate_13_a_token_that_is_none_is_refused_and_not_shown(token: str, tmp_path: Path) -> None:
    with serving(empty) as server:
        code, said = post(server.server_port, tmp_path, env={"GITHUB_TOKEN": token})
        assert (code, "GITHUB_TOKEN" in said, server.seen) == (2, True, [])


@pytest.mark.sample(2)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_gate_13_no_redirect_leads_to_another_host(status: int, tmp_path: Path) -> None:
    with serving(empty) as other:
        for method in ("GET", "POST"):

            def leads_away(asked: str, path: str, method: str = method, port: int = other.server_port) -> Answer:
                if asked != method:
                    return empty(asked, path)
                return (status, b"", {"Location": f"http://127.0.0.1:{port}{path}"})

            with serving(leads_away) as server:
                code, said = post(server.server_port, tmp_path)
                assert (code, "another host" in said) == (1, True)
        assert other.seen == []


@pytest.mark.sample(2)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_gate_13_a_redirect_on_one_host_keeps_the_method_and_the_body(status: int, tmp_path: Path) -> None:
    def moved(method: str, path: str) -> Answer:
        if path.startswith("/repos/a/b"):
            return (status, b"", {"Location": path.replace("/a/b", "/a/renamed")})
        return empty(method, path)

    with serving(moved) as server:
        assert post(server.server_port, tmp_path) == (0, "The comment was posted.\n")
        method, path, headers, body = server.seen[-1]
        assert (method, path, headers["authorization"]) == (
            "POST",
            "/repos/a/renamed/issues/7/comments",
            f"Bearer {TOKEN}",
        )
        assert json.loads(body) == {"body": COMMENT}


ODD: dict[str, Answer] = {
    "a page of HTML": (200, b"<html>Sign in</html>", {}),
    "nothing": (200, b"", {}),
    "no content": (204, b"", {}),
    "an object": (200, b'{"message": "no"}', {}),
    "a list of numbers": (200, b"[1, 2]", {}),
    "deep": (200, b"[" * 200_000, {}),
    "huge": (200, b" " * (17 * 2**20), {}),
    "cut": (200, b"[", {"Content-Length": "100"}),
    "an error with an escape": (500, b"", {}),
    "a redirect without a place": (302, b"", {}),
    "a redirect to itself": (302, b"", {"Location": "/repos/a/b/issues/7/comments"}),
    "a redirect to a file": (302, b"", {"Location": "file:///etc/passwd"}),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_gate_13_an_odd_answer_is_a_clear_error(answer: Answer, tmp_path: Path) -> None:
    with serving(lambda _method, _path: answer) as server:
        code, said = post(server.server_port, tmp_path)
        assert (code, said.startswith("No comment: the host was asked, and it ")) == (1, True)
        assert [seen[0] for seen in server.seen if seen[0] != "GET"] == []


def test_gate_13_odd_comments_are_nobody_s_and_a_change_may_be_answered_with_nothing(tmp_path: Path) -> None:
    ours = {
        "id": 5,
        "body": COMMENT.replace("Shortfall", "old").replace("\n", "\r\n"),
        "user": {"login": "github-actions[bot]"},
    }
    odd = [{}, {"body": None}, {"body": COMMENT, "user": None}, {"body": COMMENT, "user": "github-actions[bot]"}, ours]

    def answer(method: str, _path: str) -> Answer:
        return (200, json.dumps(odd).encode(), {}) if method == "GET" else (204, b"", {})

    with serving(answer) as server:
        assert post(server.server_port, tmp_path) == (0, "The comment was renewed.\n")
        assert server.seen[-1][:2] == ("PATCH", "/repos/a/b/issues/comments/5")


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\nsome words", "hidden marker"),
        (b"<!-- -->\nwords", "hidden marker"),
        (b"<!-- a --><b>\nwords", "hidden marker"),
        (b"\xff\xfe", "UTF-8"),
        (COMMENT.encode() + b"x" * 70_000, "--markdown-limit"),
    ],
    ids=["empty", "blank", "no marker", "empty marker", "more than a marker", "no text", "long"],
)
def test_gate_13_no_comment_is_replaced_by_a_file_without_a_marker(text: bytes, words: str, tmp_path: Path) -> None:
    with serving(empty) as server:
        code, said = post(server.server_port, tmp_path, text=text)
        assert (code, words in said, server.seen) == (2, True, [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PULL_REQUEST": "7/../8"}, "PULL_REQUEST"),
        ({"PULL_REQUEST": ""}, "PULL_REQUEST"),
        ({"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY"),
        ({"GITHUB_API_URL": "file:///tmp"}, "https://"),
        ({"PETAPLAN_GITLAB_TOKEN": TOKEN}, "CI_API_V4_URL"),
    ],
    ids=["path", "no request", "no repository", "a file", "no GitLab"],
)
def test_gate_13_a_setting_that_is_wrong_is_named(changes: dict[str, str], words: str, tmp_path: Path) -> None:
    code, said = post(9, tmp_path, env=changes)
    assert (code, words in said) == (2, True)


def test_many_hubs_share_one_comment_that_is_renewed_or_posted_anew(tmp_path: Path) -> None:
    stood: list[dict[str, object]] = []

    def answer(method: str, _path: str) -> Answer:
        return (200, json.dumps(stood).encode() if method == "GET" else b"{}", {})

    for name, verdict in (("a", "❌ Shortfall"), ("b", "✅ Pass")):
        (tmp_path / f"{name}.md").write_text(f"<!-- petaplan-gate {name} -->\n## {verdict}: {name}\n", encoding="utf-8")
    with serving(answer) as server:
        assert post(server.server_port, tmp_path, "a.md", "b.md")[1] == "The comment was posted.\n"
        text = json.loads(server.seen[-1][3])["body"]
        assert text.startswith("<!-- petaplan-gates all -->\n- ❌ Shortfall: a\n- ✅ Pass: b\n\n")
        assert text.index("petaplan-gate a") < text.index("petaplan-gate b")
        stood.append({"id": 3, "body": text.replace("Pass", "old"), "user": {"login": "github-actions[bot]"}})
        assert post(server.server_port, tmp_path, "a.md", "b.md")[1] == "The comment was renewed.\n"
        assert post(server.server_port, tmp_path, "--new", "a.md", "b.md")[1] == "The comment was posted.\n"
        assert post(server.server_port, tmp_path, "--name", "power", "a.md", "b.md")[1] == "The comment was posted.\n"
        assert json.loads(server.seen[-1][3])["body"].startswith("<!-- petaplan-gates power -->\n")


def test_gate_14_the_script_explains_itself() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, "--new" in done.stdout) == (0, True)
