"""Plans that commands write elsewhere find their layers there, or are refused; programs find layers beside them."""

import os
from pathlib import Path

import pytest

from petaplan.capacity.document.plan import read, write_yaml
from tests import hubs
from tests.commands import petaplan

LAYER = """\
sources:
- {key: own-letter, document: A letter of the maker, read_on: 2026-10-02}
nodes:
- {model: own-node, name: Own node, based_on: nvidia-dgx-h100}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a plan in ``hubs/east`` that names the layer ``own/node.yaml`` beside it."""
    east = tmp_path / "hubs" / "east"
    (east / "own").mkdir(parents=True)
    (east / "own" / "node.yaml").write_text(LAYER)
    hub = hubs.hub(catalogues=("own",))
    (east / "plan.yaml").write_text(write_yaml(hub))
    (tmp_path / "racks.csv").write_text("name,model,phase,hall,count\nstore,generic-storage-rack,first,hall,2\n")
    return tmp_path


WAYS = {
    "export to YAML": ("export", "{plan}", "-o", "{new}.yaml"),
    "export to JSON": ("export", "{plan}", "--format", "json", "-o", "{new}.json"),
    "racks": ("import", "racks.csv", "--into", "{plan}", "-o", "{new}.yaml"),
}


def written(place: Path, way: str, new: str) -> tuple[Path, str, int]:
    """The file that a command writes, what it says, and its exit code."""
    words = [word.format(plan="hubs/east/plan.yaml", new=new) for word in WAYS[way]]
    said = petaplan(*words, cwd=place)
    return place / words[-1], said.err, said.code


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("new", "named"), [("new", "hubs/east/own"), ("hubs/new", "east/own"), ("hubs/east/n", "own")])
def test_a_plan_written_above_its_layers_names_them_anew(place: Path, way: str, new: str, named: str) -> None:
    file, said, code = written(place, way, new)
    assert code == 0, said
    assert read(str(file)).catalogues == (named,)
    assert ("catalogues are named from" in said) == (named != "own")
    assert "nothing there" not in petaplan("check", str(file), cwd=place).err


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("folder", ["elsewhere", "hubs/west", "hubs/east/own"])
def test_a_plan_that_could_not_name_its_layers_is_not_written(place: Path, way: str, folder: str) -> None:
    (place / folder).mkdir(exist_ok=True)
    file, said, code = written(place, way, f"{folder}/new")
    assert code == 2
    assert not file.exists()
    assert f"expected a path below {place / folder}" in said
    assert f"write the plan to {place / 'hubs/east'}, or to a folder above it" in said


@pytest.mark.parametrize("tables", ["tables", "tables.zip"])
def test_tables_and_the_plan_that_is_read_from_them_find_the_layers(place: Path, tables: str) -> None:
    assert petaplan("export", "hubs/east/plan.yaml", "--format", "csv", "-o", tables, cwd=place).code == 0
    for new, named in (("new.yaml", "hubs/east/own"), ("hubs/east/new.yaml", "own")):
        said = petaplan("import", tables, "-o", new, cwd=place)
        assert said.code == 0, said.err
        assert read(str(place / new)).catalogues == (named,)


def test_a_plan_on_standard_output_says_from_where_its_layers_start(place: Path) -> None:
    said = petaplan("export", "hubs/east/plan.yaml", cwd=place)
    assert "- own\n" in said.out
    assert f"catalogues start from {place / 'hubs/east'}" in said.err
    assert petaplan("export", "plan.yaml", cwd=place / "hubs/east").err == ""


def test_a_layer_that_is_not_there_is_told_at_the_line_that_names_it(place: Path) -> None:
    plan = place / "hubs/east/plan.yaml"
    plan.write_text(plan.read_text().replace("- own\n", "- own\n- owm\n"))
    line = plan.read_text().splitlines().index("- owm") + 1
    assert f"hubs/east/plan.yaml:{line}: catalogues: 'owm': found nothing there" in petaplan("check", str(plan)).err


PROGRAM = """\
from tests import hubs
from petaplan.capacity.blocks import own_catalogue
from petaplan.capacity.blocks.fabrics import required
from petaplan.capacity.hardware import Node, Optic

def hub():
    with own_catalogue("{layer}"):
        required({kind}, "{model}")
    return hubs.hub()
"""


def program(place: Path, model: str = "own-node", kind: str = "Node", layer: str = "own") -> Path:
    file = place / "hubs/east/program.py"
    file.write_text(PROGRAM.format(model=model, kind=kind, layer=layer))
    return file


@pytest.mark.parametrize("folder", [".", "hubs", "hubs/east"])
def test_a_program_finds_its_layers_from_every_folder(place: Path, folder: str) -> None:
    plan = os.path.relpath(program(place), place / folder)
    said = petaplan("export", f"{plan}:hub", cwd=place / folder)
    assert (said.code, said.err) == (0, "")


def test_a_path_from_the_working_folder_is_read_once_more_with_a_notice(place: Path) -> None:
    program(place, layer="hubs/east/own")
    said = petaplan("export", "hubs/east/program.py:hub", cwd=place)
    assert said.code == 0
    assert "hubs/east/program.py:7: own_catalogue: 'hubs/east/own' was found in the working folder" in said.err


@pytest.mark.parametrize(
    ("model", "kind", "told"),
    [
        ("own-nod", "Node", "found the model 'own-nod'; expected a node of the catalogue; did you mean 'own-node'"),
        ("own-node", "Optic", "found the model 'own-node', a node; expected an optic module of the catalogue"),
        ("zzzzzzzz", "Node", "see `petaplan catalog`; the layers are own"),
    ],
)
def test_a_block_tells_an_unknown_model_at_the_line_of_the_program(
    place: Path, model: str, kind: str, told: str
) -> None:
    program(place, model, kind)
    said = petaplan("check", "hubs/east/program.py:hub", cwd=place)
    assert said.code == 2
    assert told in said.err.partition("hubs/east/program.py:8: ")[2]


def test_a_block_outside_of_own_catalogue_is_told_to_stand_inside(place: Path) -> None:
    program(place, "zzzzzzzz").write_text(PROGRAM.format(model="zzzzzzzz", kind="Node", layer="x").replace('"x"', ""))
    said = petaplan("check", "hubs/east/program.py:hub", cwd=place)
    assert "stands inside `with own_catalogue(LAYER):`" in said.err


def test_a_layer_that_a_program_names_wrongly_is_told_at_its_line(place: Path) -> None:
    program(place, layer="owm")
    said = petaplan("check", "hubs/east/program.py:hub", cwd=place)
    assert "hubs/east/program.py:7: own_catalogue: 'owm': found nothing there" in said.err
    assert "did you mean 'own'" in said.err


def test_racks_of_unknown_models_are_told_by_their_lines_and_nothing_is_written(place: Path) -> None:
    rows = "a,generic-storage-rak,first,hall,1\nb,own-node,first,hall,1\nc,generic-storage-rack,first,hall,1\n"
    (place / "racks.csv").write_text(f"name,model,phase,hall,count\n{rows}", encoding="utf-8")
    file, said, code = written(place, "racks", "new")
    assert (code, file.exists()) == (2, False)
    assert "racks.csv:2: stand-alone rack 'a': found the model 'generic-storage-rak'" in said
    assert "did you mean 'generic-storage-rack'" in said
    assert "racks.csv:3: stand-alone rack 'b': found the model 'own-node', a node" in said
    assert "racks.csv:4" not in said
