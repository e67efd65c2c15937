"""Layers of the catalogue on the real engine: moved or changed after an approval, and named by a secret."""

import pytest

from tests.capacity.test_layers import CHIP, NODE
from tests.gate.conftest import Project
from tests.gate.test_catalogues import OVERRIDE
from tests.gate.test_gate_on_the_engine import GOOD

pytestmark = pytest.mark.engine


@pytest.fixture
def layered(project: Project) -> Project:
    """A project with a layer that the plan names, and one that the command line gives."""
    (project.folder / "own.yaml").write_text(CHIP + NODE, encoding="utf-8")
    (project.folder / "given.yaml").write_text(OVERRIDE_OF_SHIPPED, encoding="utf-8")
    project.declare(GOOD.replace(catalogues=("own.yaml",)))
    return project


OVERRIDE_OF_SHIPPED = OVERRIDE.replace("own-h200", "nvidia-h200-sxm")


def refused(project: Project, *words: str) -> None:
    before = project.pulumi("stack", "export")
    said = project.petaplan("up", "--approved", "approved.json")
    assert said.code in (1, 2), said
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err, said.err
    assert project.pulumi("stack", "export").out == before.out


@pytest.mark.variant
def test_layers_that_moved_since_the_approval_bring_nothing_up(layered: Project) -> None:
    said = layered.petaplan("gate", "--catalogue", "given.yaml", "--save", "approved.json")
    assert said.code == 0, said
    own, given = layered.folder / "own.yaml", layered.folder / "given.yaml"
    for layer, name in ((own, "own.yaml"), (given, "given.yaml")):
        text = layer.read_text(encoding="utf-8")
        layer.write_text(text + "# a remark\n", encoding="utf-8")
        refused(layered, "the hardware catalogue, or a layer over it moved since")
        layer.rename(layered.folder / "elsewhere.yaml")
        refused(layered, name, "nothing there")
        layer.symlink_to(layered.folder / "elsewhere.yaml")
        refused(layered, name, "link")
        layer.unlink()
        layer.write_text(text, encoding="utf-8")
    assert layered.petaplan("up", "--approved", "approved.json").code == 0


def test_a_secret_setting_never_names_layers(layered: Project) -> None:
    assert layered.pulumi("config", "set", "--secret", "petaplan:catalogues", "given.yaml").code == 0
    for command in (("gate",), ("diff", "program:dev", "plan.yaml")):
        said = layered.petaplan(*command)
        assert said.code == 2, said
        assert "petaplan:catalogues: found a secret; expected plain text" in said.err, said.err
        assert "secure" not in said.err
    shown = layered.pulumi("preview")
    assert shown.code != 0
    assert "petaplan:catalogues: found a secret; expected plain text" in shown.out + shown.err


BY_HAND = """
import pulumi
from petaplan.infra.resources import Hub, Phase, Site
Site("site", country="HK", jurisdiction="HK")
Phase("first", starts="2026-01-01", in_service="2027-06-30")
Hub("by-hand", catalogues={catalogues})
"""


@pytest.mark.sample(1)
@pytest.mark.parametrize("catalogues", ['pulumi.Output.secret(["own.yaml"])', '[pulumi.Output.secret("own.yaml")]'])
def test_a_secret_input_never_names_layers(layered: Project, catalogues: str) -> None:
    layered.program(BY_HAND.format(catalogues=catalogues))
    for said in (layered.petaplan("gate"), layered.pulumi("preview")):
        assert said.code != 0, said
        assert "found a secret value; expected paths in plain text" in said.out + said.err, said
        assert "Traceback" not in said.out + said.err
