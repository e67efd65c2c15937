"""Many files in one place: a new or empty folder, or a ZIP file."""

from collections.abc import Mapping
from errno import ENOTEMPTY
from io import BytesIO
from pathlib import Path

from petaplan.reporting.files import folders_for, write_together, write_whole

ZIP = ".zip"
"""How the name of a ZIP file ends."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file knows."""


def put_files(place: Path, files: Mapping[str, str]) -> None:
    """All files or none of them, in a ZIP file or in a folder, which is made where it is missing.

    Raises:
        OSError: when the place cannot be written, or is a folder that has files.
    """
    if place.name.endswith(ZIP) and not place.is_dir():
        write_whole(place, zipped(files))
        return
    if place.is_dir() and any(place.iterdir()):
        raise OSError(ENOTEMPTY, "a folder that is not empty", str(place))
    paths = [(place / name, text) for name, text in files.items()]
    with folders_for([path for path, _ in paths]):
        write_together(paths)


def zipped(files: Mapping[str, str]) -> bytes:
    """Files as a ZIP archive; the same files give the same bytes."""
    import zipfile

    page = BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    return page.getvalue()
