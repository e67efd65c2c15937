"""A new repository: every file of a template, written together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import DeclarationError, Problem
from petaplan.infra.provider.version import version
from petaplan.infra.repository.origin import Origin, origin_of
from petaplan.infra.repository.place import Place, place_at
from petaplan.infra.repository.templates import TEMPLATES, Template, files_of
from petaplan.reporting.files import folders_for, write_together

REQUIREMENTS = "requirements.txt"
REQUIREMENTS_HEAD = """\
# Every package that petaplan {version} needs, by its hash.
# Install them with: pip install --require-hashes --only-binary=:all: -r requirements.txt
"""
OWN_REQUIREMENTS = """\
# petaplan itself. Install it with: pip install --no-deps --no-build-isolation -r requirements-petaplan.txt
{requirement}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """What is written, and where."""

    place: Place
    template: Template
    files: Mapping[Path, str | bytes]


def planned(path: Path, template: str, package: str | None) -> Repository:
    """The files of a new repository; nothing is written yet.

    Raises:
        DeclarationError: with everything that is wrong with folder, template and package.
    """
    place, problems = place_at(path)
    origin = Origin(requirement="")
    if template not in TEMPLATES:
        expected = f"one of {', '.join(TEMPLATES)}"
        advice = did_you_mean(template, TEMPLATES)
        problems.append(Problem(where="--template", found=repr(template), expected=expected, advice=advice))
    try:
        origin = origin_of(package)
    except DeclarationError as error:
        problems.extend(error.problems)
    if problems:
        raise DeclarationError(problems)
    made = TEMPLATES[template]
    return Repository(place=place, template=made, files=_files(place, made, origin))


def _files(place: Place, template: Template, origin: Origin) -> dict[Path, str | bytes]:
    texts = files_of(template, name=place.name, package=place.package, label=place.label)
    files: dict[Path, str | bytes] = {place.folder / path: text for path, text in texts.items()}
    _, _, locked = texts[REQUIREMENTS].partition("\n")
    files[place.folder / REQUIREMENTS] = REQUIREMENTS_HEAD.format(version=version()) + locked
    own = OWN_REQUIREMENTS.format(requirement=origin.requirement)
    files[place.folder / "requirements-petaplan.txt"] = own
    if origin.wheel:
        files[place.folder / "wheels" / origin.wheel_name] = origin.wheel
    return files


def write(repository: Repository) -> None:
    """All files, or none of them and no folder.

    Raises:
        OSError: when one can't be written.
    """
    with folders_for(repository.files):
        write_together(repository.files.items())
