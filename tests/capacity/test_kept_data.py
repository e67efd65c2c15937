"""What is kept of the shipped data is what its YAML gives, and counts for no other files and no other nouns."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.facts.catalog import CATALOGUE, DATA, Catalogue, load, load_yaml
from petaplan.capacity.facts.export_rules import EXPORT_RULES, export_rules, export_rules_of_yaml
from petaplan.capacity.facts.kept import FOLDER, kept_text, read_kept

Loads = Callable[[Path], object]

LOADS: dict[str, tuple[Loads, Loads, str]] = {
    CATALOGUE: (load, load_yaml, "petaplan.capacity.facts.catalog"),
    EXPORT_RULES: (export_rules, export_rules_of_yaml, "petaplan.capacity.facts.export_rules"),
}
"""What is kept: how it is loaded, how it is read from YAML, and the module that does both."""

each = pytest.mark.parametrize("name", LOADS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped data, with what is kept of it."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def loaded(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], bool]:
    """What the loader gives, value by value with its type and line; True where it is what was kept."""
    load_it, _, module = LOADS[name]
    found: list[object] = []

    def asked(*arguments: Any) -> object:
        found.append(read_kept(*arguments))
        return found[-1]

    with monkeypatch.context() as patched:
        patched.setattr(f"{module}.read_kept", asked)
        return values(load_it(folder)), found[0] is not None


def values(made: object) -> list[str]:
    if isinstance(made, Catalogue):
        return values((*made.products.items(), *made.sources.items()))
    assert isinstance(made, tuple)
    return [f"{one!r} {getattr(one[-1] if isinstance(one, tuple) else one, 'declared_at', None)}" for one in made]


@each
def test_what_is_kept_is_what_the_yaml_gives(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, was_kept = loaded(name, folder, monkeypatch)
    assert was_kept
    assert made == values(LOADS[name][1](folder))
    assert len(made) > 20


def a_figure(folder: Path) -> None:
    path = folder / "accelerators.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: ", "name: A ", 1), encoding="utf-8")


def a_file(folder: Path) -> None:
    (folder / "catalogue" / "more.yaml").write_text("sources: []\n", encoding="utf-8")


def a_name(folder: Path) -> None:
    (folder / "catalogue" / "china.yaml").rename(folder / "catalogue" / "chinese.yaml")


@each
@pytest.mark.parametrize("change", [a_figure, a_file, a_name])
def test_other_files_are_read_as_they_are(
    name: str, change: Callable[[Path], None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder)
    made, was_kept = loaded(name, folder, monkeypatch)
    assert not was_kept
    assert made == values(LOADS[name][1](folder))


def another_field(text: str) -> str:
    return text.replace('"source"', '"origin_of_it"')


def another_word(text: str) -> str:
    return text.replace('["enum","Status","datasheet"]', '["enum","Status","a datasheet"]')


@each
@pytest.mark.parametrize(
    "damage", [another_field, another_word, lambda text: text[:-9], lambda _: "", lambda _: "[]", lambda _: "{}"]
)
def test_what_fits_no_noun_or_is_damaged_is_not_used(
    name: str, damage: Callable[[str], str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / FOLDER / f"{name}.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(damage(text), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    made, was_kept = loaded(name, folder, monkeypatch)
    assert not was_kept
    assert made == values(LOADS[name][1](folder))


def test_a_value_of_another_kind_is_not_kept() -> None:
    with pytest.raises(TypeError, match="nothing keeps a set"):
        kept_text(DATA, ({1},))
