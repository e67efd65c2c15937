"""Property values of the protocol to Python values, and back.

A secret travels as an object with a signature, an unknown value as one fixed string, and every number as a double.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from petaplan.infra.nouns import whole
from petaplan.infra.spelling import Path

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that only the update itself will know."""

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key of an object that is not what it looks like."""

SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
"""Value of the signature key of a secret."""

_SPECIAL = (UNKNOWN.encode(), SIGNATURE.encode())


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that nobody may see."""

    value: object


@dataclass(frozen=True, slots=True)
class Properties:
    """Plain values, and which of them are unknown or secret."""

    value: dict[str, Any]
    unknown: frozenset[Path] = frozenset()
    secret: frozenset[Path] = frozenset()

    def is_secret(self, path: Path) -> bool:
        """Whether the value at a path is a secret, or lies in one, or holds one."""
        return any(path[: len(secret)] == secret or secret[: len(path)] == path for secret in self.secret)

    def sealed(self) -> dict[str, object]:
        """The values, each secret among them closed."""
        return (
            {key: _sealed(item, (key,), self.secret) for key, item in self.value.items()} if self.secret else self.value
        )


def read(struct: Struct) -> Properties:
    """The properties in a message: secrets opened, whole numbers as ints."""
    raw = struct.SerializeToString()
    if not any(mark in raw for mark in _SPECIAL):
        return Properties({key: _plain(value) for key, value in struct.fields.items()})
    unknown: set[Path] = set()
    secret: set[Path] = set()
    value = {key: _marked(item, (key,), unknown, secret) for key, item in struct.fields.items()}
    return Properties(value, frozenset(unknown), frozenset(secret))


def _plain(value: Value) -> object:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            return whole(value.number_value)
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return {key: _plain(item) for key, item in value.struct_value.fields.items()}
        case "list_value":
            return [_plain(item) for item in value.list_value.values]
        case _:
            return None


def _marked(value: Value, path: Path, unknown: set[Path], secret: set[Path]) -> object:
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = value.struct_value.fields
            if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
                secret.add(path)
                return _marked(fields["value"], path, unknown, secret) if "value" in fields else None
            return {key: _marked(item, (*path, key), unknown, secret) for key, item in fields.items()}
        case "list_value":
            return [_marked(item, (*path, at), unknown, secret) for at, item in enumerate(value.list_value.values)]
        case _:
            if value.string_value == UNKNOWN:
                unknown.add(path)
            return _plain(value)


def _sealed(value: object, path: Path, secret: frozenset[Path]) -> object:
    if path in secret:
        return Secret(value)
    if isinstance(value, dict):
        return {key: _sealed(item, (*path, key), secret) for key, item in value.items()}
    if isinstance(value, list):
        return [_sealed(item, (*path, at), secret) for at, item in enumerate(value)]
    return value


def write(values: Mapping[str, object]) -> Struct:
    """The message that says these values; a ``Secret`` among them stays one."""
    return Struct(fields={key: message(value) for key, value in values.items()})


def message(value: object) -> Value:
    """One value as a message."""
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, Mapping):
        return Value(struct_value=write(value))
    if isinstance(value, list | tuple):
        return Value(list_value=ListValue(values=[message(item) for item in value]))
    if isinstance(value, Secret):
        return Value(struct_value=write({SIGNATURE: SECRET, "value": value.value}))
    return Value(null_value=0)  # type: ignore[arg-type]
