"""Files of the benchmark that end with the digest of all bytes before it: read strictly, whatever they hold."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.strict import adapter, problems_of
from petaplan.capacity.errors import EvidenceError, Problem
from petaplan.capacity.noun import Noun

VERSION = 1


def read_sealed(path: Path, raw: bytes, forms: Mapping[str, type[Noun]]) -> Noun:
    """What the bytes hold, as one of ``forms``, by the name of the format.

    Raises:
        EvidenceError: with everything that is wrong with the file.
    """
    values = _values(path, raw)
    form = forms.get(str(values.get("format"))) if isinstance(values, dict) else None
    if not isinstance(values, dict) or form is None:
        raise refused(path, "another kind of file", f'a JSON object that starts with "format": "{next(iter(forms))}"')
    if values.get("version") != VERSION:
        advice = "the file is newer than this petaplan: upgrade" if _newer(values.get("version")) else ""
        raise refused(path, f"version {values.get('version')!r}", f"version {VERSION}", advice)
    head, _, _ = raw.rpartition(b'"digest"')
    if values.get("digest") != "sha256:" + hashlib.sha256(head).hexdigest():
        raise refused(path, "a digest that doesn't fit the bytes", "the file as it was written", "measure again")
    if next(reversed(values)) != "digest":
        raise refused(path, "members after the digest", "the digest last")
    return _form(path, raw, form)


def _newer(version: Any) -> bool:
    return isinstance(version, int) and version > VERSION


def _form(path: Path, raw: bytes, form: type[Noun]) -> Noun:
    from pydantic import ValidationError

    try:
        read: Noun = adapter(form).validate_json(raw)
    except ValidationError as error:
        raise EvidenceError(problems_of(error, read_bytes(raw, str(path)), form)) from None
    return read


def _values(path: Path, raw: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a member twice")
        return dict(pairs)

    def no_constant(word: str) -> Any:
        raise ValueError(f"the number {word}")

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise refused(path, f"no evidence: {error}", "whole UTF-8 JSON", "was it cut short? measure again") from None


def refused(path: Path, found: str, expected: str, advice: str = "") -> EvidenceError:
    """The error of a whole file."""
    return EvidenceError([Problem(where=str(path), found=found, expected=expected, advice=advice)])
