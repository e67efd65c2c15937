import shutil
import subprocess
from pathlib import Path

import pytest

from tools.prepare import accelerator

DRIVER = "int cuDriverGetVersion(int *version) { *version = %d; return %d; }\n"


def build_driver(folder: Path, version: int, status: int = 0) -> str:
    """A shared library with the one function of the NVIDIA driver that is asked."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler on this machine")
    source, library = folder / "driver.c", folder / "libcuda.so.1"
    source.write_text(DRIVER % (version, status))
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return str(library)


@pytest.mark.parametrize(
    ("version", "lock"), [(12020, "cuda12"), (12090, "cuda12"), (13000, "cuda13"), (13050, "cuda13")]
)
def test_the_nvidia_driver_chooses_the_lock(
    version: int, lock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerator, "CUDA_DRIVER", build_driver(tmp_path, version))
    assert accelerator.gpu_lock() == lock


def test_a_driver_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accelerator, "CUDA_DRIVER", build_driver(tmp_path, 11080))
    assert accelerator.gpu_lock() is None
    assert "speaks CUDA 11" in capsys.readouterr().err


def test_a_driver_that_answers_with_an_error_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "CUDA_DRIVER", build_driver(tmp_path, 12080, status=100))
    assert accelerator.cuda_version() == 0


@pytest.mark.parametrize(("version", "lock"), [("7.0.2-56\n", "rocm"), ("6.4.1\n", None)])
def test_rocm_is_taken_from_version_7(
    version: str, lock: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "version"
    file.write_text(version)
    monkeypatch.setattr(accelerator, "CUDA_DRIVER", str(tmp_path / "none"))
    monkeypatch.setattr(accelerator, "ROCM_VERSION", file)
    assert accelerator.gpu_lock() == lock


def test_a_host_without_a_gpu_says_that_the_cpu_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accelerator, "CUDA_DRIVER", str(tmp_path / "none"))
    monkeypatch.setattr(accelerator, "ROCM_VERSION", tmp_path / "none")
    assert accelerator.gpu_lock() is None
    assert "the CPU alone is measured" in capsys.readouterr().err
