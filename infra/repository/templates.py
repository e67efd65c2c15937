"""The templates of a new repository: files of this package, with names to fill in.

A file of the folder ``common`` is in every template, unless the template has one of its own in the same place.
``dot-`` starts the name of a hidden file, ``PACKAGE`` is the name of the package, and ``.in`` ends every name here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "templates"

_MARK = re.compile(r"@([A-Z]+(?:_[A-Z]+)*)@")


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A kind of repository: where its plan is, and what its gate judges."""

    name: str
    summary: str
    plan: str
    """As commands name it; empty where only the graph of a program has it."""
    plan_file: str
    judged: str
    """The argument of `petaplan gate`."""
    catalogue: str = "catalogue"
    """Folder of its own hardware: a plan in Python names layers below its own folder."""
    left_out: tuple[str, ...] = ()
    """Files of ``common`` that it does not have."""


TEMPLATES: Mapping[str, Template] = {
    made.name: made
    for made in (
        Template(
            name="hub",
            summary="a plan in Python, put together from building blocks: two phases of one hall each",
            plan="@PACKAGE@.plan:hub",
            plan_file="@PACKAGE@/plan.py",
            judged="@PACKAGE@.plan:hub",
            catalogue="@PACKAGE@/catalogue",
        ),
        Template(
            name="one-hall",
            summary="a plan as a document: one hall of GPU servers",
            plan="plan.yaml",
            plan_file="plan.yaml",
            judged="plan.yaml",
        ),
        Template(
            name="pulumi-program",
            summary="a Pulumi program with resource classes, without a plan beside it",
            plan="",
            plan_file="__main__.py",
            judged="--stack dev",
            left_out=("Pulumi.dev.yaml", "Pulumi.full.yaml"),
        ),
    )
}
DEFAULT = "hub"


def files_of(template: Template, *, name: str, package: str, label: str) -> dict[str, str]:
    """The text of each file by its path in the repository."""
    plain = {"NAME": name, "PACKAGE": package, "LABEL": label}
    more = {
        "PLAN": template.plan,
        "PLAN_FILE": template.plan_file,
        "JUDGED": template.judged,
        "CATALOGUE": template.catalogue,
    }
    values = plain | {key: _filled(text, plain) for key, text in more.items()}
    found: dict[str, str] = {}
    for folder in (FOLDER / "common", FOLDER / template.name):
        for source in sorted(folder.rglob("*.in")):
            path = _path(source.relative_to(folder), package)
            path = re.sub(r"^catalogue/", f"{values['CATALOGUE']}/", path)
            found[path] = _filled(source.read_text(encoding="utf-8"), values)
    return {path: text for path, text in found.items() if path not in template.left_out}


def _path(inside: Path, package: str) -> str:
    parts = [f".{part[4:]}" if part.startswith("dot-") else part for part in inside.parts]
    return "/".join(parts).replace("PACKAGE", package).removesuffix(".in")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda found: values.get(found[1], found[0]), text)
