"""Faults PY-01 to PY-04: a hub built in Python is read as a document is, and its errors name the user's line."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from petaplan.capacity.check import check
from petaplan.capacity.compute import NodeGroup
from petaplan.capacity.cooling import Chiller
from petaplan.capacity.document.marked import read_text
from petaplan.capacity.document.plan import hub_from, verify, write_json, write_yaml
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.errors import PlanError
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.site import Hall
from petaplan.capacity.targets import Measure
from petaplan.infra import hong_kong
from petaplan.infra.gate.approval import plan_hash
from tests.faults.hubs_in_python import enum_fields, loosened, spots, types_in
from tests.hubs import FIRST, hub, target
from tests.strategies import hubs

REFERENCE = verify(hong_kong.hub())
SPOTS = sorted(set(spots(REFERENCE)))


def loose_hub(**changes: Any) -> Hub:
    """A hub whose only target has values that may be of the wrong type."""
    return hub(targets=(target(288).replace(**changes),))


def test_py_01_a_member_and_its_text_have_the_same_verdict() -> None:
    member, text = loose_hub(measure=Measure.DELIVERED), loose_hub(measure="delivered")
    assert check(text) == check(member)
    assert check(text).of(Verdict.SHORTFALL)


def test_py_02_a_day_may_be_text() -> None:
    assert check(loose_hub(by="2027-06-30")) == check(loose_hub(by=FIRST))


def test_py_03_a_tuple_of_members_may_be_text_and_a_list() -> None:
    assert check(loose_hub(precisions=("bf16",))) == check(loose_hub(precisions=["bf16"])) == check(loose_hub())


@pytest.mark.sample(45)
@pytest.mark.parametrize(("noun", "field"), SPOTS, ids=[".".join(spot) for spot in SPOTS])
def test_each_field_of_the_reference_hub_gets_its_type(noun: str, field: str) -> None:
    made = verify(loosened(REFERENCE, lambda *spot: spot == (noun, field)))
    assert made == REFERENCE
    assert types_in(made) == types_in(REFERENCE)


def test_the_fields_tried_are_all_kinds_of_fields() -> None:
    assert enum_fields(REFERENCE) <= set(SPOTS)
    assert len(SPOTS) > 60


def test_the_reference_hub_with_every_type_loosened_has_the_same_findings_and_hash() -> None:
    loose = loosened(REFERENCE)
    assert check(loose) == check(REFERENCE)
    assert plan_hash(loose) == plan_hash(REFERENCE)
    assert write_json(loose) == write_json(REFERENCE)
    assert write_yaml(loose) == write_yaml(REFERENCE)


@given(hubs())
def test_any_hub_with_every_type_loosened_is_the_same_hub(made: Hub) -> None:
    loose, strict = verify(loosened(made)), verify(made)
    assert loose == strict == hub_from(read_text(write_json(loosened(made)), "a.json"))
    assert types_in(loose) == types_in(strict)
    assert plan_hash(loosened(made)) == plan_hash(made)


def test_lines_of_declaration_stay() -> None:
    made = hub(targets=(target(1),))
    verified = verify(loosened(made))
    assert [row.declared_at for row in verified.targets] == [row.declared_at for row in made.targets]
    assert verified.pods[0].racks[0].declared_at == made.pods[0].racks[0].declared_at
    assert verify(verified) is verified


class Odd:
    """What no document holds."""


NO_CDU: Any = Chiller(
    name="c",
    site="site",
    phase="first",
    units=1,
    unit_rated_kw=1,
    unit_electrical_kw=1,
    supply_temperature_c=9,
    fed_by=(),
)
NO_TARGET: Any = NodeGroup(model="x", count=1)

REFUSED: dict[str, tuple[Callable[[], Hub], str]] = {
    "a word that is no member": (lambda: loose_hub(measure="deliverd"), r"measure: found 'deliverd'; expected one of"),
    "a time": (lambda: loose_hub(by=datetime(2027, 6, 30, 12)), r"by: found .*2027-06-30T12"),  # noqa: DTZ001
    "a number for a day": (lambda: loose_hub(by=20270630), r"by: found 20270630"),
    "true for a number": (lambda: loose_hub(pflops=True), r"pflops: found true; expected .*number"),
    "text for a number": (lambda: loose_hub(pflops="288"), r"pflops: found \"288\"; expected .*number"),
    "a number for text": (lambda: loose_hub(source=5), r"source: found 5; expected .*string"),
    "nothing where a value is needed": (lambda: loose_hub(pflops=None), r"pflops: found null"),
    "a decimal": (lambda: loose_hub(pflops=Decimal(288)), r"pflops: found Decimal .*288"),
    "a set": (lambda: loose_hub(precisions={Precision.BF16}), r"precisions: found set"),
    "an object": (lambda: loose_hub(source=Odd()), r"source: found Odd"),
    "not a number": (lambda: loose_hub(pflops=float("nan")), r"pflops: found nan; expected a finite number"),
    "a number without end": (lambda: loose_hub(pflops=10**400), r"pflops: found a number of more than 18 digits"),
    "half a character": (lambda: loose_hub(source="\ud800"), r"source: .*expected text that UTF-8 can hold"),
    "text for a tuple": (lambda: loose_hub(precisions="bf16"), r"precisions: found \"bf16\""),
    "a number with a point for a whole one": (
        lambda: hub(halls=(hub().halls[0].replace(rack_positions=4.0),)),
        r"halls\[0\].rack_positions: found 4.0; expected .*integer",
    ),
    "a noun of another kind": (lambda: hub(cdus=(NO_CDU,)), r"cdus\[0\]: found a chiller; expected a CDU"),
    "another noun within": (
        lambda: hub(targets=(NO_TARGET,)),
        r"targets\[0\]: found a node group; expected a target",
    ),
    "a table of another kind": (lambda: hub(pods=7), r"pods: found 7"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_py_03_what_a_document_would_refuse_stops_with_the_users_line(case: str) -> None:
    build, words = REFUSED[case]
    made = build()
    for gate in (verify, check, write_json, plan_hash):
        with pytest.raises(PlanError, match=words) as caught:
            gate(made)
        assert all(".py:" in problem.where for problem in caught.value.problems)


def test_every_wrong_value_is_told_at_once() -> None:
    made = loose_hub(measure="deliverd", by=7, source=Odd())
    with pytest.raises(PlanError) as caught:
        verify(made)
    told = [problem.where.rsplit(": ", 1)[1] for problem in caught.value.problems]
    assert sorted(told) == ["targets[0].by", "targets[0].measure", "targets[0].source"]


PLAN = """\
from datetime import date
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.site import Hall, Redundancy, Site


def hub() -> Hub:
    return {text}
"""

LIBRARY_ERRORS = {
    "Redundancy.THREE_N_HALVES": "members of Redundancy are N ('N'), N_PLUS_1 ('N+1')",
    "Redundancy['THREE_N_HALVES']": "members of Redundancy are N ('N'), N_PLUS_1 ('N+1')",
    "Redundancy('3N/4')": "members of Redundancy are N ('N'), N_PLUS_1 ('N+1')",
    "Precision.BF17": "did you mean 'BF16'",
    "date(2027, 13, 1)": "mend the program",
    "date.fromisoformat('soon')": "mend the program",
    "__import__('statistics').mean([])": "mend the program",
    "__import__('json').loads('{')": "mend the program",
    "Hub(name='x')": "mend the program",
    "Site(nam='x')": "mend the program",
}


@pytest.mark.parametrize("text", LIBRARY_ERRORS)
def test_py_04_an_error_within_pythons_library_is_told_at_the_plans_line(text: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.py"
    plan.write_text(PLAN.format(text=text), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_hub(f"{plan}:hub")
    (problem,) = caught.value.problems
    assert problem.found.endswith(f" at {plan}:8")
    assert LIBRARY_ERRORS[text] in problem.advice


def test_py_04_the_same_while_the_module_is_imported(tmp_path: Path) -> None:
    plan = tmp_path / "plan.py"
    plan.write_text(PLAN.format(text="None") + "\n\nWAY = Redundancy.THREE\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_hub(f"{plan}:hub")
    (problem,) = caught.value.problems
    assert problem.found.endswith(f" at {plan}:11")
    assert "members of Redundancy" in problem.advice


def test_py_02_the_command_ends_with_bad_input_not_with_an_internal_error(tmp_path: Path) -> None:
    plan = tmp_path / "plan.py"
    plan.write_text(
        "from tests.hubs import hub, target\n\n\ndef day():\n    return hub(targets=(target(288).replace(by='soon'),))\n"  # noqa: E501
    )
    command = [sys.executable, "-m", "petaplan.capacity", "check", f"{plan}:day"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 2, done.stderr
    assert 'targets[0].by: found "soon"; expected' in done.stderr


def test_a_date_of_the_reference_hub_is_a_date() -> None:
    assert all(isinstance(phase.in_service, date) for phase in verify(loosened(REFERENCE)).phases)
    assert isinstance(verify(loosened(REFERENCE)).halls[0], Hall)
