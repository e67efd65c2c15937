import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout, NotReady
from tools.prepare.engine import prepare_engine, version_of

Program = Callable[[str, str], Path]

GO = shutil.which("go")

NO_INSTALLER = "echo 'no server' >&2; exit 1"
"""Stands for .venv/bin/python where the official installer cannot be reached."""


def put_python(clone: Checkout, script: str) -> None:
    clone.python.parent.mkdir(parents=True)
    clone.python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    clone.python.chmod(0o755)


def test_the_pulumi_on_path_is_taken_and_not_asked_twice(clone: Checkout, program: Program, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    own = program("pulumi", f"echo v3.300.1; echo called >> '{calls}'")
    program("pulumi-language-python", "true")
    first, second = prepare_engine(clone), prepare_engine(clone)
    assert first == second
    assert (first.pulumi, first.version, first.origin) == (own, "v3.300.1", "PATH")
    assert calls.read_text() == "called\n"


def test_a_pulumi_that_was_replaced_is_asked_again(clone: Checkout, program: Program) -> None:
    program("pulumi", "echo v3.300.1")
    program("pulumi-language-python", "true")
    prepare_engine(clone)
    program("pulumi", "echo v3.301.0")
    assert prepare_engine(clone).version == "v3.301.0"


@pytest.mark.parametrize("said", ["v3.199.9", "v2.21.0", ""])
def test_an_old_pulumi_is_left_alone(
    said: str, clone: Checkout, program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    put_python(clone, "true")  # the installer answers
    program("pulumi", f"echo {said}")
    program("pulumi-language-python", "true")
    assert prepare_engine(clone).origin == "installer"
    assert "petaplan needs 3.200 or newer: left alone" in capsys.readouterr().err


def test_a_pulumi_without_its_python_half_is_left_alone(
    clone: Checkout, program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    put_python(clone, "true")
    program("pulumi", "echo v3.300.1")
    assert prepare_engine(clone).origin == "installer"
    assert "without pulumi-language-python" in capsys.readouterr().err


def test_the_pulumi_in_the_checkout_is_not_taken_for_the_users_own(
    clone: Checkout, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_python(clone, "true")
    program("sh-only", "true")
    built = clone.tools / "bin" / "pulumi"
    built.parent.mkdir(parents=True)
    built.write_text("#!/bin/sh\necho v3.259.0\n")
    built.chmod(0o755)
    before = prepare_engine(clone)
    monkeypatch.setenv("PATH", f"{built.parent}:{os.environ['PATH']}")
    assert prepare_engine(clone) == before


def test_the_official_installer_is_given_up_within_seconds_when_nothing_answers(
    clone: Checkout, program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program("sh-only", "true")
    clone.venv.symlink_to(sys.prefix)
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(NotReady, match="no Go on PATH"):
        prepare_engine(clone)
    assert "not available here: urllib.error.URLError" in capsys.readouterr().err


def test_without_go_one_line_says_what_to_install(clone: Checkout, program: Program) -> None:
    program("sh-only", "true")
    put_python(clone, NO_INSTALLER)
    with pytest.raises(NotReady) as failure:
        prepare_engine(clone)
    assert "no Go on PATH: install Go 1.26 (go.dev/dl) or the Pulumi CLI itself" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_go_that_is_too_old_is_named_with_its_version(clone: Checkout, program: Program) -> None:
    program("go", "echo go version go1.19.8 linux/amd64")
    put_python(clone, NO_INSTALLER)
    with pytest.raises(NotReady, match=r"go is too old \(go version go1\.19\.8 linux/amd64\): install Go 1\.26"):
        prepare_engine(clone)


def test_go_without_a_network_says_so_in_one_line(
    clone: Checkout, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if GO is None:
        pytest.skip("no Go on this machine")
    version = subprocess.run([GO, "version"], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    if version_of(version) < (1, 26):
        pytest.skip(f"a Go before 1.26 would fetch a newer one first: {version.strip()}")
    program("go", f'exec "{GO}" "$@"')
    put_python(clone, NO_INSTALLER)
    monkeypatch.setenv("GOPROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    with pytest.raises(NotReady, match=r"No network: the Go modules of the Pulumi CLI could not be fetched"):
        prepare_engine(clone)
    assert not (clone.tools / "engine.json").exists()


@pytest.mark.engine
def test_the_engine_of_this_checkout_says_its_version(repository: Checkout) -> None:
    engine = prepare_engine(repository)
    said = subprocess.run([engine.pulumi, "version"], capture_output=True, text=True, check=True).stdout.strip()
    assert said == engine.version
    assert version_of(said) >= (3, 200)
