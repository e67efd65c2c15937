"""What a plan file must be, and what is said of one that isn't."""

import json
from pathlib import Path

import pytest

from petaplan.capacity.document import plan
from petaplan.capacity.document.marked import read_bytes, read_text
from petaplan.capacity.errors import PlanError
from tests import hubs

MINIMAL = """\
petaplan: 1
name: tiny
sites:
- {name: site, country: HK, jurisdiction: HK}
phases:
- name: first
  starts: 2026-01-01
  in_service: 2026-12-31
"""


def refusal(text: str | bytes) -> str:
    """Everything that is said against a document."""
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(PlanError) as caught:
        plan.hub_from(read_bytes(raw, "plan.yaml"))
    return str(caught.value)


def test_a_small_document_is_a_hub() -> None:
    hub = plan.hub_from(read_text(MINIMAL, "plan.yaml"))

    assert (hub.name, hub.phases[0].name, hub.phases[0].in_service.year) == ("tiny", "first", 2026)


def test_every_object_of_a_document_knows_its_line() -> None:
    hub = plan.hub_from(read_text(MINIMAL, "plan.yaml"))

    assert str(hub.sites[0].declared_at) == "plan.yaml:4"
    assert str(hub.phases[0].declared_at) == "plan.yaml:6"


def test_a_hub_survives_yaml_and_json_without_loss() -> None:
    hub = hubs.hub()

    assert plan.hub_from(read_text(plan.write_yaml(hub), "a.yaml")) == hub
    assert plan.hub_from(read_text(plan.write_json(hub), "a.json")) == hub


def test_the_same_hub_gives_the_same_bytes() -> None:
    assert plan.write_yaml(hubs.hub()) == plan.write_yaml(hubs.hub())


@pytest.mark.parametrize(
    "text", ["1e5", "007", "null", "true", "3", "1.5", ".5", "~", "a: b", "# no", "- x", "'", "no"]
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    hub = hubs.hub(description=text)

    assert plan.hub_from(read_text(plan.write_yaml(hub), "a.yaml")).description == text


def test_json_that_escapes_what_ascii_lacks_reads_the_same() -> None:
    hub = hubs.hub(description="香港 🚀 \\ud83d\\ude80")

    assert plan.hub_from(read_text(json.dumps(plan.document(hub)), "a.json")) == hub


def test_an_empty_file_is_refused() -> None:
    assert refusal("") == "plan.yaml:1: found nothing; expected a YAML or JSON document"


def test_a_binary_file_is_refused() -> None:
    assert "bytes that are not UTF-8 text" in refusal(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "a NUL byte" in refusal(b"petaplan: 1\nname: a\0b\n")


def test_a_document_that_is_no_mapping_is_refused() -> None:
    assert "found a list; expected a mapping" in refusal("- 1\n- 2\n")
    assert 'found "a hub"; expected a mapping' in refusal("a hub\n")


def test_anchors_and_aliases_are_refused_each_at_its_line() -> None:
    said = refusal("petaplan: 1\na: &x [1]\nb: [*x, *x]\n")

    assert "plan.yaml:2: found the anchor &x" in said
    assert said.count("plan.yaml:3: found the alias *x") == 2


def test_a_bomb_of_aliases_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join(9 * [f'*a{i - 1}'])}]" for i in range(1, 30)]

    assert "the alias *a28" in refusal("\n".join(lines))


def test_deep_nesting_is_refused() -> None:
    assert "more than 40 levels" in refusal("a: " + "[" * 5_000 + "]" * 5_000)


def test_tags_are_refused() -> None:
    assert "the tag !!python/object/apply:os.system" in refusal(
        "petaplan: 1\nname: !!python/object/apply:os.system ['true']\n"
    ).replace("tag:yaml.org,2002:", "!!")


def test_a_key_twice_is_refused_with_both_lines() -> None:
    assert "plan.yaml:3: found the key 'name' again (first in line 2)" in refusal("petaplan: 1\nname: a\nname: b\n")


def test_two_documents_in_one_file_are_refused() -> None:
    assert "a second document" in refusal(MINIMAL + "---\n" + MINIMAL)


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf"])
def test_numbers_that_are_not_finite_are_refused(number: str) -> None:
    said = refusal(MINIMAL + f"halls:\n- {{name: h, floor_area_m2: {number}}}\n")

    assert f"plan.yaml:10: halls[0].floor_area_m2: found {number}; expected a finite number" in said


def test_a_number_of_a_thousand_digits_is_refused() -> None:
    said = refusal(MINIMAL + "x: " + "9" * 1_000)

    assert said == "plan.yaml:9: x: found the number 999999999999…; expected a number of at most 18 digits"


def test_json_with_nan_is_refused() -> None:
    document = json.loads(plan.write_json(hubs.hub()))
    document["halls"][0]["floor_area_m2"] = float("nan")

    with pytest.raises(PlanError):
        plan.hub_from(read_text(json.dumps(document), "a.json"))


def test_a_version_from_the_future_asks_for_an_upgrade() -> None:
    assert "found version 2; expected at most 1; the plan is newer" in refusal(
        MINIMAL.replace("petaplan: 1", "petaplan: 2")
    )


@pytest.mark.parametrize("version", ["'1'", "0", "-1", "true", "1.0"])
def test_a_version_that_is_no_whole_number_is_refused(version: str) -> None:
    assert "found version" in refusal(MINIMAL.replace("petaplan: 1", f"petaplan: {version}"))


def test_a_document_without_a_version_is_refused() -> None:
    assert "no field 'petaplan'" in refusal("name: tiny\n")


def test_every_problem_is_reported_at_once_with_its_line() -> None:
    said = refusal(
        """\
petaplan: 1
name: Hall A
sites:
- {name: site, country: hk, jurisdiction: HK, colour: red}
phases:
- name: first
  starts: 2026-13-01
pods:
- name: p
  phase: first
  hall: h
  racks:
  - {name: r, model: m-1, count: 0, it_power_kw: 13200}
"""
    ).splitlines()

    assert len(said) == 7
    assert any('plan.yaml:2: name: found "Hall A"' in line for line in said)
    assert any("plan.yaml:4" in line and "the unknown field 'colour'" in line for line in said)
    assert any("plan.yaml:7" in line and "starts" in line for line in said)
    assert any("plan.yaml:6" in line and "the field 'in_service'" in line for line in said)
    assert any("plan.yaml:13: pods[0].racks[0].count: found 0; expected at least 1" in line for line in said)
    assert any("found 13200; expected at most 1000; was 13.2 meant (W for kW)" in line for line in said)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("redundency: 2N", "halls[0].redundency: found the unknown field 'redundency'"),
        ("redundency: 2N", "expected a field of a hall; did you mean 'redundancy'?"),
        ("Xyz: 2N", "halls[0].Xyz: found the unknown field 'Xyz'; expected a field of a hall; there are name, site, "),
    ],
)
def test_a_mistyped_field_is_refused_with_the_nearest_one_or_with_those_there_are(field: str, said: str) -> None:
    assert said in refusal(MINIMAL + f"halls:\n- {{name: h, {field}}}\n")


def test_a_value_where_an_object_belongs_is_refused_in_words() -> None:
    assert "halls[0]: found 5; expected the fields of a hall" in refusal(MINIMAL + "halls: [5]\n")


@pytest.mark.parametrize("name", ["a/b", "a b", "Ä", "🚀", "a" * 300, "", "-a", "A"])
def test_names_that_fit_no_label_are_refused(name: str) -> None:
    assert "plan.yaml:2: name: found" in refusal(MINIMAL.replace("tiny", json.dumps(name)))


def test_text_where_a_number_belongs_is_refused() -> None:
    assert 'found "5 MW"; expected number' in refusal(
        MINIMAL + "halls:\n- {name: h, site: site, phase: first, floor_area_m2: 9, floor_load_kpa: 9,"
        " it_power_limit_kw: 5 MW, rack_positions: 9}\n"
    )


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        plan.read(str(tmp_path / "none.yaml"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="Is a directory"):
        plan.read(str(tmp_path))


def test_the_schema_accepts_what_the_program_writes_and_refuses_what_it_refuses() -> None:
    import jsonschema

    schema = plan.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    document = plan.document(hubs.hub())

    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors(document | {"colour": "red"}))
    assert list(validator.iter_errors({"name": "x"}))


def test_the_schema_describes_every_table_in_the_words_of_the_model() -> None:
    schema = plan.schema()

    assert schema["$defs"]["Pod"]["description"].startswith("What is bought, energised and accepted as one")
    assert "First day on which it no longer serves" in schema["$defs"]["Pod"]["properties"]["retired"]["description"]
    assert "declared_at" not in json.dumps(schema)


def test_a_list_is_not_called_short_for_the_faults_of_its_items() -> None:
    said = refusal(MINIMAL + "pods:\n- {name: p, phase: first, hall: h, racks: [{name: 3, model: m-1}]}\n")

    assert "racks[0].name: found 3; expected string" in said
    assert "at least 1 long" not in said
