"""The folder of the project."""

from pathlib import Path

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def project_folder(folder: Path) -> Path:
    """The nearest folder, from this one upward, that holds a Pulumi.yaml; this one where none does."""
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_file() for name in _PROJECT_FILES):
            return candidate
    return folder
