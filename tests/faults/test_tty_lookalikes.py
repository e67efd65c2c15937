"""Names that look like others are refused, and the message names the letter."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.infra.nouns import Fault
from petaplan.reporting.lookalikes import LETTERS, lookalikes_in, looks_like, skeleton
from petaplan.reporting.safety import visible
from tests.commands import petaplan
from tests.faults.test_tty_text import PLAN
from tests.variants import examples

ALIKE = {
    "h\u0430ll": ("CYRILLIC SMALL LETTER A", "a"),
    "\uff48all": ("FULLWIDTH LATIN SMALL LETTER H", "h"),
    "ha\u04cfl": ("CYRILLIC SMALL LETTER PALOCHKA", "l"),
    "h\u03b1ll": ("GREEK SMALL LETTER ALPHA", "a"),
    "\U0001d421all": ("MATHEMATICAL BOLD SMALL H", "h"),
    "\u0570all": ("ARMENIAN SMALL LETTER HO", "h"),
}


def refused(tmp_path: Path, plan: object, name: str, letter: str, like: str) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    said = petaplan("check", "plan.json", cwd=tmp_path)
    assert said.code == 2, said.out
    assert f"is {letter}, which looks like {like!r}" in said.err, said.err
    assert skeleton(name) == "hall"


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_a_reference_and_a_key_with_a_look_alike_letter_are_told(name: str, tmp_path: Path) -> None:
    letter, like = ALIKE[name]
    hall, rack = PLAN["halls"][0], PLAN["racks"][0]
    refused(tmp_path, {**PLAN, "halls": [hall, {**hall, "name": name}]}, name, letter, like)
    refused(tmp_path, {**PLAN, "racks": [{**rack, "hall": name}]}, name, letter, like)
    refused(tmp_path, {**PLAN, "racks": [{**rack, name: "hall"}]}, name, letter, like)
    refused(tmp_path, {**PLAN, "racks": [{**rack, "model": f"nvidia-dgx-{name}"}]}, name, letter, like)


@pytest.mark.parametrize("name", ALIKE)
def test_arguments_waivers_catalogues_and_resources_are_told_too(name: str, tmp_path: Path) -> None:
    letter, like = ALIKE[name]
    told = f"is {letter}, which looks like {like!r}"
    assert told in petaplan("catalog", f"nvidia-{name}").err
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    waivers = f"petaplan_waivers: 1\nwaivers:\n- finding: PF-001\n  subject: goal\n  {name}: x\n"
    (tmp_path / "waivers.yaml").write_text(waivers, encoding="utf-8")
    assert told in petaplan("gate", "plan.json", "--waivers", "waivers.yaml", cwd=tmp_path).err
    assert told in str(Fault(path=("hall",), found=repr(name), expected="a hall"))


def test_words_of_other_languages_are_not_told() -> None:
    for text in ("Zürich", "Россия", "香港科學園", "Αθήνα", "naïve"):
        assert lookalikes_in(text) == ""
        assert looks_like(text[0]) in {"", "P", "A"}


@pytest.mark.parametrize("name", ALIKE)
def test_a_word_that_mixes_alphabets_is_spelt_out_and_programs_read_it_as_it_is(name: str, tmp_path: Path) -> None:
    plan = {**PLAN, "assumptions": [{**PLAN["assumptions"][0], "statement": f"the {name} of Россия 香港"}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    for words in (("check", "plan.json"), ("gate", "plan.json"), ("gate", "plan.json", "--markdown", "-")):
        said = petaplan(*words, cwd=tmp_path).out
        assert name not in said and "of Россия 香港" in said
    written = petaplan("gate", "plan.json", "--json", "-", cwd=tmp_path).out
    assert name not in written
    assert json.loads(written)["report"]["assumptions"][0]["statement"] == f"the {name} of Россия 香港"
    for form in ("yaml", "json"):
        exported = petaplan("export", "plan.json", "--format", form, cwd=tmp_path).out
        (tmp_path / f"again.{form}").write_text(exported, encoding="utf-8")
        assert name not in exported
        assert petaplan("diff", "plan.json", f"again.{form}", cwd=tmp_path).code == 0


@given(st.text(st.sampled_from("aZ-é \u0430\u03b1\uff48"), max_size=40), st.integers(1, 20_000))
@settings(max_examples=examples(200))
def test_exactly_the_words_of_both_alphabets_are_spelt_out_however_long(text: str, times: int) -> None:
    for one in (text, text * 3, f"é {'x' * times} {text}", f"é {chr(0x430) * times} {text}"):
        words = re.split(f"([A-Za-z{LETTERS}]+)", one)
        assert visible(one) == "".join(word if not is_mixed(word) else spelt(word) for word in words)


def is_mixed(word: str) -> bool:
    return any(one.isascii() and one.isalpha() for one in word) and not word.isascii()


def spelt(word: str) -> str:
    return "".join(one if one.isascii() else f"\\u{ord(one):04x}" for one in word)
