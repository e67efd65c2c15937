"""The bundle of petaplan-bench, run by a Python that has NumPy and nothing else."""

import ast
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

from petaplan.bench import commands
from petaplan.bench.commands import fleet
from tests.patience import PATIENCE_SECONDS, eventually
from tools.dist.bundle import LIBRARIES, MOST_BYTES, START, build_bundle

pytestmark = pytest.mark.slow

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ALONE = [found.name.removesuffix("_") for found in iter_modules(commands.__path__)]
FLEET = [found.name for found in iter_modules(fleet.__path__)]
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(scope="module")
def bundle(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_bundle(wheel, tmp_path_factory.mktemp("bundle"), platform.machine(), [HERE])


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with NumPy alone."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python3*")) / "site-packages"
    for part in (Path(np.__file__).parent, Path(np.__file__).parents[1] / "numpy.libs"):
        (site / part.name).symlink_to(part)
    return home / "bin" / "python"


@pytest.fixture
def run(bundle: Path, bare: Path, tmp_path: Path) -> Run:
    def run(
        *arguments: str, file: Path = bundle, python: Path = bare, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), **more}
        command = [str(python), str(file), *arguments]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_it_holds_no_numpy_no_scipy_and_no_pulumi_and_is_small(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as packed:
        tops = {name.split("/")[1] for name in packed.namelist() if "/" in name}
    assert not tops & {"numpy", "scipy", "pulumi", "grpc", "torch", "rustworkx"}
    assert {"petaplan", "pydantic", "typer", "rich"} <= tops
    with zipfile.ZipFile(bundle) as packed:
        assert not [name for name in packed.namelist() if "/petaplan/capacity/" in name or "/petaplan/infra/" in name]
    assert bundle.stat().st_size < MOST_BYTES
    assert len(LIBRARIES) == len(set(LIBRARIES))


def test_help_and_version_run_and_the_digest_is_that_of_the_file(run: Run, bundle: Path) -> None:
    told = run("--help")
    assert told.returncode == 0, told.stderr
    assert "import" in told.stdout and "run" in told.stdout
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert f"bundle sha256:{digest}" in told.stderr
    again = run("--version")
    assert again.stderr == "", "unpacked once"
    assert f"bundle sha256:{digest}" in again.stdout and "petaplan-bench 0." in again.stdout


def test_it_measures_on_the_host_s_own_numpy(run: Run, tmp_path: Path) -> None:
    told = run("run", "--device", "cpu", "--dtype", "fp32", "--seconds", "2", "--shape", "256", "--processes", "1",
               "--json", "out.json")  # fmt: skip
    assert told.returncode in (0, 4), told.stderr
    record = json.loads((tmp_path / "out.json").read_text())
    (measured,) = record["rows"]
    assert measured["verification"]["passed"], measured
    assert np.__version__ in record["devices"][0]["software"]["versions"].values()


def test_pages_are_left_to_the_whole_package(run: Run) -> None:
    told = run("report", "out.json")
    assert (told.returncode, told.stdout) == (2, ""), told.stderr
    assert "found no altair and no jinja2 in this Python; expected petaplan as a package" in told.stderr


@pytest.mark.sample(6)
@pytest.mark.parametrize("words", [*((name,) for name in ALONE), *(("fleet", name) for name in FLEET)], ids=" ".join)
def test_every_command_has_what_it_imports(words: tuple[str, ...], run: Run) -> None:
    told = run(*words, "--help")
    assert told.returncode == 0, told.stderr
    assert "Usage" in told.stdout


def test_two_that_start_at_once_both_run(run: Run, bundle: Path, bare: Path, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    started = [subprocess.Popen([bare, bundle, "doctor"], env=environment, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert len(list(tmp_path.glob("petaplan-bench-*"))) == 1
    assert not list(tmp_path.glob(".petaplan-bench-*"))


def test_what_a_cleaner_of_temporary_files_took_is_unpacked_again(run: Run, tmp_path: Path) -> None:
    assert run("--version").returncode == 0
    (place,) = tmp_path.glob("petaplan-bench-*")
    (place / "common" / "petaplan" / "bench" / "errors.py").unlink()
    told = run("--version")
    assert told.returncode == 0, told.stderr
    assert "unpacked to" in told.stderr
    assert not list(tmp_path.glob(".petaplan-bench-*"))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_unpacks_is_130_and_leaves_nothing(
    sign: signal.Signals, bundle: Path, bare: Path, tmp_path: Path
) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    started = subprocess.Popen([bare, bundle, "doctor"], env=environment, stderr=subprocess.PIPE, text=True)
    assert eventually(lambda: bool(list(tmp_path.glob(".petaplan-bench-*/common"))) or started.poll() is not None)
    started.send_signal(sign)
    _, err = started.communicate(timeout=PATIENCE_SECONDS)
    assert (started.returncode, err) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_a_python_that_it_does_not_hold_ends_with_words(run: Run, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pyz"
    with zipfile.ZipFile(bundle) as packed, zipfile.ZipFile(other, "w") as made:
        for name in ("machine", "pythons", "content", "__main__.py"):
            made.writestr(name, "cp399" if name == "pythons" else packed.read(name))
    told = run("--help", file=other)
    assert told.returncode == 2
    assert told.stderr == f"petaplan-bench: this bundle: holds cp399, not Python {HERE}; take the whole bundle\n"


@pytest.mark.parametrize("name", ["python2.7", "python3.6", "python3.10", "python3.14"])
def test_a_python_that_is_too_old_or_too_new_ends_with_words(run: Run, name: str) -> None:
    known = Path(sys.base_prefix).parent  # where pyenv keeps the versions beside each other
    places = [shutil.which(name), *(str(path) for path in known.glob(f"{name.removeprefix('python')}*/bin/{name}"))]
    asked = (place for place in places if place)
    found = next(
        (place for place in asked if not subprocess.run([place, "-V"], capture_output=True, check=False).returncode),
        None,
    )
    if found is None:
        pytest.skip(f"no {name} here")
    told = run("--help", python=Path(found))
    assert told.returncode == 2
    assert "expected CPython 3.11, 3.12, 3.13: start it as `python3.12 FILE`" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_machine_that_it_is_not_for_ends_with_words(run: Run, bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pyz"
    with zipfile.ZipFile(bundle) as packed, zipfile.ZipFile(other, "w") as made:
        for name in ("machine", "pythons", "content", "__main__.py"):
            made.writestr(name, "riscv64" if name == "machine" else packed.read(name))
    told = run("--help", file=other)
    assert told.returncode == 2
    assert "expected riscv64" in told.stderr


def test_without_numpy_it_says_which_python_to_use(run: Run, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=False, symlinks=True)
    told = run("--help", python=tmp_path / "empty" / "bin" / "python")
    assert told.returncode == 4
    assert "has no NumPy; use the one that has torch or CuPy" in told.stderr


def test_a_folder_that_others_may_write_is_never_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    assert run("--version", PETAPLAN_BENCH_UNPACKED=str(tmp_path / "disk")).returncode == 0
    (place,) = (tmp_path / "disk").iterdir()
    place.chmod(0o777)
    told = run("--version", PETAPLAN_BENCH_UNPACKED=str(tmp_path / "disk"))
    assert told.returncode == 2
    assert "others may write it; remove it" in told.stderr
    assert run("--version", PETAPLAN_BENCH_UNPACKED=str(tmp_path / "none")).returncode == 2


def test_the_start_can_be_read_by_pythons_that_are_too_old() -> None:
    ast.parse(START.read_text(), feature_version=(3, 6))
    assert os.access(START, os.R_OK)
