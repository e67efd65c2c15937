"""Types of NetBox's device-type library as a layer that the catalogue takes; what they do not say stays unknown.

The files here have the form of the library's schema (July 2026), and were written for these tests.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.layers import laid_over
from petaplan.capacity.figures import Status
from petaplan.capacity.hardware import Node, RackModel, SwitchModel
from tests.commands import Said, petaplan

Values = dict[str, Any]


def interfaces(*groups: tuple[int, str], mgmt: int = 0) -> list[Values]:
    ports = [{"name": f"{kind}/{at}", "type": kind} for count, kind in groups for at in range(count)]
    return [*ports, *({"name": f"mgmt{at}", "type": "1000base-t", "mgmt_only": True} for at in range(mgmt))]


def supplies(count: int, **draw: int) -> list[Values]:
    return [{"name": f"psu{at}", "type": "iec-60320-c20", **draw} for at in range(count)]


SWITCH: Values = {
    "manufacturer": "Acme",
    "model": "Spine 64",
    "slug": "acme-spine-64",
    "u_height": 2,
    "is_full_depth": True,
    "weight": 50,
    "weight_unit": "lb",
    "power-ports": supplies(2, maximum_draw=1_100, allocated_draw=900),
    "interfaces": interfaces((64, "800gbase-x-osfp"), (2, "25gbase-x-sfp28"), mgmt=1),
}
SERVER: Values = {
    "manufacturer": "nvidia",
    "model": 8080,
    "slug": "acme-8080",
    "u_height": 8,
    "is_full_depth": True,
    "comments": "=cmd|' /C calc'!A0\n::error::x",
    "power-ports": supplies(6, maximum_draw=3_300),
    "interfaces": interfaces((8, "400gbase-x-osfp"), (2, "100gbase-x-qsfp28"), mgmt=1),
}
RACK: Values = {
    "manufacturer": "Acme",
    "model": "R48",
    "slug": "acme-r48",
    "form_factor": "4-post-cabinet",
    "width": 19,
    "u_height": 48,
    "starting_unit": 1,
    "outer_width": 31.5,
    "outer_depth": 47.24,
    "outer_unit": "in",
    "max_weight": 1_800,
    "weight_unit": "kg",
}


def put(folder: Path, *types: Values, **changes: Any) -> None:
    (folder / "types").mkdir(exist_ok=True)
    for at, one in enumerate(types):
        values = {name: value for name, value in {**one, **changes}.items() if value is not None}
        (folder / "types" / f"{at}.yaml").write_text("---\n" + yaml.safe_dump(values, sort_keys=False))


def imported(folder: Path, *how: str, place: str = "types") -> Said:
    return petaplan("import", place, "--as-of", "2026-01-05", "-o", "layer.yaml", *how, cwd=folder)


def layer(folder: Path, *how: str) -> Any:
    said = imported(folder, *how)
    assert said.code == 0, said.err
    checked = petaplan("catalog", "--validate", "layer.yaml", cwd=folder)
    assert checked.code == 0, checked.out + checked.err
    return laid_over((), [folder / "layer.yaml"])


def refused(folder: Path, *how: str, place: str = "types") -> str:
    said = imported(folder, *how, place=place)
    assert said.code == 2, (said.code, said.err)
    assert not (folder / "layer.yaml").exists()
    assert "Traceback" not in said.err
    return said.err


def test_a_switch_a_server_and_a_rack_become_entries_that_the_catalogue_takes(tmp_path: Path) -> None:
    put(tmp_path, SWITCH, SERVER, RACK)
    made = layer(tmp_path)

    switch = made.require(SwitchModel, "acme-spine-64")
    assert (switch.ports.value, switch.port_gbps.value, switch.lanes_per_port) == (64, 800, 8)
    assert (switch.power_w.value, switch.power_w.status) == (2_200, Status.DERIVED)
    assert switch.weight_kg.value == pytest.approx(22.6796)
    assert switch.weight_kg.note == "50 lb"
    assert (switch.height_u.status, switch.height_u.as_of) == (Status.RELAYED, date(2026, 1, 5))
    assert "2 of 25 Gb/s" in switch.note

    server = made.require(Node, "acme-8080")
    assert (server.name, server.country, server.accelerators) == ("8080", "US", ())
    assert (server.scale_out.count, server.scale_out.gbps, server.management.count) == (8, 400, 1)
    assert server.power_kw.value == 19.8
    assert (server.weight_kg, server.liquid_fraction, server.host_power_kw) == (None, None, None)

    rack = made.require(RackModel, "acme-r48")
    assert (rack.height_u.value, rack.load_limit_kg.value) == (48, 1_800)
    assert rack.width_mm.value == pytest.approx(800.1)
    assert (rack.empty_weight_kg, rack.loaded_weight_kg, rack.power_kw) == (None, None, None)


def test_a_layer_of_ones_own_adds_the_accelerators(tmp_path: Path) -> None:
    put(tmp_path, SERVER)
    assert imported(tmp_path).code == 0
    (tmp_path / "own.yaml").write_text(
        "nodes: [{model: own, name: Own, based_on: acme-8080, accelerators: [{model: nvidia-h100-sxm, count: 8}]}]"
    )
    own = laid_over((), [tmp_path / "layer.yaml", tmp_path / "own.yaml"]).require(Node, "own")
    assert own.power_kw is not None
    assert (own.power_kw.value, own.accelerators[0].count) == (19.8, 8)


@pytest.mark.parametrize("supply", [supplies(2), [*supplies(1, maximum_draw=900), *supplies(1)], []])
def test_power_is_unknown_unless_each_inlet_states_it(tmp_path: Path, supply: list[Values]) -> None:
    put(tmp_path, SWITCH, **{"power-ports": supply})
    assert layer(tmp_path).require(SwitchModel, "acme-spine-64").power_w is None


def test_infiniband_ports_have_an_assumed_rate(tmp_path: Path) -> None:
    put(tmp_path, SWITCH, interfaces=interfaces((64, "infiniband-ndr")))
    rate = layer(tmp_path).require(SwitchModel, "acme-spine-64").port_gbps
    assert (rate.value, rate.status) == (400, Status.ASSUMED)


def test_an_entry_never_takes_the_place_of_a_shipped_product(tmp_path: Path) -> None:
    put(tmp_path, SWITCH, slug="nvidia-sn5600")
    said = imported(tmp_path)

    assert "netbox-nvidia-sn5600" in said.err
    made = laid_over((), [tmp_path / "layer.yaml"])
    assert made.require(SwitchModel, "nvidia-sn5600") == load().require(SwitchModel, "nvidia-sn5600")
    assert not made.overridden


def test_what_has_no_entry_is_left_out_and_told(tmp_path: Path) -> None:
    outlets = [{"name": str(at), "type": "iec-60320-c13"} for at in range(24)]
    module = {"manufacturer": "Acme", "model": "Card"}
    panel = {**SWITCH, "slug": "acme-panel", "interfaces": [], "power-ports": []}
    long = {**SWITCH, "slug": "a" * 65}
    put(tmp_path, {**SWITCH, "slug": "acme-pdu", "power-outlets": outlets}, module, panel, long, RACK)
    said = imported(tmp_path)

    assert said.code == 0
    for words in ("24 power outlets", "a type of module", "no port that has a rate", "a slug of 65"):
        assert words in said.err
    assert [*yaml.safe_load((tmp_path / "layer.yaml").read_text())] == ["sources", "racks"]


def test_a_device_that_its_ports_do_not_tell_is_taken_as_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, SERVER, interfaces=interfaces((28, "100gbase-x-qsfp28"), (8, "400gbase-x-qsfpdd")))

    assert "--as node or --as switch" in refused(tmp_path)
    assert layer(tmp_path, "--as", "node").require(Node, "acme-8080").scale_out.count == 8
    assert layer(tmp_path, "--as", "switch").require(SwitchModel, "acme-8080").ports.value == 28


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"wieght": 3}, ["unknown field 'wieght'", "did you mean 'weight'?"]),
        ({"slug": "Acme Spine"}, ["0.yaml:4", "'Acme Spine'"]),
        ({"slug": "../../etc"}, ["'../../etc'"]),
        ({"slug": "a"}, ["3 or more"]),
        ({"weight_unit": None}, ["no weight_unit", "kg, g, lb, oz"]),
        ({"weight_unit": "stone"}, ["'stone' in weight_unit"]),
        ({"weight": -3}, ["-3 in weight"]),
        ({"u_height": 900}, ["900", "0.5 to 40 U"]),
        ({"weight": 1e9}, ["weight_kg", "kg"]),
        ({"manufacturer": None}, ["no field 'manufacturer'"]),
        ({"manufacturer": "x" * 100}, ["at most 60 long"]),
        ({"interfaces": "all"}, ["'all' in interfaces"]),
        ({"interfaces": ["x"]}, ["'x' in interfaces"]),
        ({"interfaces": [{"name": "x"}]}, ["no type in interfaces"]),
        ({"power-ports": supplies(1, maximum_draw=-1)}, ["-1 in maximum_draw"]),
        ({"is_full_depth": "yes"}, ["'yes' in is_full_depth"]),
    ],
    ids=str,
)
def test_bad_types_are_refused_with_every_problem(tmp_path: Path, changes: Values, told: list[str]) -> None:
    put(tmp_path, SWITCH, {**RACK, "max_weigth": 1}, **changes)
    (tmp_path / "types" / "1.yaml").write_text(yaml.safe_dump({**RACK, "max_weigth": 1}))
    said = refused(tmp_path)

    for words in (*told, "unknown field 'max_weigth'"):
        assert words in said, (words, said)


def test_files_that_are_no_types_are_refused(tmp_path: Path) -> None:
    put(tmp_path, SWITCH, SWITCH)
    assert "slug 'acme-spine-64' again" in refused(tmp_path)
    for text in ("- a\n", "a: &x [1]\nb: *x\n", "{", "just words", "\0", "a: 1\n---\nb: 2\n"):
        (tmp_path / "types" / "0.yaml").write_text(text)
        assert "0.yaml" in refused(tmp_path)
    (tmp_path / "types" / "0.yaml").write_bytes("é".encode("latin-1"))
    assert "UTF-8" in refused(tmp_path)
    (tmp_path / "types" / "0.yaml").unlink()
    (tmp_path / "types" / "0.yaml").symlink_to("/etc/hostname")
    assert "link" in refused(tmp_path)
    assert "nothing there" in refused(tmp_path, place="none.yaml")


def test_options_that_say_nothing_are_refused(tmp_path: Path) -> None:
    put(tmp_path, SWITCH)
    assert "--into beside" in refused(tmp_path, "--into", "plan.yaml")
    assert "'rack'" in refused(tmp_path, "--as", "rack")
    (tmp_path / "racks.csv").write_text("name\n")
    assert "--as beside a table" in refused(tmp_path, "--as", "node", place="racks.csv")


def test_a_type_is_never_replaced_by_its_layer(tmp_path: Path) -> None:
    put(tmp_path, SWITCH)
    before = (tmp_path / "types" / "0.yaml").read_text()
    assert petaplan("import", "types", "-o", "types/0.yaml", cwd=tmp_path).code == 2
    assert (tmp_path / "types" / "0.yaml").read_text() == before


def test_the_day_of_the_newest_file_is_that_of_the_figures(tmp_path: Path) -> None:
    put(tmp_path, SWITCH)
    assert petaplan("import", "types/0.yaml", "-o", "layer.yaml", cwd=tmp_path).code == 0
    made = laid_over((), [tmp_path / "layer.yaml"]).require(SwitchModel, "acme-spine-64")
    assert made.height_u is not None
    assert made.height_u.as_of == date.fromtimestamp((tmp_path / "types" / "0.yaml").stat().st_mtime)  # noqa: DTZ012
