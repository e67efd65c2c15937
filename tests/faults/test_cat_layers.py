"""CAT-01 and CAT-07: layers of the user's own tell all that is wrong at once, and each product shows all it has."""

import random
import re
from pathlib import Path

import pytest

from petaplan.capacity.errors import CatalogueError
from petaplan.capacity.facts.figure_paths import figures_of
from petaplan.capacity.facts.layers import catalogue_of, in_project, laid_over
from petaplan.capacity.hardware import Accelerator, Node, Ports
from petaplan.capacity.noun import PlanPlace
from petaplan.capacity.report.listing import catalogue_document, listing
from petaplan.reporting.registry import Rendering
from petaplan.reporting.terminal import write_text
from tests.catalogue import CATALOGUE
from tests.commands import petaplan
from tests.hubs import hub as small

SOURCE = "{key: own-letter, document: A letter of the maker, read_on: 2026-10-02}"
FIGURE = "source: own-letter, as_of: 2026-10-01, status: quoted"
CHANGE = "{model: %s, quantity: '%s', value: %s, unit: %s, source: %s, as_of: 2026-10-01, status: %s}"

FAULTS = {
    "nothing to override": (
        "overrides",
        CHANGE % ("own-none", "power_w", 5, "W", "own-letter", "quoted"),
        "'own-none'",
    ),
    "no such figure": (
        "overrides",
        CHANGE % ("nvidia-h20", "peaks[fp4]", 5, "W", "own-letter", "quoted"),
        "peaks[fp4]",
    ),
    "another unit": ("overrides", CHANGE % ("nvidia-h100-sxm", "power_w", 0.7, "kW", "own-letter", "quoted"), "'kW'"),
    "far too much": ("overrides", CHANGE % ("nvidia-b200", "power_w", 7e8, "W", "own-letter", "quoted"), "7e+08"),
    "measured by hand": (
        "overrides",
        CHANGE % ("nvidia-b300", "power_w", 900, "W", "own-letter", "measured"),
        "measured",
    ),
    "no such source": ("overrides", CHANGE % ("amd-mi300x", "power_w", 700, "W", "nobody", "quoted"), "'nobody'"),
    "no number": ("overrides", CHANGE % ("amd-mi325x", "power_w", ".nan", "W", "own-letter", "quoted"), ".nan"),
    "a word for a number": (
        "overrides",
        CHANGE % ("amd-mi355x", "power_w", "many", "W", "own-letter", "quoted"),
        '"many"',
    ),
    "a ring": ("nodes", "{model: own-ring, name: R, based_on: own-ring}", "own-ring → own-ring"),
    "no such base": ("nodes", "{model: own-lone, name: L, based_on: own-nowhere}", "'own-nowhere'"),
    "a base of another kind": (
        "racks",
        "{model: own-odd, name: O, based_on: nvidia-h20}",
        "'nvidia-h20', an accelerator",
    ),
    "an unknown part": (
        "nodes",
        "{model: own-part, name: P, based_on: nvidia-dgx-h100, accelerators: [{model: own-chip, count: 8}]}",
        "'own-chip'",
    ),
    "an unknown field": ("nodes", "{model: own-field, name: F, based_on: nvidia-dgx-h100, watts: 5}", "'watts'"),
    "upper case": ("accelerators", "{model: Own-Case, name: C, based_on: nvidia-h20}", '"Own-Case"'),
    "a measured rate of nothing": (
        "efficiency",
        "{accelerator: own-missing, device: D, precision: bf16, method: M, rate_tflops: null, nominal_tflops: null,"
        " fraction: {value: 0.5, unit: fraction, " + FIGURE + "}}",
        "own-missing",
    ),
    "a rule that ends before it begins": (
        "export_rules",
        (
            "{id: own-rule, form: classification, effective: 2026-01-01, until: 2025-01-01, citation: C, text: T,"
            " condition: null, source: own-letter, as_of: 2026-10-01, status: analyst}"
        ),
        "2025-01-01, not after 2026-01-01",
    ),
}
"""A row with one fault each: its table, its text, and words of the problem."""


def text_of(*names: str) -> str:
    """A file with a sound row of each kind, and the rows of some faults."""
    rows: dict[str, list[str]] = {
        "sources": [SOURCE],
        "nodes": ["{model: own-sound, name: S, based_on: nvidia-dgx-h100}"],
        "overrides": [CHANGE % ("intel-gaudi-3", "power_w", 850, "W", "own-letter", "quoted")],
    }
    for name in names:
        table, row, _ = FAULTS[name]
        rows.setdefault(table, []).append(row)
    return "".join(f"{table}:\n" + "".join(f"- {row}\n" for row in some) for table, some in rows.items())


def problems(*paths: Path) -> list[str]:
    """What layers are refused for, without their places."""
    try:
        laid_over((), paths)
    except CatalogueError as error:
        return [re.sub(r"^\S+:\d+: [^:]*: ", "", str(one)) for one in error.problems]
    return []


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The problems of each fault that stands alone."""
    told: dict[str, list[str]] = {}
    for name, (_, _, words) in FAULTS.items():
        path = tmp_path_factory.mktemp("alone") / "own.yaml"
        path.write_text(text_of(name), encoding="utf-8")
        told[name] = problems(path)
        assert any(words in one for one in told[name]), (name, told[name])
    return told


@pytest.mark.parametrize("seed", range(12))
def test_cat_01_faults_together_are_told_as_each_alone(alone: dict[str, list[str]], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a sample
    names = chance.sample(sorted(FAULTS), chance.randint(2, len(FAULTS)))
    (tmp_path / "own.yaml").write_text(text_of(*names), encoding="utf-8")
    assert sorted(problems(tmp_path / "own.yaml")) == sorted(one for name in names for one in alone[name])


def test_cat_01_a_wrong_layer_hides_no_problem_of_the_layers_beside_it(
    alone: dict[str, list[str]], tmp_path: Path
) -> None:
    first, second = "a ring", "nothing to override"
    for name in (first, second):
        (tmp_path / f"{name.replace(' ', '-')}.yaml").write_text(text_of(name), encoding="utf-8")
    paths = [tmp_path / f"{name.replace(' ', '-')}.yaml" for name in (first, second)]
    assert sorted(problems(*paths)) == sorted(alone[first] + alone[second])
    said = petaplan("catalog", "--validate", str(paths[0]), "--validate", str(tmp_path / "none.yaml"))
    assert said.code == 2
    assert "own-ring → own-ring" in said.err and "nothing there" in said.err


def test_cat_01_what_rests_on_a_wrong_row_has_no_problem_of_its_own(tmp_path: Path) -> None:
    chip = "accelerators:\n- {model: own-chip, name: C, based_on: nvidia-h20, memory_gb: much}\n"
    node = (
        "nodes:\n- {model: own-node, name: N, based_on: nvidia-dgx-h100, accelerators: [{model: own-chip, count: 8}]}\n"
    )
    change = "overrides:\n- " + CHANGE % ("own-chip", "power_w", 5, "W", "own-letter", "quoted") + "\n"
    (tmp_path / "one.yaml").write_text(f"sources:\n- {SOURCE}\n{chip}", encoding="utf-8")
    (tmp_path / "two.yaml").write_text(node + change, encoding="utf-8")
    (told,) = problems(tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert "much" in told


def test_cat_01_files_of_a_layer_that_differ_in_case_are_refused(tmp_path: Path) -> None:
    for name in ("own.yaml", "Own.yaml"):
        (tmp_path / name).write_text(f"sources:\n- {SOURCE}\n", encoding="utf-8")
    (told,) = problems(tmp_path)
    assert "upper and lower case" in told


def test_cat_01_a_layer_inside_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own" / "more").mkdir(parents=True)
    for name in ("own/one.yaml", "own/more/two.yaml", "owner.yaml"):
        (tmp_path / name).write_text(f"sources:\n- {SOURCE}\n", encoding="utf-8")
    for inner in ("own/one.yaml", "own/more", "own/more/two.yaml"):
        for paths in ((tmp_path / "own", tmp_path / inner), (tmp_path / inner, tmp_path / "own")):
            (told,) = problems(*paths)
            assert "each file in one layer" in told
    assert problems(tmp_path / "own", tmp_path / "owner.yaml") == []


def test_cat_01_a_layer_of_a_stack_setting_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").touch()
    hub = small().replace(catalogues=("own.yaml",)).declared_in(PlanPlace(file=str(tmp_path / "plan.yaml"), line=3))
    whole = in_project(hub, ("../out.yaml", "none.yaml"), tmp_path)
    with pytest.raises(CatalogueError) as caught:
        catalogue_of(whole, folder=tmp_path)
    told = [str(one) for one in caught.value.problems]
    assert len(told) == 3
    assert told[0].startswith(f"{tmp_path / 'plan.yaml'}:3: catalogues: 'own.yaml'")
    assert all(one.startswith("stack setting petaplan:catalogues: ") for one in told[1:])


def test_cat_01_a_product_that_a_later_layer_replaces_is_told(tmp_path: Path) -> None:
    for name, base in (("one", "nvidia-dgx-h100"), ("two", "nvidia-dgx-b200")):
        row = f"nodes:\n- {{model: own-node, name: Node {name}, based_on: {base}}}\n"
        (tmp_path / f"{name}.yaml").write_text(f"sources:\n- {SOURCE}\n{row}", encoding="utf-8")
    for option in ("--validate", "--diff"):
        said = petaplan("catalog", option, "one.yaml", option, "two.yaml", cwd=tmp_path)
        assert said.code == 0
        assert "own-node: Node two in the place of Node one" in said.out


@pytest.mark.parametrize("model", sorted(CATALOGUE.products))
def test_cat_07_a_product_is_shown_with_every_figure_port_and_range(model: str) -> None:
    product = CATALOGUE.products[model]
    shown = write_text(catalogue_document(listing(model, None)), Rendering(width=400))
    for path, _, figure in figures_of(product):
        (line,) = (line for line in shown.splitlines() if line.strip().startswith(f"{path} = "))
        if figure is None:
            assert "unknown" in line
            continue
        assert str(figure.status) in line and figure.as_of.isoformat() in line
        for end, word in ((figure.low, ""), (figure.high, " to ")):
            assert end is None or end == figure.value or word in line
    if isinstance(product, Accelerator):
        assert not re.search(r"peaks\[\d", shown)
    ports = [getattr(product, name) for name in ("scale_out", "scale_up", "storage") if isinstance(product, Node)]
    for one in ports:
        assert not isinstance(one, Ports) or f"{one.count:,} x {one.gbps:g} Gb/s" in shown
