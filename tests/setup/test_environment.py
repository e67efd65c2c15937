import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout, NotReady
from tools.prepare.environment import install_lock, make_venv

FILES = {
    "tiny.py": "SIZE = 1\n",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.0.dist-info/RECORD": "",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout with an environment that has pip and nothing else."""
    checkout = Checkout(root=tmp_path_factory.mktemp("checkout"))
    make_venv(checkout)
    return checkout


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one wheel that pip can find: its index is a port where nobody listens."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    path = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    return path


def write_lock(checkout: Checkout, name: str, digest: str) -> None:
    (checkout.venv / ".petaplan-run").unlink(missing_ok=True)
    checkout.lock("run").write_text(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    checkout.lock("dev").write_text("", encoding="utf-8")


def run_python(checkout: Checkout, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout.python, "-c", program], capture_output=True, text=True, check=False)


def test_a_lock_is_installed_once(made: Checkout, wheel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_lock(made, "tiny", hashlib.sha256(wheel.read_bytes()).hexdigest())
    install_lock(made, "run")
    assert "installing 1 packages of requirements.lock" in capsys.readouterr().err
    assert run_python(made, "import tiny; print(tiny.SIZE)").stdout == "1\n"
    install_lock(made, "run")
    assert capsys.readouterr().err == ""


def test_a_package_with_another_hash_is_refused(made: Checkout, wheel: Path) -> None:
    write_lock(made, "tiny", "0" * 64)
    run_python(made, "import pip, sys; sys.exit(pip.main(['uninstall', '-y', 'tiny']))")
    with pytest.raises(NotReady, match="a download differs from the lock") as refusal:
        install_lock(made, "run")
    assert "\n" not in str(refusal.value)
    assert run_python(made, "import tiny").returncode == 1


def test_without_a_network_one_line_says_so(made: Checkout, wheel: Path) -> None:
    write_lock(made, "huge", hashlib.sha256(wheel.read_bytes()).hexdigest())
    with pytest.raises(NotReady, match=r"^No network: Python's packages could not be fetched") as refusal:
        install_lock(made, "run")
    assert "\n" not in str(refusal.value)
    assert not (made.venv / ".petaplan-run").exists()


def test_an_environment_made_by_hand_is_taken_as_it_is(made: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    (made.venv / ".petaplan-made").unlink()
    make_venv(made)
    assert capsys.readouterr().err == ""
    assert (made.venv / ".petaplan-made").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(made: Checkout, tmp_path: Path) -> None:
    broken = Checkout(root=tmp_path)
    shutil.copytree(made.venv, broken.venv, symlinks=True)
    for link in (broken.venv / "bin").glob("python*"):
        link.unlink()
        link.symlink_to(tmp_path / "no such python")
    make_venv(broken)
    assert os.access(broken.python, os.X_OK)
    assert run_python(broken, "import pip").returncode == 0
