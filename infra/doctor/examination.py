"""All parts in order: those of the host, and those of the project where the folder is in one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from petaplan.infra.doctor.host import parts_of_the_host
from petaplan.infra.doctor.part import Part, Surroundings, absent
from petaplan.infra.doctor.project import parts_of_the_project
from petaplan.infra.project import project_folder


def examined(start: Path, environment: Mapping[str, str]) -> tuple[Part, ...]:
    """Every part that petaplan needs in a folder.

    Raises:
        PlanError: when a file of the project is not readable.
    """
    folder = project_folder(start)
    around = Surroundings(folder=folder, environment=environment, has_project=(folder / "Pulumi.yaml").is_file())
    return tuple(_parts(around))


def _parts(around: Surroundings) -> Iterator[Part]:
    yield from parts_of_the_host(around)
    if around.has_project:
        yield from parts_of_the_project(around)
    else:
        yield absent("project", f"no Pulumi.yaml in {around.folder} or above", "`petaplan init DIR` writes a project")
