"""`petaplan serve`: whom it answers, what it reads, when it ends."""

import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands import petaplan
from tests.patience import PATIENCE_SECONDS, eventually
from tests.web.chromium import Viewer
from tests.web.servers import MODULE, PETAPLAN, PLAN, Served, served


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "plan.yaml").write_text(PLAN.format(name="small", pflops=1), encoding="utf-8")
    with served(folder, "plan.yaml") as server:
        yield server


def test_the_page_is_the_report_of_the_plan(small: Served) -> None:
    answer = small.ask()
    assert answer.status == 200 and "<bdi>small</bdi>" in answer.body
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert small.ask("/version").body == small.version()


def test_it_listens_to_this_machine_alone(small: Served) -> None:
    listening = [one for one in psutil.Process(small.process.pid).net_connections() if one.status == "LISTEN"]
    assert [(one.laddr.ip, one.laddr.port) for one in listening] == [("127.0.0.1", small.port)]


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["evil.example:{port}"],
        ["127.0.0.1"],
        ["127.0.0.1:1"],
        ["127.0.0.1.evil.example:{port}"],
        ["localhost.evil.example:{port}"],
        ["[::1]:{port}"],
        [""],
        [],
        ["127.0.0.1:{port}", "evil.example"],
        ["127.0.0.1:{port}, evil.example"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("path", ["/", "/version", "/none"])
def test_a_request_for_another_host_is_refused(small: Served, hosts: list[str], path: str) -> None:
    answer = small.ask(path, hosts=[host.format(port=small.port) for host in hosts])
    assert answer.status == 421
    assert "small" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_its_own_names_are_answered(small: Served, host: str) -> None:
    assert small.ask(hosts=[host.format(port=small.port)]).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND"])
def test_other_methods_are_refused(small: Served, method: str) -> None:
    answer = small.ask(method=method, body="name: other")
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD"
    assert "small" not in answer.body


def test_a_head_has_no_content(small: Served) -> None:
    head, whole = small.ask(method="HEAD"), small.ask()
    assert head.status == 200 and head.body == ""
    assert int(head.headers["Content-Length"]) == len(whole.body.encode())


OTHERS = """
/plan.yaml /.. /../plan.yaml /%2e%2e/plan.yaml /./ /index.html /?plan=/etc/passwd * http://evil.example/ /version/
/version?x /static/app.js
"""


@pytest.mark.parametrize("path", OTHERS.split())
def test_there_is_no_other_address(small: Served, path: str) -> None:
    assert small.ask(path).status == 404


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 9,
    ],
)
def test_what_is_no_request_of_today_gets_no_plan(small: Served, request_line: bytes) -> None:
    assert b"small" not in small.raw(request_line)
    assert small.ask().status == 200


def test_no_page_of_another_origin_may_frame_or_read_it(small: Served) -> None:
    headers = small.ask().headers
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_each_save_is_checked_and_nothing_is_written(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.format(name="small", pflops=1), encoding="utf-8")
    with served(tmp_path, "plan.yaml") as server:
        first = server.version()
        plan.write_text(PLAN.format(name="renamed", pflops=1), encoding="utf-8")
        assert server.changes(first) and "<bdi>renamed</bdi>" in server.ask().body
        second = server.version()
        plan.write_text("name: [", encoding="utf-8")
        assert server.changes(second)
        page = server.ask().body
        assert "not a valid plan" in page and "plan.yaml" in page
        broken = server.version()
        plan.unlink()
        assert server.changes(broken) and "not a valid plan" in server.ask().body
        gone = server.version()
        _written(tmp_path / "new.yaml", PLAN.format(name="small", pflops=1)).replace(plan)
        assert server.changes(gone)
        assert server.version() == first
    assert [file.name for file in tmp_path.iterdir()] == ["plan.yaml"]


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.variant
def test_a_module_that_the_plan_imports_is_watched(tmp_path: Path) -> None:
    (tmp_path / "plan.py").write_text(MODULE, encoding="utf-8")
    goals = _written(tmp_path / "goals.py", "PFLOPS = 1\n")
    with served(tmp_path, "plan:hub") as server:
        first = server.version()
        goals.write_text("PFLOPS = 2\n", encoding="utf-8")
        assert server.changes(first)
        second = server.version()
        goals.write_text("PFLOPS = \n", encoding="utf-8")
        assert server.changes(second) and "goals.py" in server.ask().body
        third = server.version()
        goals.write_text("PFLOPS = 1\n", encoding="utf-8")
        assert server.changes(third) and server.version() == first
    assert sorted(file.name for file in tmp_path.iterdir()) == ["goals.py", "plan.py"]


def test_what_ends_the_process_of_a_check_is_a_page(tmp_path: Path) -> None:
    _written(tmp_path / "plan.py", "import os\nos._exit(7)\n")
    with served(tmp_path, "plan.py:hub") as server:
        assert "exit code 7" in server.ask().body


def test_a_plan_sees_no_token_and_no_passphrase_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("GITHUB_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "AWS_SECRET_ACCESS_KEY", "CI_JOB_TOKEN")
    for name in secrets:
        monkeypatch.setenv(name, "hidden-from-plans")
    seen = f"import os\nSEEN = [name for name in {secrets} if name in os.environ]\n"
    _written(tmp_path / "plan.py", f"{seen}assert not SEEN, SEEN\nraise ValueError('sees nothing of the server')\n")
    with served(tmp_path, "plan.py:hub") as server:
        assert eventually(lambda: "sees nothing of the server" in server.ask().body)


def test_a_module_beside_a_plan_stands_for_none_of_python(tmp_path: Path) -> None:
    _written(tmp_path / "colorsys.py", "raise ValueError('that of the folder')\n")
    _written(tmp_path / "planned.py", "import colorsys\nraise ValueError('that of Python')\n")
    with served(tmp_path, "planned:hub") as server:
        assert eventually(lambda: "that of Python" in server.ask().body)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["none.yaml"], "none.yaml: found No such file or directory; expected a readable file"),
        (["none.py:hub"], "none.py: found No such file or directory; expected a readable file"),
        (["none:hub"], "none:hub: found no module 'none'; expected a file, or module:attribute"),
        (["none.of_it:hub"], "none.of_it:hub: found no module 'none'; expected a file, or module:attribute"),
        ([".", "--waivers", "none.yaml"], ".: found Is a directory; expected a readable file"),
        (["plan.yaml", "--waivers", "none.yaml"], "none.yaml: found No such file or directory"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_place_at_which_nothing_is_ends_it_at_once(tmp_path: Path, arguments: list[str], found: str) -> None:
    _written(tmp_path / "plan.yaml", PLAN.format(name="small", pflops=1))
    said = petaplan("serve", *arguments, cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert found in said.err
    assert [file.name for file in tmp_path.iterdir()] == ["plan.yaml"]


def test_every_wrong_place_and_a_port_in_use_are_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        asked = ("none.yaml", "--evidence", "other.yaml", "--port", str(other.getsockname()[1]))
        said = petaplan("serve", *asked, cwd=tmp_path)
    assert said.code == 2
    assert all(place in said.err for place in ("none.yaml: found", "other.yaml: found", "--port"))


def test_the_terminal_says_when_a_page_is_made_and_what_is_wrong(tmp_path: Path) -> None:
    plan = _written(tmp_path / "plan.yaml", PLAN.format(name="small", pflops=1))
    with served(tmp_path, "plan.yaml") as server:
        said = server.process.stderr
        assert said is not None
        first = server.version()
        assert re.fullmatch(r"[0-9:]{8}: the page is made\n", said.readline())
        plan.write_text("name: \x1b[2Jsmall\n", encoding="utf-8")
        assert server.changes(first)
        assert re.fullmatch(r"[0-9:]{8}: the page of its problems is made again\n", said.readline())
        line = said.readline()
        assert line.startswith("error: plan.yaml:1: found ") and "\x1b" not in line
        broken = server.version()
        plan.write_text(PLAN.format(name="mended", pflops=1), encoding="utf-8")
        assert server.changes(broken)
        assert any(re.fullmatch(r"[0-9:]{8}: the page is made again\n", said.readline()) for _ in range(9))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_check(tmp_path: Path, number: signal.Signals) -> None:
    _written(tmp_path / "plan.py", "import time\ntime.sleep(1_000)\n")
    with served(tmp_path, "plan.py:hub") as server:
        children = psutil.Process(server.process.pid).children
        assert eventually(lambda: bool(children()))
        begun = children()
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE_SECONDS) == 130
        assert eventually(lambda: not any(map(_lives, begun)))


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    _written(tmp_path / "plan.py", "import time\ntime.sleep(1_000)\n")
    script = f"{PETAPLAN} serve plan.py:hub & echo $!; wait"
    shell = subprocess.Popen(["sh", "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert shell.stdout is not None
    server = psutil.Process(int(shell.stdout.readline()))
    assert shell.stdout.readline().startswith("http://127.0.0.1:")
    assert eventually(lambda: bool(server.children()))
    family = [server, *server.children()]
    shell.kill()
    shell.wait()
    shell.stdout.close()
    assert eventually(lambda: not any(map(_lives, family)))


def test_a_check_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    _written(tmp_path / "plan.py", "import time\ntime.sleep(1_000)\n")
    with served(tmp_path, "plan.py:hub") as server:
        process = psutil.Process(server.process.pid)
        assert eventually(lambda: bool(process.children()))
        family = process.children()
        server.process.kill()
        assert eventually(lambda: not any(map(_lives, family)))


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_port_in_use_is_bad_input(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = petaplan("serve", "plan.yaml", "--port", str(port), cwd=tmp_path)
    assert said.code == 2 and said.out == ""
    assert f"--port {port}: found Address already in use; expected a port that is free" in said.err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_number_that_is_no_port_is_bad_input(tmp_path: Path, port: str) -> None:
    assert petaplan("serve", "plan.yaml", f"--port={port}", cwd=tmp_path).code == 2


def test_standard_input_is_no_plan_to_watch(tmp_path: Path) -> None:
    said = petaplan("serve", "-", cwd=tmp_path)
    assert said.code == 2 and "standard input" in said.err


def test_an_open_page_says_that_a_new_one_is_being_made(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    gate, waits = tmp_path / "gate", "import os, time\nwhile os.path.exists('gate'):\n    time.sleep(0.1)\n"
    _written(tmp_path / "plan.py", MODULE)
    goals = _written(tmp_path / "goals.py", "PFLOPS = 1\n")
    with served(tmp_path, "plan:hub") as server:
        page = viewer(server.url.rstrip("/")).open(server.url)
        status = page.locator("p.served[role=status]")
        assert not status.is_visible()
        gate.touch()
        goals.write_text(f"{waits}PFLOPS = 2\n", encoding="utf-8")
        status.filter(has_text="a new page is being made").wait_for()
        assert server.ask("/version").headers["Petaplan-Page"] == "in-the-making"
        version = server.version()
        gate.unlink()
        assert server.changes(version)
        assert server.ask("/version").headers["Petaplan-Page"] == "made"
        page.goto("about:blank")


def test_an_open_page_shows_the_plan_as_it_was_saved(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    plan = _written(tmp_path / "plan.yaml", PLAN.format(name="small", pflops=1))
    with served(tmp_path, "plan.yaml") as server:
        page = viewer(server.url.rstrip("/")).open(server.url)
        assert page.inner_text("h1") == "small"
        with page.expect_response("**/version"):
            pass  # the page knows by now which version it shows
        plan.write_text(PLAN.format(name="renamed", pflops=1), encoding="utf-8")
        page.get_by_role("heading", name="renamed", level=1).wait_for()
        page.goto("about:blank")  # no request is under way when the server ends
