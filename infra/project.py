"""The folder of the project."""

from pathlib import Path

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def project_folder(folder: Path) -> Path:
    """The nearest folder, from this one upward, that holds a Pulumi.yaml; this one where none does."""
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_file() for name in PROJECT_FILES):
            return candidate
    return folder


def project_file(folder: Path) -> Path:
    """The file of the project in a folder; Pulumi.yaml where there is none yet."""
    there = (folder / name for name in PROJECT_FILES)
    return next((path for path in there if path.is_file()), folder / PROJECT_FILES[0])


def runs_petaplan(folder: Path) -> bool:
    """Whether the program of a project reads the settings of petaplan; a program that can't be seen may do so."""
    from petaplan.infra.stack_settings import read_project

    project = read_project(folder)
    runtime = project.get("runtime")
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        return name is None
    program = folder / str(project.get("main") or ".")
    file = program / "__main__.py" if program.is_dir() else program
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return any(mark in text for mark in _READS_SETTINGS)


_READS_SETTINGS = ("infra.__main__", 'Config("petaplan")', "Config('petaplan')")
