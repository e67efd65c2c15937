"""Layers of a plan's own over the shipped catalogue: what they add, what they change, what is refused."""

import json
import os
from pathlib import Path

import pytest

from petaplan.capacity.blocks import own_catalogue
from petaplan.capacity.blocks.sizing import slots_for
from petaplan.capacity.check import check
from petaplan.capacity.document.plan import read
from petaplan.capacity.errors import CatalogueError
from petaplan.capacity.facts import layer_files
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.figure_paths import canonical, figures_of, with_figure
from petaplan.capacity.facts.layers import catalogue_of, laid_over
from petaplan.capacity.figures import LADDER, Precision, Sparsity, Status
from petaplan.capacity.hardware import Accelerator, Node
from petaplan.capacity.report.json import as_values
from tests.commands import petaplan

SOURCE = "sources:\n- {key: own-letter, document: A letter of the maker, read_on: 2026-10-02}\n"
FIGURE = "source: own-letter, as_of: 2026-10-01, status: quoted"
CHIP = f"""\
{SOURCE}accelerators:
- model: own-h200
  name: Own H200
  based_on: nvidia-h100-sxm
  memory_gb: {{value: 141, unit: GB, {FIGURE}}}
  peaks:
  - {{precision: fp8, sparsity: "2:4", tflops: {{value: 3957.8, unit: TFLOP/s, {FIGURE}}}}}
"""
NODE = """\
nodes:
- model: own-h200-node
  name: Own node
  based_on: nvidia-dgx-h100
  accelerators: [{model: own-h200, count: 8}]
"""
PLAN = """\
petaplan: 1
name: own
catalogues: [%s]
sites: [{name: site, country: HK, jurisdiction: HK}]
halls:
- {name: hall, site: site, phase: one, floor_area_m2: 900, floor_load_kpa: 40, it_power_limit_kw: 900,
   rack_positions: 99}
phases: [{name: one, starts: 2026-11-30, in_service: 2027-12-31}]
targets: [{name: goal, pflops: 30, precisions: [bf16], by: 2027-12-31, source: a test}]
racks:
- {name: run, phase: one, hall: hall, model: nvidia-dgx-h100-rack, count: 1, nodes: [{model: %s, count: 4}]}
"""


def written(folder: Path, node: str = "own-h200-node", **files: str) -> Path:
    """A plan in a folder beside its catalogue files, each a layer of its own."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    plan = folder / "plan.yaml"
    plan.write_text(PLAN % (", ".join(f"{name}.yaml" for name in files), node), encoding="utf-8")
    return plan


def refusals(plan: Path) -> str:
    """What the layers of a plan are refused for; the command says it too, and exits with 2."""
    with pytest.raises(CatalogueError) as caught:
        catalogue_of(read(str(plan)))
    said = petaplan("check", str(plan))
    assert said.code == 2
    assert not said.out
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_cat_01_a_node_of_five_lines_counts_in_the_verdict(tmp_path: Path) -> None:
    plan = written(tmp_path, own=CHIP + NODE)
    report = check(read(str(plan)))
    assert dict(report.phases[0].pflops)[Precision.BF16] == pytest.approx(32 * 0.989, rel=0.01)
    assert load().find(Node, "own-h200-node") is None


def test_what_is_taken_over_is_derived_at_best(tmp_path: Path) -> None:
    catalogue = catalogue_of(read(str(written(tmp_path, own=CHIP + NODE))))
    base, own = load().require(Accelerator, "nvidia-h100-sxm"), catalogue.require(Accelerator, "own-h200")
    figures = {path: figure for path, _, figure in figures_of(base)}
    for path, _, figure in figures_of(own):
        if figure is not None and figure.source != "own-letter":
            before = figures[path]
            assert before is not None
            assert (figure.value, figure.source, figure.as_of) == (before.value, before.source, before.as_of)
            assert figure.status is LADDER[max(before.status.rank, Status.DERIVED.rank)]
            assert "nvidia-h100-sxm" in str(figure.note)
    assert own.peak(Precision.FP8, Sparsity.TWO_OF_FOUR).value == 3957.8  # type: ignore[union-attr]
    assert (own.aliases, own.released) == ((), None)


def test_cat_01_the_last_layer_wins_and_every_override_is_told(tmp_path: Path) -> None:
    change = "overrides:\n- {model: nvidia-h100-sxm, quantity: %s, value: %s, unit: W, %s}\n"
    plan = written(
        tmp_path,
        "nvidia-dgx-h100",
        first=SOURCE + change % ("power_w", 650, FIGURE),
        second=change % ("power_w", 600, FIGURE),
    )
    report = check(read(str(plan)))
    told = [(one.model, one.quantity, one.layer) for one in report.overridden]
    assert told == [("nvidia-h100-sxm", "power_w", "first.yaml"), ("nvidia-h100-sxm", "power_w", "second.yaml")]
    assert catalogue_of(read(str(plan))).require(Accelerator, "nvidia-h100-sxm").power_w.value == 600  # type: ignore[union-attr]
    assert load().require(Accelerator, "nvidia-h100-sxm").power_w.value == 700  # type: ignore[union-attr]
    shown = petaplan("check", str(plan))
    assert "nvidia-h100-sxm.power_w: 600 W" in shown.out
    values = json.loads(petaplan("check", str(plan), "--format", "json").out)
    assert values["catalogue"] == as_values(report)["catalogue"] | {"overridden": values["catalogue"]["overridden"]}
    assert [one["after"][:5] for one in values["catalogue"]["overridden"]] == ["650 W", "600 W"]


def test_cat_01_a_layer_of_the_command_line_lies_over_those_of_the_plan(tmp_path: Path) -> None:
    plan = written(tmp_path, own=CHIP + NODE)
    over = tmp_path / "over"
    over.mkdir()
    text = f"overrides:\n- {{model: own-h200, quantity: 'peaks[bf16]', value: 900, unit: TFLOP/s, {FIGURE}}}\n"
    (over / "more.yaml").write_text(text, encoding="utf-8")
    arguments = ("--catalogue", str(over), "--format", "json")
    commands: list[list[str]] = [["check", str(plan), *arguments], ["gate", str(plan), *arguments[:2], "--json", "-"]]
    for command in commands:
        said = petaplan(*command)
        values = json.loads(said.out)
        values = values.get("report", values)
        assert values["phases"][0]["peak_dense_pflops"]["bf16"] == 28.8
        assert values["catalogue"]["overridden"][0]["model"] == "own-h200"
    for name in ("waterfall", "fabric", "racks", "failover"):
        assert petaplan(name, str(plan), *arguments).code in {0, 1}
    assert petaplan("explain", "PF-001", "--plan", str(plan), *arguments).code == 0
    assert petaplan("diff", str(plan), str(plan), *arguments).code == 0


def test_each_side_of_a_difference_is_judged_by_its_own_catalogue(tmp_path: Path) -> None:
    (old := tmp_path / "old").mkdir()
    (new := tmp_path / "new").mkdir()
    change = f"overrides:\n- {{model: own-h200, quantity: 'peaks[bf16]', value: 900, unit: TFLOP/s, {FIGURE}}}\n"
    before, after = written(old, own=CHIP + NODE), written(new, own=CHIP + NODE.replace("own-h200-n", "own-h200-n"))
    (new / "own.yaml").write_text(CHIP + NODE + change, encoding="utf-8")
    said = petaplan("diff", str(before), str(after), "--format", "json")
    assert said.code == 1
    assert "28.8" in said.out
    assert petaplan("diff", str(before), str(before)).code == 0


@pytest.mark.parametrize("product", load().products.values(), ids=lambda one: one.model)
def test_every_figure_is_found_by_its_name(product: object) -> None:
    for path, _, figure in figures_of(product):
        assert canonical(product, path) == path
        if figure is not None:
            other = figure.replace(value=figure.value / 2)
            changed = {where: found for where, _, found in figures_of(with_figure(product, path, other))}
            assert changed == {where: found for where, _, found in figures_of(product)} | {path: other}


CLASH = "nodes:\n- {model: own-h200, name: X, based_on: nvidia-dgx-h100}\n"
OVERRIDE = """\
overrides:
- {model: %s, quantity: '%s', value: 5, unit: %s, source: own-letter, as_of: 2026-10-01, status: %s}
"""


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"own": CHIP, "more": CLASH}, "'own-h200', an accelerator", id="another kind"),
        pytest.param({"own": CHIP.replace("own-h200", "Own-H200")}, "lower-case", id="upper case"),
        pytest.param(
            {"own": SOURCE, "more": SOURCE.replace("A letter", "Another letter")}, "own-letter", id="another document"
        ),
        pytest.param({"own": SOURCE, "more": SOURCE.replace("own-l", "Own-l")}, "a key of its own", id="case of a key"),
        pytest.param({"own": CHIP.replace("nvidia-h100-sxm", "own-h200")}, "a ring: own-h200", id="based on itself"),
        pytest.param(
            {
                "own": "nodes:\n- {model: one, name: X, based_on: two}\n- {model: two, name: X, based_on: six}\n"
                "- {model: six, name: X, based_on: one}\n"
            },
            "a ring",
            id="ring of three",
        ),
        pytest.param({"own": CHIP.replace("nvidia-h100-sxm", "nvidia-h100")}, "did you mean", id="no such base"),
        pytest.param({"own": CHIP.replace("nvidia-h100-sxm", "nvidia-dgx-h100")}, "a node", id="base of another kind"),
        pytest.param(
            {"own": SOURCE + OVERRIDE % ("nvidia-h100", "power_w", "W", "quoted")}, "the model", id="no model"
        ),
        pytest.param(
            {"own": SOURCE + OVERRIDE % ("nvidia-h100-sxm", "peaks[fp4]", "TFLOP/s", "quoted")}, "peaks", id="no figure"
        ),
        pytest.param(
            {"own": SOURCE + OVERRIDE % ("nvidia-h100-sxm", "power_w", "kW", "quoted")}, "the unit", id="unit"
        ),
        pytest.param({"own": SOURCE + OVERRIDE % ("nvidia-h100-sxm", "power_w", "W", "known")}, "status", id="status"),
        pytest.param({"own": OVERRIDE % ("nvidia-h100-sxm", "power_w", "W", "quoted")}, "the source", id="no source"),
        pytest.param({"own": "gadgets: []\n"}, "the unknown table 'gadgets'", id="unknown table"),
        pytest.param({"own": "a: &a [1]\nb: [*a, *a]\n"}, "the anchor", id="anchors"),
        pytest.param({"own": "5\n"}, "no mapping", id="no mapping"),
        pytest.param({"own": CHIP + CHIP.replace(SOURCE, "").replace("accelerators:\n", "")}, "again", id="twice"),
    ],
)
def test_a_wrong_layer_is_refused(tmp_path: Path, files: dict[str, str], said: str) -> None:
    assert said in refusals(written(tmp_path, "nvidia-dgx-h100", **files))


@pytest.mark.parametrize("name", ["../out.yaml", "/dev/zero", "link.yaml", "folder", "pipe", "none.yaml", ".", "a\\b"])
def test_a_place_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "out.yaml").write_text(SOURCE, encoding="utf-8")
    (home := tmp_path / "home").mkdir()
    plan = written(home, "nvidia-dgx-h100")
    (home / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (home / "folder").mkdir()
    os.mkfifo(home / "pipe")
    plan.write_text(plan.read_text(encoding="utf-8").replace("[]", json.dumps([name])), encoding="utf-8")
    assert "catalogues" in refusals(plan)


def test_layers_that_differ_in_case_are_refused(tmp_path: Path) -> None:
    assert "upper and lower case" in refusals(written(tmp_path, "nvidia-dgx-h100", own=SOURCE, Own=SOURCE))


def test_a_generic_node_draws_its_host_and_its_devices(tmp_path: Path) -> None:
    node = NODE + f"  power_kw: null\n  host_power_kw: {{value: 2, unit: kW, {FIGURE}}}\n"
    report = check(read(str(written(tmp_path, own=CHIP + node))))
    assert report.phases[0].it_power_mw == pytest.approx(4 * (2 + 8 * 0.7) / 1000)
    unknown = check(read(str(written(tmp_path, own=CHIP + NODE + "  power_kw: null\n"))))
    assert not unknown.phases[0].it_power_known


def test_building_blocks_know_the_models_of_a_layer(tmp_path: Path) -> None:
    rack = (
        "racks:\n- {model: own-rack, name: Own rack, based_on: nvidia-dgx-h100-rack, width_mm: {value: 1200, unit: mm, "
    )
    (tmp_path / "own.yaml").write_text(SOURCE + rack + FIGURE + "}}\n", encoding="utf-8")
    with own_catalogue(tmp_path / "own.yaml"):
        assert slots_for("own-rack", 3, rack_pitch_m=0.6) == 6
        with own_catalogue():
            assert slots_for("own-rack", 3, rack_pitch_m=0.6) == 3
    assert slots_for("own-rack", 3, rack_pitch_m=0.6) == 3


def test_a_folder_of_many_or_large_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    for at in range(9):
        (folder / f"{at}.yaml").write_text("#" * 2_000_000 + "\nnodes: []\n")
    said = petaplan("catalog", "--validate", "own", cwd=tmp_path)
    assert said.code == 2
    assert "at most 16 MiB in all layers together" in said.err

    for path in folder.iterdir():
        path.unlink()
    for at in range(1_001):
        (folder / f"{at}.yaml").touch()
    assert "more than 1,000 files" in petaplan("catalog", "--validate", "own", cwd=tmp_path).err

    monkeypatch.setattr(layer_files, "MOST_ENTRIES", 1_000)
    with pytest.raises(CatalogueError, match="more than 1,000 files and folders"):
        laid_over((), [folder])


def test_an_unknown_table_hides_no_other_problem_and_paths_start_from_the_file(tmp_path: Path) -> None:
    wrong = OVERRIDE % ("own-h20", "power_w", "W", "quoted")
    (tmp_path / "own.yaml").write_text(f"{CHIP}{wrong}nodez: []\nracks: 7\n", encoding="utf-8")
    for option in ("--validate", "--diff"):
        said = petaplan("catalog", option, "own.yaml", cwd=tmp_path)
        assert said.code == 2
        assert "the unknown table 'nodez'" in said.err
        assert "racks: found 7" in said.err
        assert "overrides[0].model: found the model 'own-h20'" in said.err
        assert f"{option}: 'nope.yaml': found nothing" in petaplan("catalog", option, "nope.yaml", cwd=tmp_path).err
