import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.prepare.checkout import Checkout
from tools.prepare.engine import pinned_version
from tools.prepare.locks import EXTRAS, requirements_of

LOCKS = ("run", "dev", *EXTRAS)


def entries(lock: Path) -> dict[str, str]:
    """Each locked package with its version."""
    found = re.findall(r"^(\S+)==([^\s;]+)(.*(?:\n    .*)*)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert all("--hash=sha256:" in rest for _, _, rest in found)
    return {name: version for name, version, _ in found}


def declared(checkout: Checkout, lock: str) -> list[Requirement]:
    project = tomllib.loads((checkout.root / "pyproject.toml").read_text(encoding="utf-8"))
    if lock in EXTRAS:
        return [Requirement(line) for line in requirements_of(project, lock)]
    groups = ("build",) if lock == "run" else ("build", "dev")
    lines = [
        *project["project"]["dependencies"],
        *(line for g in groups for line in requirements_of(project, g)),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_packages_with_hashes_and_nothing_else(lock: str, repository: Checkout) -> None:
    assert entries(repository.lock(lock))
    line = re.compile(r"#.*|[a-z0-9-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    odd = [text for text in repository.lock(lock).read_text().splitlines() if not line.fullmatch(text)]
    assert odd == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_pyproject_asks_for(lock: str, repository: Checkout) -> None:
    locked = entries(repository.lock(lock))
    for requirement in declared(repository, lock):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in the {lock} lock: run make lock"
        assert requirement.specifier.contains(Version(version)), f"{requirement}, locked {version}: run make lock"


def test_no_two_locks_disagree_on_a_version(repository: Checkout) -> None:
    dev = entries(repository.lock("dev"))
    for lock in LOCKS:
        shared = {name: version for name, version in entries(repository.lock(lock)).items() if name in dev}
        assert shared == {name: dev[name] for name in shared}


def test_the_dev_lock_holds_all_of_the_run_lock(repository: Checkout) -> None:
    assert entries(repository.lock("run")).items() <= entries(repository.lock("dev")).items()


def test_the_sdk_is_of_the_version_of_the_engine(repository: Checkout) -> None:
    assert entries(repository.lock("run"))["pulumi"] == pinned_version(repository)
