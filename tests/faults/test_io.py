"""Input and output: bad input is exit code 2, nothing is endless, and an interrupt leaves nothing behind."""

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.__main__ import COMMANDS, about
from petaplan.capacity.check import check
from petaplan.capacity.command_line.problems import lines_of
from petaplan.capacity.document import strict
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import hub_from
from petaplan.capacity.document.plan import write_json as plan_json
from petaplan.capacity.errors import MOST_TOLD, PlanError
from petaplan.capacity.noun import Noun
from petaplan.command_table import CommandTable, command_line
from petaplan.infra.gate.approval import write_approval
from tests.commands import BIN, petaplan
from tests.faults.io_folder import PETAPLAN, REPORT, SHORT, made_folder, refused, shell
from tests.gate.test_approval import approval


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_folder(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"ratio": ', '"ratio": "1.2", "was": ', 'found "1.2"; expected a number of 0 or more, or null'),
        ('"ratio": ', '"ratio": -1, "was": ', "found -1"),
        ('"ratio": ', '"ratio": [[1]], "was": ', "expected a number of 0 or more"),
        ('"ratio": ', '"ratio": 1e999, "was": ', "expected a finite number"),
        ('"ratio": ', f'"ratio": 1{"0" * 5_000}, "was": ', "expected a number of at most 18 digits"),
        ('"subject": ', '"subject": {}, "was": ', "expected a text"),
        ('"findings": [', f'"findings": [{"[" * 5_000}{"]" * 5_000}, ', "more than 40 levels"),
        ('"hub": ', '"hub": [], "was": ', "a report on the hub []"),
        ('"petaplan_report": 2', '"petaplan_report": true', "version true of a report"),
        ('"petaplan_report": 2', '"petaplan_report": -1', "version -1 of a report"),
    ],
)
def test_io_01_a_baseline_of_other_values_is_refused_with_its_line(
    old: str, new: str, words: str, folder: Path
) -> None:
    assert old in REPORT
    (folder / "main.json").write_text(REPORT.replace(old, new, 1), encoding="utf-8")
    refused(petaplan("gate", "plan.json", "--baseline", "main.json", cwd=folder), "main.json:", words)


APPROVAL: dict[str, object] = json.loads(write_approval(approval()))


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": []}, {"evidence": {"a.json": 1}}, {"hashes": []}, {"hashes": {}}, {"on": 1}, {"on": "soon"},
        {"until": []}, {"waivers": 5}, {"baseline": {}}, {"strict": "no"}, {"require_evidence": "1"}, {"stack": 1},
        {"require_evidence": 2.0}, {"stack": "--help"}, {"stack": "a\0b"}, {"stack": "a" * 100_000}, {"more": 1},
    ],
)  # fmt: skip
def test_io_02_an_approval_of_other_values_is_refused(change: dict[str, object], folder: Path) -> None:
    (folder / "approved.json").write_text(json.dumps(APPROVAL | change), encoding="utf-8")
    refused(petaplan("up", "--approved", "approved.json", cwd=folder), "approved.json")


def test_io_02_an_approval_of_a_path_that_no_file_has_is_no_fault(folder: Path) -> None:
    for path in ("a\0b", "a" * 100_000, "../" * 2_000):
        (folder / "approved.json").write_text(json.dumps(APPROVAL | {"baseline": path}), encoding="utf-8")
        assert petaplan("up", "--approved", "approved.json", cwd=folder).code in {1, 2}


@pytest.mark.parametrize("name", ["Pulumi.dev.yaml", "Pulumi.yaml"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("config: [1]\n", ":1: config: found [1]; expected a mapping"),
        ("- 1\n", ":1: found [1]; expected a mapping"),
        ("config: {}\nconfig: {}\n", ":2: found the key 'config' again (first in line 1)"),
        (f"config: {{a: 1{'0' * 5_000}}}\n", "expected a number of at most 18 digits"),
        (f"config: {'[' * 5_000}{']' * 5_000}\n", "more than 40 levels"),
        ("config: {a: *b}\n", "found the alias *b"),
        ("config: {a: !!python/object:os.system b}\n", "found the tag"),
        ("config: {\n", "expected"),
        ("config: é\n", "Pulumi"),
    ],
)
def test_io_03_settings_of_a_stack_are_read_as_strictly_as_a_plan(
    name: str, text: str, words: str, folder: Path
) -> None:
    (folder / name).write_bytes(text.encode("latin-1"))
    refused(petaplan("diff", "program:dev", "plan.json", cwd=folder), name, words)
    refused(petaplan("inventory", "--stack", "dev", cwd=folder), name)


TINY = (5e-324, 1e-308, 1e-12, 1e-7)


def numbers(noun: Noun, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all numbers of a noun that are no whole ones."""
    for field in dataclasses.fields(noun):
        value = getattr(noun, field.name)
        if isinstance(value, Noun):
            yield from numbers(value, (*path, field.name))
        elif isinstance(value, tuple):
            for index, item in enumerate(value[:1]):
                if isinstance(item, Noun):
                    yield from numbers(item, (*path, field.name, index))
        elif isinstance(value, float) or (isinstance(value, int) and field.type is not int and value > 10):
            yield (*path, field.name)


def put(values: Any, path: Sequence[str | int], value: float) -> Any:
    """The same plain values with another number in one place."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        return [put(item, rest, value) if index == step else item for index, item in enumerate(values)]
    return {**values, step: put(values.get(step), rest, value)}


@pytest.mark.parametrize("value", [*TINY, 0.9999999, 1.0, 1e6])
def test_io_04_a_quantity_of_any_size_is_judged_or_refused(value: float) -> None:
    paths, plan = list(numbers(SHORT)), json.loads(plan_json(SHORT))
    assert len(paths) > 20
    for path in paths:
        with contextlib.suppress(PlanError):  # any other error fails
            check(hub_from(read_bytes(json.dumps(put(plan, path, value)).encode(), str(path))))


@pytest.mark.parametrize("value", TINY[:2])
def test_io_04_a_power_factor_next_to_nothing_is_refused_by_its_line(value: float, folder: Path) -> None:
    text = plan_json(SHORT).replace('"country": "HK"', f'"country": "HK", "load_power_factor": {value}')
    (folder / "plan.json").write_text(text, encoding="utf-8")
    refused(petaplan("check", "plan.json", cwd=folder), "load_power_factor", "expected at least 1e-06")


@pytest.mark.parametrize("availability", [1e-6, 0.5, 0.9999999, 1 - 1e-16, 1.0])
@pytest.mark.parametrize("confidence", [1e-6, 0.99, 1.0])
def test_io_04_spares_for_any_availability(availability: float, confidence: float) -> None:
    from petaplan.capacity.throughput.spares import short_fraction, spares_needed

    for nodes in (0, 1, 48, 100_000):
        assert 0 <= spares_needed(nodes, availability, confidence) <= nodes
        assert -1e-9 <= short_fraction(nodes, availability, 1) <= 1


def options() -> Iterator[tuple[str, ...]]:
    """Commands with an option or argument that takes a path, where the path would stand at the end."""
    for command in (
        "check", "compare", "cost", "export", "fabric", "failover", "forecast", "racks", "waterfall", "work",
    ):  # fmt: skip
        yield command, "plan.json", "-o"
        yield command, "plan.json", "--problems"
    yield from (("check",), ("check", "plan.json", "--evidence"), ("diff", "plan.json"))
    yield from (("gate", "plan.json", f"--{name}") for name in ("baseline", "waivers", "evidence", "json", "base"))
    yield from (("gate", "plan.json", f"--{name}") for name in ("markdown", "sarif", "junit", "code-quality"))
    yield from (
        ("scenarios", "plan.json"),
        ("cost", "plan.json", "--scenario"),
        ("forecast", "plan.json", "--accepted"),
    )
    yield from (("up", "--approved"), ("catalog", "-o"), ("rules", "-o"), ("schema", "-o"), ("inventory", "--file"))


@pytest.mark.parametrize("command", list(options()), ids=" ".join)
def test_io_05_a_ring_of_links_is_bad_input_wherever_a_path_stands(command: Sequence[str], folder: Path) -> None:
    (folder / "ring").symlink_to("ring")
    refused(petaplan(*command, "ring", cwd=folder), "ring")
    refused(petaplan(*command, "ring/inside.json", cwd=folder))
    assert (folder / "ring").is_symlink()
    assert not (folder / "ring").exists()


@pytest.mark.parametrize(
    "command", [("show", "ring"), ("merge", "ring"), ("run", "--json", "ring"), ("plot", "a", "ring")]
)
def test_io_05_a_ring_of_links_is_bad_input_for_the_benchmark(command: str, folder: Path) -> None:
    (folder / "ring").symlink_to("ring")
    (folder / "a").write_text("{}")
    refused(shell(folder, f"{BIN / 'petaplan-bench'} {command}"))


def test_io_08_all_problems_are_counted_the_first_printed_and_all_written(folder: Path) -> None:
    unknown = {f"key{number}": 1 for number in range(5_000)}
    text = json.dumps({**json.loads(plan_json(SHORT)), **unknown})
    (folder / "plan.json").write_text(text, encoding="utf-8")
    said = petaplan("check", "plan.json", "--problems", "problems.txt", cwd=folder)
    refused(said, f"and {5_000 - MOST_TOLD:,} more of 5,000 problems; --problems FILE writes all")
    assert said.err.count("\n") == MOST_TOLD + 1
    written = (folder / "problems.txt").read_text(encoding="utf-8").splitlines()
    assert len(written) == len(set(written)) == 5_000
    assert f"error: {written[0]}" == said.err.splitlines()[0]


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    "faulty",
    [
        {"pods": [1] * 130_000},
        {"racks": [{"name": "a"}] * 65_000},
        {f"key{n}": 1 for n in range(130_000)},
        {"pods": [{"racks": [{f"key{n}": 1 for n in range(130_000)}]}]},
    ],
    ids=["values that are no rows", "incomplete rows", "unknown fields", "unknown fields of a row"],
)
def test_io_08_problems_beyond_the_told_ones_are_counted_exactly(
    faulty: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps({"petaplan": 1, **faulty}).encode()
    with pytest.raises(PlanError) as told:
        hub_from(read_bytes(text, "plan.json"))
    monkeypatch.setattr(strict, "MOST_PROBLEMS", 10**9)
    with pytest.raises(PlanError) as every:
        hub_from(read_bytes(text, "plan.json"))
    count = len(every.value.problems)
    assert count >= 130_000
    *first, last = told.value.problems
    assert first == list(every.value.problems[: len(first)])
    assert len(first) + last.stands_for == count
    assert f"{last.stands_for:,} more problems" in last.found
    *_, end = lines_of(told.value.problems)
    assert end.startswith(f"and {count - MOST_TOLD:,} more of {count:,} problems")


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ({"phases": [{}] * 20_000}, 60_000),
        ({"phases": [1] * 60_000}, 60_000),
        ({"pods": [{"name": "a", "racks": [{f"key{n}": 1 for n in range(60_000)}]}]}, 60_000),
    ],
    ids=["rows without fields", "no rows", "fields of one row"],
)
def test_io_08_a_large_document_gets_the_problems_of_a_small_one(
    rows: Mapping[str, object], problems: int, folder: Path
) -> None:
    (folder / "plan.json").write_text(json.dumps({**json.loads(plan_json(SHORT)), **rows}), encoding="utf-8")
    refused(petaplan("check", "plan.json", "--problems", "all.txt", cwd=folder))
    assert problems <= len((folder / "all.txt").read_text(encoding="utf-8").splitlines()) <= problems + 10


def test_io_08_no_problem_leaves_no_old_list(folder: Path) -> None:
    (folder / "all.txt").write_text("old")
    assert petaplan("check", "plan.json", "--problems", "all.txt", cwd=folder).code == 1
    assert (folder / "all.txt").read_text() == ""
    refused(petaplan("check", "plan.json", "--problems", "./plan.json", cwd=folder), "--problems")
    assert json.loads((folder / "plan.json").read_text())["name"] == "small"


def test_io_08_every_command_that_reads_a_plan_writes_its_problems() -> None:
    table = command_line("petaplan", COMMANDS, about, contributed=True)
    assert isinstance(table.commands, CommandTable)
    with_plan = {
        name for name, command in table.commands.items() if any(one.name in {"plan", "old"} for one in command.params)
    }
    with_option = {
        name for name, command in table.commands.items() if any("--problems" in one.opts for one in command.params)
    }
    assert with_plan == {
        "check",
        "compare",
        "cost",
        "diff",
        "explain",
        "export",
        "fabric",
        "failover",
        "forecast",
        "gate",
        "racks",
        "report",
        "scenarios",
        "serve",
        "waterfall",
        "work",
    }
    assert with_plan - with_option == {"serve"}, "it shows all problems as a page"


def endless(folder: Path, kind: str) -> str:
    """A file that never ends, or of which no byte comes."""
    place = folder / f"{kind}.json"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero")
    return place.name


@pytest.mark.parametrize("kind", ["device", "pipe"])
@pytest.mark.parametrize(
    "command",
    ["check", "check plan.json --evidence", "gate plan.json --baseline", "gate plan.json --waivers", "up --approved"],
)
def test_io_09_an_endless_file_is_refused_within_bounds(
    command: str, kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petaplan.input_files.SILENT_SECONDS", 0.2)
    refused(petaplan(*command.split(), endless(folder, kind), cwd=folder), f"{kind}.json")


def test_io_09_a_process_may_write_the_plan(folder: Path) -> None:
    assert shell(folder, f"{PETAPLAN} check <(sleep 0.5; cat plan.json)").code == 1


def test_io_11_a_file_never_takes_the_name_of_a_module(folder: Path) -> None:
    (folder / "declared.py").write_text("from tests.hubs import hub\n", encoding="utf-8")
    (folder / "declared:hub").write_text(plan_json(SHORT), encoding="utf-8")
    assert petaplan("check", "declared:hub", cwd=folder).code == 0
    assert petaplan("check", "./declared:hub", cwd=folder).code == 1
    (folder / "nowhere:hub").write_text(plan_json(SHORT), encoding="utf-8")
    refused(petaplan("check", "nowhere:hub", cwd=folder), "for the file of that name write ./nowhere:hub")
