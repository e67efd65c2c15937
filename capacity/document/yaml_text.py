"""Plain values as YAML that the reader of this project takes for the same values."""

from typing import Any

import yaml

from petaplan.capacity.document.yaml_values import reads_as_text
from petaplan.reporting.safety import visible


class _Dumper(yaml.CSafeDumper if hasattr(yaml, "CSafeDumper") else yaml.SafeDumper):  # type: ignore[misc]
    """Quotes every string that this project's reader would take for something else."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _needs_escapes(text) else None if reads_as_text(text) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _needs_escapes(text: str) -> bool:
    """Whether a terminal or a log would obey something of the text, in any line that YAML makes of it."""
    return "::" in text or visible(text) != text


_Dumper.add_representer(str, _represent_text)


def yaml_text(values: dict[str, Any]) -> str:
    """Plain values as YAML that reads back the same. Escapes stand in double quotes alone."""
    return visible(yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
