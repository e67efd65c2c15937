"""Device kinds: what a key names, and that help, schema and doctor read the one table."""

import sys
from dataclasses import replace

import pytest

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.kind import DeviceKind
from petaplan.bench.devices.cpu import CPU
from petaplan.bench.devices.gpu import CUDA
from petaplan.bench.errors import BenchError, InputError
from petaplan.bench.report.schema import json_schema


def test_every_backend_of_the_folder_is_in_the_table() -> None:
    assert [kind.name for kind in registry.kinds()] == [
        "cpu", "cuda", "rocm", "simulated",
        "torch-cpu", "torch-cuda", "torch-rocm", "torch-xpu", "torch-mps", "torch-npu",
    ]  # fmt: skip


def test_reading_the_table_loads_no_library_of_a_device() -> None:
    import subprocess

    code = (
        "import sys; from petaplan.bench.devices.common import registry; registry.kinds(); "
        "print(sorted(sys.modules.keys() & {'numpy', 'cupy', 'nvmath', 'pynvml', 'scipy', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "names", "index"),
    [
        ("cpu", ["cpu"], None),
        ("gpu", ["cuda", "rocm"], None),
        ("gpu:1", ["cuda", "rocm"], 1),
        ("rocm:0", ["rocm"], 0),
        ("sim:3", ["simulated"], 3),
        ("torch-cpu", ["torch-cpu"], None),
        ("torch:0", ["torch-cuda", "torch-rocm", "torch-xpu", "torch-mps", "torch-npu"], 0),
    ],
)
def test_a_key_names_kinds_and_an_index(text: str, names: list[str], index: int | None) -> None:
    found = registry.selection(text)
    assert ([kind.name for kind in found.kinds], found.index) == (names, index)


@pytest.mark.parametrize("text", ["", "tpu", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "simulated", "cuda:²"])
def test_another_word_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(
        InputError, match=r"expected cpu, gpu, cuda, cuda:0, rocm, rocm:0, torch-cpu, .* or torch-npu:0"
    ):
        registry.selection(text)


def test_of_what_a_host_shows_a_family_takes_all_and_an_index_one() -> None:
    shown = ("cuda:0", "cuda:1")
    assert registry.chosen(shown, "gpu") == (shown, "")
    assert registry.chosen(shown, "cuda:1") == (("cuda:1",), "")
    assert registry.chosen(shown, "cuda:7") == ((), "this host has cuda:0, cuda:1")


@pytest.mark.parametrize("name", ["", "Toy", "a toy", "1st"])
def test_a_name_that_evidence_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        replace(CPU, name=name)


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> DeviceKind:
    """One more kind, as if its file stood in the folder."""
    kind = replace(CUDA, name="npu", title="neural processor", family="", is_default=False, absence=lambda: None)
    table = (*registry.kinds(), kind)
    monkeypatch.setattr(registry, "kinds", lambda: table)
    return kind


def test_a_further_kind_is_in_the_schema_and_in_what_may_be_typed(another: DeviceKind) -> None:
    assert json_schema()["$defs"]["DeviceRecord"]["properties"]["kind"]["examples"][-1] == another.name
    assert registry.spellings()[-2:] == ("npu", "npu:0")
    assert registry.defaults() == ("cpu", "gpu")


def test_a_device_that_says_another_kind_than_its_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(CPU, name="npu", is_numbered=True)
    monkeypatch.setattr(registry, "kinds", lambda: (wrong,))
    with pytest.raises(BenchError, match="says that its kind is 'cpu'; expected 'npu'"):
        registry.open_device("npu:0")


def test_two_kinds_of_one_name_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petaplan.bench.devices.gpu.ROCM", replace(CUDA, title="again"))
    registry.kinds.cache_clear()
    try:
        with pytest.raises(ValueError, match="two kinds of devices are called cuda"):
            registry.kinds()
    finally:
        monkeypatch.undo()
        registry.kinds.cache_clear()
