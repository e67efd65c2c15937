"""The import names of version 0.1 in a checkout: one module under both names, and a user's package first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def python(code: str, *, path: Path = ROOT) -> tuple[str, str]:
    """What a program prints, and its notices; Python finds packages in the folder."""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


@pytest.mark.parametrize("module", ["capacity.hub", "infra.inventory.model", "bench.errors"])
def test_both_names_are_one_module_with_one_notice(module: str) -> None:
    out, err = python(f"import {module}, petaplan.{module} as new; print({module} is new)")
    assert out == "True"
    assert err.count(f"{module} is now petaplan.{module}; the old name is read in this version only") == 1


def test_a_module_that_moved_is_read_under_its_old_name() -> None:
    out, err = python(
        "import petaplan.capacity.blocks as new; from infra.blocks import two_sided_hall as old; "
        "print(old is new.two_sided_hall)"
    )
    assert out == "True"
    assert err.count("infra.blocks is now petaplan.capacity.blocks") == 1


def test_the_new_name_first_gives_the_same_module() -> None:
    out, _ = python("import petaplan.capacity.hub as new, capacity.hub; print(capacity.hub is new)")
    assert out == "True"


def test_the_reference_plan_keeps_its_name_without_a_notice() -> None:
    out, err = python("import infra.hong_kong; print(infra.hong_kong.__name__)")
    assert (out, err) == ("petaplan.infra.hong_kong", "")


def test_a_package_of_the_user_wins(tmp_path: Path) -> None:
    (tmp_path / "capacity").mkdir()
    (tmp_path / "capacity" / "hub.py").write_text("OWN = True\n")
    out, err = python("import petaplan.capacity.hub, capacity.hub; print(capacity.hub.OWN)", path=tmp_path)
    assert (out, err) == ("True", "")


def test_a_name_that_petaplan_never_had_is_not_found() -> None:
    out, _ = python("try: import capacity.nowhere\nexcept ModuleNotFoundError as error: print(error.name)")
    assert out in ("capacity.nowhere", "petaplan.capacity.nowhere")


def test_imports_of_others_are_left_alone() -> None:
    assert python("import petaplan, json, email.message, xml.dom; print('fine')") == ("fine", "")
