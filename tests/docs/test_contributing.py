"""What CONTRIBUTING says is there is there: make targets, folders and registration names."""

import re

from tests.docs.pages import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_make_target_exists() -> None:
    named = set(re.findall(r"`make ([a-z-]+)`", TEXT))

    assert len(named) > 8
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


def test_every_make_target_that_checks_or_writes_is_named() -> None:
    targets = set(re.findall(r"^([a-z-]+):  ##", MAKEFILE, flags=re.MULTILINE))

    assert targets - {"ready", "env", "bench", "ci-demo", "clean"} <= set(re.findall(r"`make ([a-z-]+)`", TEXT))


def test_every_folder_and_file_of_a_recipe_exists() -> None:
    named = re.findall(r"`((?:capacity|infra|bench|reporting|tests|tools)/[^`<]*)", TEXT)

    assert len(named) > 10
    assert [path for path in named if not (ROOT / path.rstrip("/")).exists()] == []


def test_every_name_that_registers_is_written_in_the_code_of_its_folder() -> None:
    for name, folder in (
        ("Output", "reporting/outputs"),
        ("BACKEND", "infra/inventory/backends"),
        ("DeviceKind", "bench/devices"),
    ):
        assert re.search(rf"`{name}` in `{folder}`", TEXT), f"{name} in {folder}"
        code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).glob("**/*.py"))
        assert re.search(rf"\b{name}\b", code)


def test_every_test_of_an_addition_is_named() -> None:
    tests = {path.name for path in (ROOT / "tests" / "additions").glob("test_*.py")} - {"test_tree.py"}

    assert len(tests) >= 6
    assert tests == set(re.findall(r"\(tests/additions/(test_\w+\.py)\)", TEXT))
