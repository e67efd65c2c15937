"""GATE-02: a layer of the catalogue that the command line names is read as each revision has it, under one name."""

import json
from pathlib import Path

import pytest

from tests.capacity.test_layers import CHIP, FIGURE, NODE, PLAN
from tests.repository import Repository

OWN = CHIP + NODE
STRONGER = f"overrides:\n- {{model: own-h200, quantity: 'peaks[bf16]', value: 2000, unit: TFLOP/s, {FIGURE}}}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "hub")
    made.write((PLAN % ("", "own-h200-node")).replace("catalogues: []\n", ""))
    made.commit(OWN, name="own/chips.yaml")
    made.git("checkout", "--quiet", "-b", "change")
    return made


def judges(repository: Repository, layer: str, base: str = "main") -> list[dict[str, str]]:
    said = repository.gate("--catalogue", layer, "--json", "-", base=base)
    told = json.loads(said.out)["weakening"]
    assert told["compared"], told["not_compared"]
    found: list[dict[str, str]] = told["judges"]
    return found


def test_a_layer_that_does_not_change_is_no_change(repository: Repository) -> None:
    whole = str(repository.folder / "own" / "chips.yaml")
    for layer in ("own/chips.yaml", "./own/chips.yaml", "own", whole):
        assert judges(repository, layer) == []


def test_a_changed_figure_is_told_against_the_figure_of_the_base(repository: Repository) -> None:
    repository.commit(OWN + STRONGER, name="own/chips.yaml")
    for layer in ("own/chips.yaml", "own"):
        told = {one["subject"]: one for one in judges(repository, layer)}
        assert set(told) == {f"layer {layer}", "own-h200.peaks[bf16]"}
        assert told[f"layer {layer}"]["before"].startswith("digest ")
        assert told[f"layer {layer}"]["after"].startswith("digest ")
        assert (told["own-h200.peaks[bf16]"]["effect"], told["own-h200.peaks[bf16]"]["weaker_side"]) == (
            "weaker",
            "after",
        )


def test_a_layer_that_moved_is_the_same_layer(repository: Repository) -> None:
    repository.git("mv", "own/chips.yaml", "chips.yaml")
    repository.commit()
    assert [one["effect"] for one in judges(repository, "chips.yaml")] in ([], ["changed"])


def test_a_layer_that_the_base_lacks_is_not_lent_to_it(repository: Repository) -> None:
    repository.commit(
        f"overrides:\n- {{model: own-h200, quantity: 'peaks[bf16]', value: 2000, unit: TFLOP/s, {FIGURE}}}\n",
        "more.yaml",
    )
    said = repository.gate("--catalogue", "own", "--catalogue", "more.yaml", "--json", "-")
    told = {one["subject"]: one for one in json.loads(said.out)["weakening"]["judges"]}
    assert told["layer more.yaml"]["before"] == "not given"
    assert told["own-h200.peaks[bf16]"]["effect"] == "weaker"


def test_a_layer_that_git_does_not_track_is_the_same_for_both(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(OWN, encoding="utf-8")
    repository.git("rm", "--quiet", "-r", "own")
    repository.commit()
    assert judges(repository, str(outside)) == []
