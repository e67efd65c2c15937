"""The folder of the project."""

from pathlib import Path

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def project_folder(folder: Path) -> Path:
    """The nearest folder, from this one upward, that holds a Pulumi.yaml; this one where none does."""
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_file() for name in _PROJECT_FILES):
            return candidate
    return folder


def runs_petaplan(folder: Path) -> bool:
    """Whether the program of a project reads the settings of petaplan; a program that can't be seen may do so."""
    from petaplan.infra.stack_settings import read_yaml

    project = read_yaml(folder / "Pulumi.yaml")
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
