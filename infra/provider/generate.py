"""Generators of the resource classes and of the schema of the package.

python -m petaplan.infra.provider.generate            # writes
python -m petaplan.infra.provider.generate --check    # says what is out of date, exit 1

"""

import argparse
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from petaplan.infra.kinds import KINDS, Kind
from petaplan.infra.provider.bounds import Definition, present
from petaplan.infra.provider.schema import (
    definitions,
    described,
    fields_of,
    nested_types,
    note_of,
    properties_of,
    required_of,
    schema_json,
)
from petaplan.infra.spelling import pulumi_name

_INFRA = Path(__file__).resolve().parents[1]

_HEAD = '''"""The resource classes of the package ``petaplan``, for any Pulumi program.

Written by ``python -m petaplan.infra.provider.generate`` from the nouns of ``capacity``; a test holds it against them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

from petaplan.capacity.renames import old_classes
from petaplan.infra.resource import PetaplanResource
'''

_PROVIDER = '''
class Provider(pulumi.ProviderResource):
    """A provider of one's own, for an inventory apart from the stack's."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        inventory: pulumi.Input[str] | None = None,
    ) -> None:
        """An inventory at this address: ``sqlite:FILE``, or the path of a SQLite file from the project's folder."""
        super().__init__("petaplan", resource_name, {"inventory": inventory}, opts)
'''

_OLD_NOUNS = {"RackGroup": "Rack", "DeclaredTotals": "Declaration"}
"""Nested nouns by the names that they had in version 0.1."""

_SCALARS = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}
_WIDTH = 110


def resources_py() -> str:
    """The module of resource classes."""
    parts = [_HEAD]
    parts.extend(_args(name) if "properties" in definitions()[name] else _literal(name) for name in nested_types())
    parts.append(_PROVIDER)
    parts.extend(_resource(kind) for kind in KINDS)
    names = "".join(f'"{kind.token}": {kind.type_name},' for kind in KINDS)
    parts.append(f'\nCLASSES: dict[str, type[PetaplanResource]] = {{{names}}}\n"""Each class by its Pulumi type."""\n')
    parts.append(_old_names())
    return formatted("\n".join(parts))


def _old_names() -> str:
    """The names that classes had in the version before."""
    old = {kind.old_type_name: kind.type_name for kind in KINDS if kind.old_type_name is not None}
    old |= {f"{name}Args": f"{noun}Args" for noun, name in _OLD_NOUNS.items()}
    pairs = "".join(f'"{name}": {new},' for name, new in old.items())
    return f"\n__getattr__ = old_classes(__name__, {{{pairs}}})\n"


def formatted(text: str) -> str:
    """Python as this project's formatter leaves it."""
    command = ["ruff", "format", "--stdin-filename", str(_INFRA / "resources.py"), "-"]
    folder = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = os.environ | {"PATH": folder}
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def _literal(name: str) -> str:
    values = ", ".join(f'"{value}"' for value in definitions()[name]["enum"])
    return f'{name} = Literal[{values}]\n"""{described(name).summary}"""\n'


def _type(definition: Definition, wrap: str) -> str:
    """The Python type of a field; ``wrap`` is put around each value that may be an Output."""
    definition = present(definition)
    if (reference := definition.get("$ref")) is not None:
        name = reference.rsplit("/", 1)[-1]
        if "properties" not in definitions()[name]:
            return str(name)
        return f"{name}Args" if wrap else "Mapping[str, Any]"
    if definition["type"] == "array":
        inner = _type(definition["items"], wrap)
        return f"Sequence[{wrap}[{inner}]]" if wrap else f"Sequence[{inner}]"
    return _SCALARS[definition["type"]]


def _doc(text: str, indent: int) -> str:
    lines = textwrap.wrap(text, _WIDTH - indent - 6)
    pad = " " * indent
    end = f"\n{pad}" if len(lines) > 1 else ""
    return f'{pad}"""{(chr(10) + pad).join(lines)}{end}"""'


def _notes(noun: str, field: str, definition: Definition) -> str:
    return note_of(noun, field, definition)


def _args(noun: str) -> str:
    lines = [f"\nclass {noun}Args(TypedDict):", _doc(described(noun).summary, 4), ""]
    required = required_of(noun)
    for field, definition in properties_of(noun):
        given = f"pulumi.Input[{_type(definition, 'pulumi.Input')}]"
        lines.append(f"    {field}: {given if field in required else f'NotRequired[{given}]'}")
        if note := _notes(noun, field, definition):
            lines.append(_doc(note, 4))
    return "\n".join(lines) + "\n"


def _resource(kind: Kind) -> str:
    noun = kind.noun.__name__
    required = required_of(noun) - {"name"}
    fields = sorted(fields_of(kind), key=lambda item: item[0] not in required)
    signature = "\n".join(
        f"        {field}: pulumi.Input[{_type(made, 'pulumi.Input')}]{'' if field in required else ' | None = None'},"
        for field, made in fields
    )
    given = "\n".join(f'                "{pulumi_name(field)}": {field},' for field, _ in fields)
    return f'''
class {kind.type_name}(PetaplanResource):
{_doc(described(noun).summary, 4)}

    _token = "{kind.token}"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
{signature}
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "{kind.token}",
            resource_name,
            {{
{given}
            }},
            opts,
        )
{"".join(_outputs(kind))}'''


def _outputs(kind: Kind) -> Iterator[str]:
    noun = kind.noun.__name__
    required = required_of(noun)
    for field, definition in fields_of(kind):
        made = _type(definition, "")
        note = _notes(noun, field, definition) or _phrase(field)
        yield _attribute(field, made if field in required else f"{made} | None", note)
    yield _attribute("standing", "Any", "Since when it stands in the inventory: placedInUpdate and generation.")


def _phrase(field: str) -> str:
    words = field.replace("_", " ")
    return f"{words[0].upper()}{words[1:]}."


def _attribute(field: str, made: str, note: str) -> str:
    return f'''
    @property
    def {field}(self) -> pulumi.Output[{made}]:
{_doc(note, 8)}
        return self._output("{pulumi_name(field)}")
'''


def outputs() -> dict[Path, str]:
    """Every written file with what it should hold."""
    return {
        _INFRA / "resources.py": resources_py(),
        _INFRA / "provider" / "schema.json": schema_json(),
    }


def main() -> int:
    """Writes the files, or says which are out of date."""
    parser = argparse.ArgumentParser(prog="python -m petaplan.infra.provider.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where something is out of date")
    check = parser.parse_args().check
    stale = [
        (path, text)
        for path, text in outputs().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        if not check:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(_INFRA.parent)}: {'out of date' if check else 'written'}\n")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
