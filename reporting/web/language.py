"""Messages of a language: labels, headings, verdicts, titles of rules and units, by their English text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent / "messages"
ENGLISH = "en"
UNITS = "units"
"""The part of a file that holds units: symbols and words after a number."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and the messages that it lacked so far: those stay English."""

    tag: str
    messages: Mapping[str, str]
    units: Mapping[str, str]
    missing: set[str] = field(default_factory=set)
    missing_units: set[str] = field(default_factory=set)

    def say(self, english: str) -> str:
        """A label, a heading or a template of a phrase in this language."""
        return self._found(english, self.messages, self.missing)

    def unit(self, english: str) -> str:
        """A unit in this language."""
        return self._found(english, self.units, self.missing_units)

    def _found(self, english: str, among: Mapping[str, str], missing: set[str]) -> str:
        if self.tag == ENGLISH or not any(map(str.isalpha, english)):
            return english
        key = " ".join(english.split())
        found = among.get(key)
        if found is None:
            missing.add(key)
            return english
        return found


def language(tag: str) -> Language:
    """The language of that tag.

    Raises:
        KeyError: for a language without messages.
        ValueError: for a file with two translations of one text.
    """
    if tag == ENGLISH:
        return Language(tag, {}, {})
    if tag not in tags():
        raise KeyError(tag)
    parts = _parts(tag)
    messages: dict[str, str] = {}
    for english, told in (pair for name, part in parts.items() if name != UNITS for pair in part.items()):
        if messages.setdefault(" ".join(english.split()), told) != told:
            raise ValueError(f"{tag}.yaml: two translations of {english!r}; expected one")
    return Language(tag, messages, parts.get(UNITS, {}))


def tags() -> tuple[str, ...]:
    """The languages there are, English first."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.yaml")))


@cache
def _parts(tag: str) -> Mapping[str, Mapping[str, str]]:
    """The parts of a file: one a page, one that all share, one of units."""
    import yaml

    text = (FOLDER / f"{tag}.yaml").read_text(encoding="utf-8")
    return cast(dict[str, dict[str, str]], yaml.safe_load(text))
