"""Products that are based on others: chains of any length and order, rings, and near matches in any case."""

from pathlib import Path

import pytest

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.layers import laid_over
from petaplan.capacity.hardware import Accelerator
from tests.commands import petaplan

SOURCES = "sources:\n- {key: own-letter, document: A letter, read_on: 2026-10-02}\n"
LENGTH = 1_500


def layer(folder: Path, bases: dict[str, str], order: list[str] | None = None) -> Path:
    rows = [f"- {{model: {one}, name: Own, based_on: {bases[one]}}}\n" for one in order or bases]
    path = folder / "own.yaml"
    path.write_text(f"{SOURCES}accelerators:\n{''.join(rows)}", encoding="utf-8")
    return path


@pytest.mark.sample(1)
@pytest.mark.parametrize("order", ["forward", "backward", "interleaved"])
def test_a_long_chain_is_filled_in_any_order_of_its_rows(tmp_path: Path, order: str) -> None:
    names = [f"own-{at}" for at in range(LENGTH)]
    bases = dict(zip(names, ["nvidia-h100-sxm", *names], strict=False))
    rows = {"forward": names, "backward": names[::-1], "interleaved": [*names[1::2], *names[::2]]}[order]
    catalogue = laid_over((), [layer(tmp_path, bases, rows)])
    last, base = catalogue.require(Accelerator, names[-1]), load().require(Accelerator, "nvidia-h100-sxm")
    assert [peak.tflops.value for peak in last.peaks if peak.tflops] == [
        peak.tflops.value for peak in base.peaks if peak.tflops
    ]
    assert (last.based_on, last.aliases) == (names[-2], ())


@pytest.mark.parametrize("length", [1, 2, 3, 7, LENGTH])
def test_a_ring_is_refused_once_and_in_few_words(tmp_path: Path, length: int) -> None:
    names = [f"own-{at}" for at in range(length)]
    bases = {one: names[(at + 1) % length] for at, one in enumerate(names)}
    outside = {"own-beside": names[0], "own-above": "own-beside"}
    said = petaplan("catalog", "--validate", str(layer(tmp_path, {**outside, **bases})))
    assert (said.code, said.out) == (2, "")
    assert said.err.count("a ring:") == 1
    assert "own-beside" not in said.err
    assert len(said.err) < 800


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("NVIDIA-H100-SXM", "nvidia-h100-sxm"), ("Amd-Mi300X", "amd-mi300x"), ("HUAWEI-ASCEND-910D", "huawei-ascend-910")],
)
def test_near_matches_do_not_depend_on_upper_case(wrong: str, right: str) -> None:
    assert right in did_you_mean(wrong, load().products)
    assert right in petaplan("catalog", wrong).err
