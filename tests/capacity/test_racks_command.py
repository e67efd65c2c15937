"""`petaplan racks`: where the racks of a plan will stand, by hall, row, slot and day."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.document.plan import write_yaml
from petaplan.capacity.fabrics.racks import rack_lines
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import resolve
from petaplan.infra.hong_kong import hub as hong_kong
from tests import hubs
from tests.commands import petaplan

HUB = "infra.hong_kong:hub"
WIDE = "huawei-cloudmatrix384-compute-rack"


def racks_of(*arguments: str) -> list[dict[str, Any]]:
    said = petaplan("racks", *arguments, "--format", "json")
    assert said.code == 0, said.err
    document = json.loads(said.out)
    assert document["petaplan_racks"] == 1
    return list(document["racks"])


def small(**rack: Any) -> Hub:
    """A hub with one pod of one rack group."""
    base = hubs.hub()
    group = RackGroup(name="compute", model=WIDE, count=3).replace(**rack)
    return base.replace(pods=(base.pods[0].replace(racks=(group,)),))


def test_every_rack_of_the_hub_is_listed_once() -> None:
    lines = rack_lines(resolve(hong_kong(), load()))
    groups = [rack for pod in hong_kong().pods for rack in pod.racks] + list(hong_kong().racks)

    assert len(lines) == len(groups)
    assert sum(line.count for line in lines) == sum(group.count for group in groups)
    assert lines == tuple(sorted(lines, key=lambda line: (line.hall, line.row or 0, line.slot or 0)))


def test_a_line_has_the_place_the_names_the_days_and_the_sums(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(small(row=2, slot=5)))
    (rack,) = racks_of(str(path))

    design = resolve(small(row=2, slot=5), load())
    facts = design.rack(design.hub.pods[0].racks[0])
    assert facts.it_power_kw.value and facts.weight_kg.value
    assert rack["cabinets"] == ["compute-1", "compute-2", "compute-3"]
    assert (rack["hall"], rack["row"], rack["slot"], rack["model"]) == ("hall", 2, 5, WIDE)
    assert rack["last_slot"] >= 7
    assert rack["in_service"] == design.phases[0].in_service.isoformat()
    assert rack["retired"] is None
    assert rack["it_power_kw"] == pytest.approx(3 * facts.it_power_kw.value)
    assert rack["weight_kg"] == pytest.approx(3 * facts.weight_kg.value)
    assert rack["feeds"] == list(design.hub.pods[0].feeds)


def test_the_slots_are_those_that_the_rules_of_space_use(tmp_path: Path) -> None:
    hub = small(row=1, slot=1)
    hub = hub.replace(halls=tuple(hall.replace(rack_pitch_m=0.3) for hall in hub.halls))
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(hub))
    (rack,) = racks_of(str(path))

    assert rack["last_slot"] > 3, "a cabinet that is wider than the pitch takes more than one slot"


def test_racks_without_a_place_come_last_and_have_none(tmp_path: Path) -> None:
    base = small(row=1, slot=1)
    (pod,) = base.pods
    more = Pod(name="early", phase=pod.phase, hall=pod.hall, racks=(RackGroup(name="somewhere", model=WIDE),))
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(base.replace(pods=(more, pod))))

    placed, unplaced = racks_of(str(path))
    assert (placed["name"], placed["row"]) == ("compute", 1)
    assert (unplaced["name"], unplaced["row"], unplaced["slot"], unplaced["last_slot"]) == (
        "somewhere",
        None,
        None,
        None,
    )
    assert [rack["name"] for rack in racks_of(str(path), "--hall", "hall", "--row", "1")] == ["compute"]


def test_the_options_choose_by_hall_row_and_phase() -> None:
    everything = racks_of(HUB)

    for options, field, value in (
        (("--hall", "hall-a"), "hall", "hall-a"),
        (("--phase", "phase-2"), "phase", "phase-2"),
    ):
        chosen = racks_of(HUB, *options)
        assert chosen == [rack for rack in everything if rack[field] == value] != []
    row = racks_of(HUB, "--hall", "hall-a", "--row", "2")
    assert row == [rack for rack in everything if (rack["hall"], rack["row"]) == ("hall-a", 2)] != []


def test_a_date_leaves_what_is_in_service_on_that_day(tmp_path: Path) -> None:
    hub = small(row=1, slot=1)
    (pod,) = hub.pods
    first, last = date(2028, 3, 1), date(2028, 9, 1)
    hub = hub.replace(
        pods=(
            pod.replace(in_service=first, retired=last),
            pod.replace(name="later", in_service=last),
        )
    )
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(hub))

    def pods(day: str) -> list[str]:
        return [rack["pod"] for rack in racks_of(str(path), "--on", day)]

    assert pods("2028-03-01") == pods("2028-08-31") == [pod.name]
    assert pods("2028-09-01") == pods("2050-01-01") == ["later"]
    refused = petaplan("racks", str(path), "--on", "2028-02-29")
    assert (refused.code, refused.out) == (2, "")
    assert "--on: found 2028-02-29; expected a date from 2028-03-01 on" in refused.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--hall", "hall-z"), "found 'hall-z'; expected a hall of the plan; did you mean 'hall-"),
        (("--hall", "?"), "there are hall-a, hall-b"),
        (("--phase", "phase-9"), "expected a phase of the plan; did you mean 'phase-"),
        (("--row", "3"), "found 3 without --hall; expected the hall that has the row; add --hall NAME"),
        (("--hall", "hall-a", "--row", "300"), "--row: found 300; expected a row of hall-a; it has the rows 1 to 7"),
        (("--hall", "hall-a", "--row", "0"), "--row"),
        (("--on", "2028-02-30"), "--on"),
        (("--on", "1999-12-31"), "--on: found 1999-12-31; expected a date from "),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_a_mistake_is_told_with_what_there_is(arguments: tuple[str, ...], said: str) -> None:
    run = petaplan("racks", HUB, *arguments)

    assert (run.code, run.out) == (2, "")
    assert said in " ".join(run.err.split())


def test_a_row_without_racks_is_an_empty_answer_where_the_hall_has_that_row(tmp_path: Path) -> None:
    hub = small(row=1, slot=1)
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(hub.replace(halls=tuple(hall.replace(rows=4) for hall in hub.halls))))

    run = petaplan("racks", str(path), "--hall", "hall", "--row", "4")
    assert (run.code, run.out) == (0, "small declares no racks for --hall hall --row 4\n")
    path.write_text(write_yaml(hub))
    run = petaplan("racks", str(path), "--hall", "hall", "--row", "4")
    assert (run.code, "expected a row of hall with racks; there are 1" in run.err) == (2, True)


def test_a_plan_without_racks_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(hubs.hub(pods=())))

    run = petaplan("racks", str(path), "--on", "1999-01-01")
    assert (run.code, run.out) == (0, "small declares no racks for --on 1999-01-01\n")


def test_what_is_not_known_is_shown_and_makes_the_sum_a_lower_bound(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(write_yaml(hubs.hub(pods=(hubs.pod(model="alibaba-yitian-rack"),))))

    said = petaplan("racks", str(path)).out
    assert " ? " in said
    assert "not known, so the sums are lower bounds: " in said
    assert racks_of(str(path))[0]["it_power_kw"] is None


def test_text_shows_halls_with_their_sums_and_csv_has_a_line_for_each_group() -> None:
    text = petaplan("racks", HUB)
    assert text.out.startswith("hk-hub, hall-a: ")
    assert "compute-1 … 12" in text.out
    assert "hk-hub, all halls: " in text.out.splitlines()[-1]

    rows = list(csv.DictReader(io.StringIO(petaplan("racks", HUB, "--format", "csv").out)))
    groups = racks_of(HUB)
    assert [(row["hall"], row["row"], row["model"]) for row in rows] == [
        (rack["hall"], str(rack["row"]), rack["model"]) for rack in groups
    ]
    assert sum(float(row["it_power_kw"]) for row in rows) == pytest.approx(sum(rack["it_power_kw"] for rack in groups))


def test_a_file_is_written_whole_and_standard_output_is_a_name(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(write_yaml(small(row=1, slot=1)))
    file = tmp_path / "racks.csv"

    assert petaplan("racks", str(plan), "--format", "csv", "-o", str(file)).out == ""
    assert petaplan("racks", str(plan), "--format", "csv", "-o", "-").out == file.read_text()
    assert petaplan("racks", str(plan), "-o", str(tmp_path)).code == 2
