"""The extra file of the wheel that lets Python read old import names from its start."""

from pathlib import Path

from setuptools.command.build_py import build_py  # type: ignore[import-untyped]

NAME = "petaplan_old_names.pth"
LINE = "import petaplan  # the import names of version 0.1 are read for one version\n"


class BuildPy(build_py):  # type: ignore[misc]  # setuptools ships no types
    """Builds the package, and puts a file beside it that Python reads at its start."""

    def run(self) -> None:
        """A checkout needs no such file: its folders have the old names."""
        super().run()
        if not self.editable_mode:
            Path(self.build_lib, NAME).write_text(LINE, encoding="utf-8")

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What the wheel is packed from."""
        return [*map(str, super().get_outputs(include_bytecode)), str(Path(self.build_lib, NAME))]
