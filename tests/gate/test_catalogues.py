"""Layers of the catalogue in a stack: program, graph, policy pack, gate and approval judge by the same files."""

import shutil
from pathlib import Path

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import read, write_yaml
from petaplan.capacity.errors import CatalogueError, PlanError
from petaplan.capacity.facts.layers import catalogue_of, in_project, laid_over
from petaplan.infra.gate.approval import hashes_of
from petaplan.infra.policy.pack import violations
from petaplan.infra.settings import catalogues_in
from tests.capacity.test_layers import CHIP, FIGURE, NODE, PLAN, SOURCE
from tests.gate.conftest import Project
from tests.gate.test_policy import graph
from tests.repository import Repository

OVERRIDE = f"overrides:\n- {{model: own-h200, quantity: 'peaks[bf16]', value: 100, unit: TFLOP/s, {FIGURE}}}\n"


def plan_in(folder: Path) -> Path:
    """A plan whose target is met by a chip of its own layer alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.yaml").write_text(CHIP + NODE, encoding="utf-8")
    plan = folder / "plan.yaml"
    plan.write_text(PLAN % ("own.yaml", "own-h200-node"), encoding="utf-8")
    return plan


def test_a_graph_names_layers_as_seen_from_the_project(tmp_path: Path) -> None:
    hub = read(str(plan_in(tmp_path / "hubs" / "east")))
    seen = in_project(hub, ("more", "more"), tmp_path)
    assert seen.catalogues == ("hubs/east/own.yaml", "more", "more")
    assert in_project(hub, (), tmp_path / "hubs" / "east") == hub
    own = in_project(hub, (), tmp_path)
    assert [layer.name for layer in catalogue_of(own).layers] == ["hubs/east/own.yaml"]
    (named,), (again,) = catalogue_of(hub).layers, catalogue_of(own).layers
    assert named.digest == again.digest, "a digest is of the files, whatever folder they are named from"
    with pytest.raises(CatalogueError, match="a path below"):
        in_project(hub, (), tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("setting", "paths"),
    [
        (None, ()),
        ("", ()),
        ("own", ("own",)),
        ("own, more.yaml", ("own", "more.yaml")),
        ('["own"]', ("own",)),
        (["own"], ("own",)),
    ],
)
def test_the_setting_is_a_list_of_paths(setting: object, paths: tuple[str, ...]) -> None:
    assert catalogues_in(setting) == paths


@pytest.mark.parametrize("setting", [5, {"a": 1}, [1], "[1]"])
def test_another_setting_is_refused(setting: object) -> None:
    with pytest.raises(PlanError, match="petaplan:catalogues"):
        catalogues_in(setting)


def test_the_policy_pack_judges_by_the_layers_of_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = read(str(plan_in(tmp_path)))
    (tmp_path / "Pulumi.yaml").write_text("name: a\nruntime: python\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = [one.message for one in violations(graph(hub), {}) if "PF-001" in one.message]
    assert found == []
    (tmp_path / "own.yaml").write_text(CHIP + NODE + OVERRIDE, encoding="utf-8")
    found = [one.message for one in violations(graph(hub), {}) if "PF-001" in one.message]
    assert found
    assert "needs 30 PFLOP/s, has 3.2 PFLOP/s" in found[0]
    (tmp_path / "own.yaml").unlink()
    assert any("nothing there" in one.message for one in violations(graph(hub), {}))


def test_an_approval_binds_the_bytes_of_each_layer(tmp_path: Path) -> None:
    hub = read(str(plan_in(tmp_path)))
    settings: dict[str, str] = {}

    def catalogue_hash() -> str:
        by = catalogue_of(hub)
        found = hashes_of(hub, settings=settings, state="", waivers=None, baseline=None, catalogue=by)
        return found["catalogue"]

    first = catalogue_hash()
    assert catalogue_hash() == first
    (tmp_path / "own.yaml").write_text(CHIP + NODE + "# a remark\n", encoding="utf-8")
    assert catalogue_hash() != first
    shipped = hashes_of(hub, settings=settings, state="", waivers=None, baseline=None, catalogue=laid_over(()))
    assert shipped["catalogue"] != first


@pytest.mark.parametrize("base", ["main", "before/plan.yaml"])
@pytest.mark.parametrize("given", [False, True])
def test_the_gate_names_a_changed_layer_and_its_figures(tmp_path: Path, base: str, *, given: bool) -> None:
    """Against a revision and a plan file, with layers of the plan alone and with a tracked file of --catalogue."""
    repository = Repository(tmp_path / "a")
    plan_in(repository.folder)
    plan_in(repository.folder / "before")
    (repository.folder / "more.yaml").write_text(SOURCE, encoding="utf-8")
    repository.commit()
    options = ("--catalogue", "more.yaml") if given else ()
    same = repository.gate("--markdown", "-", *options, base=base)
    assert "catalogue layer own.yaml" not in same.out
    repository.write(CHIP + NODE + OVERRIDE, "own.yaml")
    said = repository.gate("--markdown", "-", *options, base=base)
    assert said.code == 1, said.err
    assert "What judges changed" in said.out
    assert "layer own.yaml" in said.out
    assert r"own-h200.peaks\[bf16\]" in said.out.partition("What judges changed")[2]
    assert "layer more.yaml" not in said.out


@pytest.mark.engine
def test_a_stack_is_judged_by_its_layers_and_its_settings(project: Project, tmp_path: Path) -> None:
    plan = plan_in(tmp_path / "source")
    hub = read(str(plan))
    (project.folder / "hubs").mkdir()
    shutil.copy(plan.parent / "own.yaml", project.folder / "hubs" / "own.yaml")
    (project.folder / "plan.yaml").write_text(write_yaml(hub.replace(catalogues=("hubs/own.yaml",))), encoding="utf-8")
    verdict = check(hub).verdict
    said = project.petaplan("gate", "--stack", "dev", "--json", "gate.json")
    report = project.json("gate.json")["report"]
    assert report["verdict"] == str(verdict), said.err
    assert [layer["name"] for layer in report["catalogue"]["layers"]] == ["hubs/own.yaml"]
    (project.folder / "less").mkdir()
    (project.folder / "less" / "less.yaml").write_text(OVERRIDE, encoding="utf-8")
    assert project.pulumi("config", "set", "petaplan:catalogues", "less").code == 0
    again = project.petaplan("gate", "--stack", "dev", "--json", "gate.json")
    report = project.json("gate.json")["report"]
    assert [layer["name"] for layer in report["catalogue"]["layers"]] == ["hubs/own.yaml", "less"], again.err
    assert any(one["rule"] == "PF-001" and one["verdict"] == "shortfall" for one in report["findings"])
