"""TTY-01, TTY-02: nothing that a stranger writes is obeyed by a terminal or a build log, whatever command shows it."""

import csv
import dataclasses
import json
import unicodedata
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from google.protobuf.struct_pb2 import Struct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petaplan.bench.evidence import evidence_file
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import document, hub_from, write_json, write_yaml
from petaplan.capacity.verdict.policy import Level
from petaplan.infra.__main__ import refuse
from petaplan.infra.policy import pack
from petaplan.infra.provider import answers
from petaplan.infra.provider.check import Failure
from petaplan.infra.spelling import dotted
from petaplan.reporting.safety import UNSEEN, json_text, unbroken, visible
from tests.bench.records import evidence
from tests.commands import BIN, ROOT, petaplan, petaplan_bench_in
from tests.faults.io_folder import shell
from tests.variants import examples

NASTY = (
    "\x1b[2J\x1b[31mPASS\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31mred\x9c",
    "x\n::error file=a::injected\n::add-mask::x",
    "::error::at once",
    "words ::warning::later ::error title=a::",
    "##[error]anywhere",
    "see ##vso[task.setvariable variable=a]b and ##teamcity[x] and ###[group]",
    "a\u202eb\u2066c\u2069",
    "zero\u200bwidth\u200d\ufeff\u2060\u00ad",
    "tag\U000e0041\ufe0f\u3164",
    "section_start:1:a\r\x1b[0K",
    "\x00\x08\x7f\x85\u2028x\u2029",
)
TEXTS = st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)

PLAN: dict[str, Any] = {
    "petaplan": 1,
    "name": "plain",
    "sites": [{"name": "site", "country": "HK", "jurisdiction": "HK"}],
    "halls": [
        {
            "name": "hall",
            "site": "site",
            "phase": "phase",
            "floor_area_m2": 10000,
            "floor_load_kpa": 60,
            "it_power_limit_kw": 100000,
            "rack_positions": 10000,
        }
    ],
    "phases": [{"name": "phase", "starts": "2026-01-01", "in_service": "2026-12-31"}],
    "racks": [{"name": "run", "phase": "phase", "hall": "hall", "model": "nvidia-dgx-h100-rack", "count": 1}],
    "targets": [{"name": "goal", "pflops": 60, "precisions": ["bf16"], "by": "2026-12-31", "source": "a promise"}],
    "assumptions": [{"name": "note", "statement": "true", "reason": "said", "as_of": "2026-11-01"}],
}
"""A plan that falls short, with a text of each kind."""


def obeyed(text: str) -> list[str]:
    """What a terminal or a build log would obey in a text."""
    seen = [
        repr(one)
        for one in text
        if one != "\n" and (unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") or one in "\ufe0f\u3164\u034f")
    ]
    lines = text.split("\n")
    seen += [line for line in lines if line.strip().startswith("::")]
    return seen + [line for line in lines for word in ("##[", "##vso[", "##teamcity[") if word in line]


def with_text(text: str) -> dict[str, Any]:
    """The plan with a text wherever one may stand."""
    plan = json.loads(json.dumps(PLAN))
    plan["description"] = plan["owner"] = text
    plan["phases"][0]["description"] = plan["targets"][0]["source"] = text
    plan["assumptions"][0] |= {"statement": text, "reason": text}
    return dict(plan)


def commands(plan: str) -> Iterator[tuple[str, ...]]:
    """Every command that reads a plan, with the formats that people and logs see."""
    for command in ("check", "gate"):
        yield command, plan
    yield "check", plan, "--all"
    yield "gate", plan, "--markdown", "-"
    for form in ("json", "csv", "markdown"):
        yield "check", plan, "--format", form
    for output in ("--json", "--sarif", "--junit", "--code-quality"):
        yield "gate", plan, output, "-"
    yield "export", plan
    yield "export", plan, "--format", "json"
    yield "failover", plan
    yield "fabric", plan
    yield "waterfall", plan
    yield "racks", plan
    yield "explain", "PF-001", "--plan", plan
    yield "diff", plan, "plain.json"


def test_no_character_that_is_not_seen_is_left_out_of_the_class() -> None:
    shown = visible("".join(map(chr, range(0x110000))))
    assert {one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")} == {"\n"}
    assert UNSEEN.isprintable() is False


@given(st.text(st.characters()), st.text(st.characters()))
def test_safe_text_is_safe_and_json_reads_back(one: str, other: str) -> None:
    for text in (one, one + other, f"{one}::error::{other}", f"{one}##[{other}"):
        assert obeyed(visible(text)) == []
        assert "\n" not in unbroken(text)
        if text.isprintable():
            assert json.loads(json_text([text])) == [text]
    assert obeyed(json_text([*NASTY])) == []
    assert json.loads(json_text([*NASTY])) == [*NASTY]


@settings(max_examples=examples(60))
@given(TEXTS)
def test_a_plan_with_any_text_is_written_safely_and_reads_back(text: str) -> None:
    hub = hub_from(read_bytes(json.dumps(with_text(text)).encode(), "plan.json"))
    for write, load in ((write_yaml, yaml.safe_load), (write_json, json.loads)):
        written = write(hub)
        assert obeyed(written) == []
        assert document(hub_from(read_bytes(written.encode(), "again"))) == document(hub)
        assert load(written) == document(hub)


@pytest.mark.sample(5)
@pytest.mark.parametrize("text", NASTY)
def test_tty_02_no_text_of_a_plan_is_obeyed_whatever_command_shows_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(with_text(text)), encoding="utf-8")
    (tmp_path / "plain.json").write_text(json.dumps(PLAN), encoding="utf-8")
    for words in commands("plan.json"):
        said = petaplan(*words, cwd=tmp_path)
        assert said.code in {0, 1, 4}, (words, said.err)
        assert obeyed(said.out + said.err) == [], words


def _as_key(text: str) -> Any:
    return {**PLAN, text: 1, "halls": [{**PLAN["halls"][0], text: 1}]}


def _as_version(text: str) -> Any:
    return {**PLAN, "petaplan": text}


def _as_name(text: str) -> Any:
    return {**PLAN, "name": text, "racks": [{**PLAN["racks"][0], "name": text, "model": text, "hall": text}]}


def _as_number(text: str) -> Any:
    return {**PLAN, "halls": [{**PLAN["halls"][0], "floor_area_m2": text, "site": [text], "phase": {text: text}}]}


@pytest.mark.parametrize("place", [_as_key, _as_version, _as_name, _as_number])
@pytest.mark.parametrize("text", NASTY)
def test_tty_01_no_key_or_value_of_a_wrong_file_is_obeyed(
    place: Callable[[str], Any], text: str, tmp_path: Path
) -> None:
    wrong = json.dumps(place(text))
    (tmp_path / "wrong.json").write_text(wrong, encoding="utf-8")
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    for words in (
        ("check", "wrong.json"),
        ("gate", "wrong.json"),
        ("diff", "plan.json", "wrong.json"),
        ("gate", "plan.json", "--waivers", "wrong.json"),
        ("gate", "plan.json", "--baseline", "wrong.json"),
        ("check", "plan.json", "--evidence", "wrong.json"),
        ("up", "--approved", "wrong.json"),
        ("explain", text),
        ("catalog", text),
        ("check", text),
        ("check", "plan.json", "--format", text),
        ("check", "plan.json", f"--{text}"),
    ):
        if "\0" in text and text in "".join(words):
            continue
        said = petaplan(*words, cwd=tmp_path)
        assert said.code in {2, 3}, (words, said.err)
        assert obeyed(said.out + said.err) == [], words
    for words in (("show", "wrong.json"), ("compare", "wrong.json", "wrong.json"), ("calibrate", "wrong.json")):
        said = petaplan_bench_in(tmp_path, *words)
        assert said.code == 2, said.err
        assert obeyed(said.out + said.err) == [], words


@pytest.mark.parametrize("text", [one for one in NASTY if "\0" not in one])
def test_tty_01_no_name_of_a_file_is_obeyed(text: str, tmp_path: Path) -> None:
    name = text.replace("/", "-") + ".json"
    (tmp_path / name).write_text(json.dumps({**PLAN, "odd": 1}), encoding="utf-8")
    said = petaplan("check", name, cwd=tmp_path)
    assert said.code == 2
    assert "found the unknown field 'odd'" in said.err
    assert len(said.err.splitlines()) == 1
    assert obeyed(said.out + said.err) == []


@pytest.mark.sample(5)
@pytest.mark.parametrize("text", NASTY)
def test_tty_02_no_word_of_a_program_is_obeyed(text: str, tmp_path: Path) -> None:
    for module, body in {
        "raises": f"raise RuntimeError({text!r})",
        "exits": f"raise SystemExit({text!r})",
        "prints": f"print({text!r})",
        "warns": f"import warnings; warnings.warn({text!r}); hub = {text!r}",
    }.items():
        (tmp_path / f"{module}.py").write_text(f"{body}\n", encoding="utf-8")
        said = petaplan("check", f"{module}:hub", cwd=tmp_path)
        assert said.code in {2, 3}
        assert obeyed(said.out + said.err) == [], module


def test_tty_02_the_console_script_writes_nothing_that_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(with_text("".join(NASTY))), encoding="utf-8")
    (tmp_path / "wrong.json").write_text(json.dumps(_as_key("".join(NASTY))), encoding="utf-8")
    for words in ("check plan.json", "check wrong.json", "gate plan.json"):
        done = shell(tmp_path, f"{BIN}/petaplan {words} 2>&1")
        assert done.out
        assert obeyed(done.out) == []


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_tty_02_any_text_at_all(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(with_text(text)), encoding="utf-8")
    (tmp_path / "wrong.json").write_text(json.dumps(_as_key(text)), encoding="utf-8")
    for words in (("check", "plan.json"), ("gate", "plan.json", "--markdown", "-"), ("check", "wrong.json")):
        said = petaplan(*words, cwd=tmp_path)
        assert obeyed(said.out + said.err) == []


@pytest.mark.parametrize("text", NASTY)
def test_tty_02_programs_read_the_text_as_it_was_written(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(with_text(text)), encoding="utf-8")
    assert text in _texts(json.loads(petaplan("check", "plan.json", "--format", "json", cwd=tmp_path).out))
    exported = json.loads(petaplan("export", "plan.json", "--format", "json", cwd=tmp_path).out)
    assert exported["assumptions"] == with_text(text)["assumptions"]
    (row, *_) = csv.DictReader(StringIO(petaplan("check", "plan.json", "--format", "csv", cwd=tmp_path).out))
    assert row["rule"]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


@pytest.mark.sample(5)
@pytest.mark.parametrize("text", NASTY)
def test_tty_02_no_diagnostic_of_the_engine_is_obeyed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    pack._tell([pack.Violation(Level.MANDATORY, text)], lambda message, _urn: told.append(message))
    failures = answers.checked(Struct(), [Failure(dotted((text, 1)), text)]).failures
    told += [word for one in failures for word in (one.property, one.reason)]
    monkeypatch.setattr(pulumi.log, "error", told.append)
    with pytest.raises(SystemExit):
        refuse(text)
    assert len(told) == 4
    assert obeyed("\n".join(told)) == []


@pytest.mark.sample(5)
@pytest.mark.parametrize("text", NASTY)
def test_tty_02_no_text_of_evidence_is_obeyed(text: str, tmp_path: Path) -> None:
    made = evidence()
    host = dataclasses.replace(made.host, name=text)
    devices = tuple(dataclasses.replace(one, model=text) for one in made.devices)
    rows = tuple(dataclasses.replace(one, reason=text, status="not-measured") for one in made.rows)
    for name, record in {
        "host.json": dataclasses.replace(made, host=host, devices=devices),
        "rows.json": dataclasses.replace(made, host=host, rows=rows),
    }.items():
        (tmp_path / name).write_bytes(evidence_file.render(record))
        assert obeyed((tmp_path / name).read_text(encoding="utf-8")) == []
        for words in (
            ("show", name),
            ("show", name, "--format", "json"),
            ("show", name, "--format", "csv"),
            ("compare", name, name),
            ("calibrate", name),
            ("merge", name),
        ):
            said = petaplan_bench_in(tmp_path, *words)
            assert obeyed(said.out + said.err) == [], words


@pytest.mark.sample(5)
@pytest.mark.parametrize("text", NASTY)
def test_tty_02_no_text_of_a_waiver_a_baseline_or_a_stack_is_obeyed(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    waiver = {"finding": "PF-001", "subject": "goal", "owner": text, "reason": text, "expires": "2099-01-01"}
    waivers = {"petaplan_waivers": 1, "waivers": [waiver]}
    (tmp_path / "waivers.json").write_text(json.dumps(waivers), encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text("name: petaplan\nruntime: python\n", encoding="utf-8")
    setting = {"config": {"petaplan:inventory": text, "petaplan:hub": text, f"petaplan:{text}": text}}
    (tmp_path / "Pulumi.dev.yaml").write_text(json.dumps(setting), encoding="utf-8")
    for words in (
        ("gate", "plan.json", "--waivers", "waivers.json", "--today", "2026-11-28"),
        ("gate", "plan.json", "--waivers", "waivers.json", "--today", "2026-11-28", "--markdown", "-"),
        ("inventory", "--stack", "dev"),
        ("inventory", "--stack", text),
    ):
        if "\0" in "".join(words):
            continue
        said = petaplan(*words, cwd=tmp_path)
        assert obeyed(said.out + said.err) == [], words


def test_only_the_guard_makes_consoles_and_no_stream_is_passed_by() -> None:
    """A new console or stream would be a way around the guard."""
    allowed = {"reporting/guard.py", "reporting/terminal.py", "reporting/publishing.py"}
    for folder in ("capacity", "infra", "bench", "reporting"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            assert "Console(" not in text or str(file.relative_to(ROOT)) in allowed, file
            assert "sys.__std" not in text, file


def test_io_08_errors_of_the_bench_are_bounded(tmp_path: Path) -> None:
    made = json.loads(evidence_file.render(evidence()))
    made["rows"] = [{"odd": at} for at in range(5_000)]
    (tmp_path / "many.json").write_text(json.dumps(made), encoding="utf-8")
    said = petaplan_bench_in(tmp_path, "show", "many.json")
    assert said.code == 2
    assert len(said.err.splitlines()) <= 101
