"""IO-01 to IO-04: any JSON value in any member of any file that a command reads is judged, or refused in words."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import write_json as plan_json
from petaplan.capacity.errors import PlanError
from petaplan.capacity.report.json import write_json
from petaplan.infra.gate.approval import Approval, read_approval, write_approval
from tests.commands import petaplan
from tests.evidence_files import row, write
from tests.gate.test_approval import approval
from tests.hubs import hub, target
from tests.variants import examples

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Path_ = tuple[str | int, ...]

SHORT = hub(targets=(target(10_000, phase="first"),))
ENDS = {0, 1, 2, 4}
"""Exit codes that are no fault of petaplan or of a tool."""


def _nested(depth: int) -> Json:
    value: Json = None
    for _ in range(depth):
        value = [value]
    return value


NUMBERS = st.sampled_from([0, -1, 1, 2, 3, 10**17, 10**30, -(10**400), 1e-308, 5e-324, 1e308, 0.9999999])
WORDS = st.sampled_from(
    ["", "-", "no", "\0", "a" * 10_000, "../..", "2027-06-30", "9999-12-31", "0001-01-01", "é\u202e"]
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS, st.text(max_size=20), st.integers(), st.floats())
DEEP = st.integers(1, 500).map(_nested)
VALUES: st.SearchStrategy[Json] = st.one_of(
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    DEEP,
)


def members(value: Json, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every member."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from members(item, (*path, key))


def changed(value: Json, path: Path_, new: Json) -> Json:
    """The same with another value in one place."""
    if not path:
        return new
    if isinstance(value, dict):
        return {key: changed(item, path[1:], new) if key == path[0] else item for key, item in value.items()}
    assert isinstance(value, list)
    return [changed(item, path[1:], new) if index == path[0] else item for index, item in enumerate(value)]


def report() -> Json:
    whole: dict[str, Json] = json.loads(write_json(check(SHORT)))
    return {**whole, "findings": [one for one in whole["findings"] if one["verdict"] != "pass"]}  # type: ignore[union-attr, index, call-overload]


WAIVER: Json = {
    "finding": "PF-001", "subject": "goal", "phase": "first", "owner": "board", "reason": "ordered",
    "expires": "2027-06-30", "limit": 99.0,
}  # fmt: skip
WAIVERS: Json = {"petaplan_waivers": 1, "waivers": [WAIVER]}
STACK: Json = {
    "encryptionsalt": "v1:abc",
    "config": {
        "petaplan:hub": "plan.json",
        "petaplan:phase": "first",
        "petaplan:enforce": "warn",
        "x": {"secure": "v1"},
    },
}
PROJECT: Json = {
    "name": "petaplan",
    "runtime": {"name": "python"},
    "stackConfigDir": "stacks",
    "config": {"petaplan:hub": {"type": "string", "default": "plan.json"}, "petaplan:inventory": "a.db"},
}


ELSEWHERE: tuple[Path_, ...] = ((), ("stackConfigDir",))
"""Members of Pulumi.yaml that say where the settings are: without settings the engine is asked for the stack."""


def sealed(value: Json) -> bytes:
    """Evidence with the digest that fits it."""
    if not isinstance(value, dict):
        return json.dumps(value).encode()
    text = json.dumps({key: item for key, item in value.items() if key != "digest"})
    head = (text[:-1] + (", " if len(text) > 2 else "")).encode()
    return head + f'"digest": "sha256:{hashlib.sha256(head).hexdigest()}"}}'.encode()


def plain(value: Json) -> bytes:
    return json.dumps(value).encode()


def gated(folder: Path, option: str) -> int:
    return petaplan("gate", "plan.json", option, "file", "--today", "2027-01-01", cwd=folder).code


def evidence() -> Json:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        read: Json = json.loads(write(Path(folder), [row(600.0)]).read_bytes())
    return read


def stacked(folder: Path) -> int:
    """What reads the settings of a stack without the engine."""
    if petaplan("inventory", "--stack", "dev", cwd=folder).code not in ENDS:
        return 3
    return petaplan("diff", "program:dev", "plan.json", cwd=folder).code


CASES: Mapping[str, tuple[Callable[[], Json], str, Callable[[Json], bytes], Callable[[Path], int]]] = {
    "baseline": (report, "file", plain, lambda folder: gated(folder, "--baseline")),
    "waivers": (lambda: WAIVERS, "file", plain, lambda folder: gated(folder, "--waivers")),
    "evidence": (
        evidence,
        "file",
        sealed,
        lambda folder: petaplan("check", "plan.json", "--evidence", "file", cwd=folder).code,
    ),
    "stack": (lambda: STACK, "stacks/Pulumi.dev.yaml", plain, stacked),
    "project": (lambda: PROJECT, "Pulumi.yaml", plain, stacked),
    "plan": (
        lambda: json.loads(plan_json(SHORT)),
        "plan.json",
        plain,
        lambda folder: petaplan("check", "plan.json", cwd=folder).code,
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a plan and a stack."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "plan.json").write_text(plan_json(SHORT), encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_bytes(plain(PROJECT))
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_bytes(plain(STACK))
    return tmp_path


@pytest.mark.filterwarnings("ignore::petaplan.old_names.OldName")
@pytest.mark.sample(3)
@pytest.mark.parametrize("case", CASES)
@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(data=st.data())
def test_any_value_in_any_member_is_judged_or_refused(case: str, folder: Path, data: st.DataObject) -> None:
    make, name, written, run = CASES[case]
    whole = make()
    paths = [path for path in members(whole) if case != "project" or path not in ELSEWHERE]
    path = data.draw(st.sampled_from(paths))
    raw = written(changed(whole, path, data.draw(VALUES)))
    (folder / name).write_bytes(raw)
    assert run(folder) in ENDS, raw[:2_000]


@pytest.mark.parametrize("case", [case for case in CASES if case != "evidence"])
def test_a_key_twice_is_refused_with_its_line(case: str, folder: Path) -> None:
    make, name, written, run = CASES[case]
    text = written(make()).decode()
    assert text.startswith("{")
    (folder / name).write_text('{\n"twice": 1,\n"twice": 2,\n' + text[1:], encoding="utf-8")
    assert run(folder) == 2


APPROVAL: Json = json.loads(write_approval(approval()))


@settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(path=st.sampled_from(list(members(APPROVAL))), value=VALUES)
def test_any_value_in_any_member_of_an_approval_is_taken_or_refused(path: Path_, value: Json, tmp_path: Path) -> None:
    file = tmp_path / "approved.json"
    file.write_bytes(plain(changed(APPROVAL, path, value)))
    try:
        read = read_approval(file)
    except PlanError:
        assert petaplan("up", "--approved", "approved.json", cwd=tmp_path).code == 2
        return
    assert isinstance(read, Approval)
    assert date.fromisoformat(read.on) >= date.min
    assert all(isinstance(one, str) for one in (*read.evidence, *read.evidence.values(), read.stack, read.hub))
