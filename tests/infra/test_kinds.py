"""Names, kinds and what is written from the model."""

import dataclasses
import json
import subprocess
import sys
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Named
from petaplan.infra.kinds import BY_TABLE, BY_TOKEN, KINDS, Kind, shape_of
from petaplan.infra.nouns import noun_from, properties_of
from petaplan.infra.provider.generate import outputs
from petaplan.infra.provider.schema import package_schema
from petaplan.infra.resources import CLASSES
from petaplan.infra.spelling import dotted, field_name, pulumi_name
from tests.infra.conftest import BIN, ROOT, Project
from tests.strategies import hubs

fields = st.from_regex(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", fullmatch=True)


@given(fields)
def test_a_field_survives_pulumis_spelling(field: str) -> None:
    assert field_name(pulumi_name(field)) == field


def test_every_field_of_every_noun_survives_pulumis_spelling() -> None:
    for kind in KINDS:
        for prop, field in shape_of(kind.noun).fields.items():
            assert (pulumi_name(field), field_name(prop)) == (prop, field)


def is_table(hint: object) -> bool:
    rows = get_args(hint)
    return getattr(hint, "__origin__", None) is tuple and issubclass(rows[0], Named)


def test_every_table_of_the_hub_is_a_kind() -> None:
    tables = {name for name, hint in get_type_hints(Hub).items() if is_table(hint)}
    assert set(BY_TABLE) == tables | {None}
    assert len(KINDS) == len(BY_TOKEN) == 20


def test_the_kinds_are_called_what_the_trade_calls_them() -> None:
    assert {kind.word for kind in KINDS} >= {"hub", "pod", "rack", "cooling-loop", "cdu", "ups"}
    assert BY_TOKEN["petaplan:index:Rack"].noun.__name__ == "StandAloneRackGroup"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_every_kind_has_a_class_with_an_attribute_for_each_field(kind: Kind) -> None:
    for field in (*shape_of(kind.noun).fields.values(), "standing"):
        assert isinstance(getattr(CLASSES[kind.token], field), property)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_the_schema_requires_what_the_noun_requires(kind: Kind) -> None:
    resource = package_schema()["resources"][kind.token]
    defaults = (dataclasses.MISSING, dataclasses.MISSING)
    required = {
        field.name
        for field in dataclasses.fields(kind.noun)
        if (field.default, field.default_factory) == defaults and field.name in shape_of(kind.noun).fields.values()
    }
    assert {field_name(prop) for prop in resource["requiredInputs"]} == required - {"name"}
    assert set(resource["inputProperties"]) == set(shape_of(kind.noun).fields)


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    schema = package_schema()
    text = json.dumps(schema)
    references = {part.split('"', 1)[0] for part in text.split("#/types/")[1:]}
    assert references == set(schema["types"])


def test_what_is_written_from_the_model_is_up_to_date() -> None:
    for path, text in outputs().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name}: run `python -m petaplan.infra.provider.generate`"
        )


def test_the_generator_says_that_nothing_is_out_of_date() -> None:
    done = subprocess.run([sys.executable, "-m", "petaplan.infra.provider.generate", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0


@given(hubs())
def test_a_noun_survives_as_properties(hub: Hub) -> None:
    for name, rows in hub.tables():
        for row in rows:
            noun, faults = noun_from(BY_TABLE[name], row.name, properties_of(BY_TABLE[name], row))
            assert (noun, faults) == (row, [])


def test_a_property_path_is_written_as_pulumi_writes_it() -> None:
    assert dotted(("racks", 3, "nodes", 0, "count")) == "racks[3].nodes[0].count"
    assert dotted(("a key", 'with "quotes"')) == '["a key"]["with \\"quotes\\""]'


@pytest.mark.engine
def test_pulumi_reads_the_schema_from_the_provider(project: Project) -> None:
    schema = project.json("package", "get-schema", str(BIN / "pulumi-resource-petaplan"))
    assert set(schema["resources"]) == set(BY_TOKEN)
    assert schema["types"]["petaplan:index:RackRun"]["properties"]["itPowerKw"]["type"] == "number"


@pytest.mark.engine
def test_pulumi_finds_no_fault_with_the_schema(project: Project) -> None:
    assert project.run("schema", "check", str(ROOT / "infra" / "provider" / "schema.json")) == ""
