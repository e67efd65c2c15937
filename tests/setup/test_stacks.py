import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.prepare.checkout import Checkout, NotReady
from tools.prepare.engine import Engine, prepare_engine
from tools.prepare.stacks import export_lines, prepare_stacks, pulumi_environment, stack_names

OUTSIDE = {"PATH": "/usr/bin:/bin"}


def engine_of(checkout: Checkout, origin: str = "built") -> Engine:
    return Engine(pulumi=checkout.tools / "bin" / "pulumi", version="v3.259.0", origin=origin, key="")


def test_every_stack_file_is_a_stack(repository: Checkout) -> None:
    assert {"dev", "full", "phase-1"} <= set(stack_names(repository))


def test_state_and_selection_stay_in_the_checkout(clone: Checkout) -> None:
    inside = pulumi_environment(clone, engine_of(clone), OUTSIDE)
    assert inside["PULUMI_HOME"] == str(clone.pulumi_home)
    assert inside["PULUMI_BACKEND_URL"].startswith("file://")
    assert inside["PULUMI_CONFIG_PASSPHRASE"] == ""


def test_a_backend_that_the_user_exported_wins_and_keeps_its_login(clone: Checkout) -> None:
    outside = {**OUTSIDE, "PULUMI_BACKEND_URL": "s3://plans"}
    inside = pulumi_environment(clone, engine_of(clone), outside)
    assert {**outside, **inside}["PULUMI_BACKEND_URL"] == "s3://plans"
    assert "PULUMI_HOME" not in inside
    assert "PULUMI_SKIP_CHECKPOINTS" not in inside


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_that_the_user_exported_wins(name: str, clone: Checkout) -> None:
    outside = {**OUTSIDE, name: "theirs"}
    assert ({**outside, **pulumi_environment(clone, engine_of(clone), outside)})[name] == "theirs"
    assert pulumi_environment(clone, engine_of(clone), outside).get("PULUMI_CONFIG_PASSPHRASE") != ""


def test_the_environments_python_comes_first_on_path_and_only_once(clone: Checkout) -> None:
    once = pulumi_environment(clone, engine_of(clone), OUTSIDE)["PATH"]
    assert once.split(":") == [str(clone.venv / "bin"), str(clone.tools / "bin"), "/usr/bin", "/bin"]
    assert pulumi_environment(clone, engine_of(clone), {"PATH": once})["PATH"] == once


def test_a_pulumi_of_the_users_own_needs_no_folder_on_path(clone: Checkout) -> None:
    path = pulumi_environment(clone, engine_of(clone, "PATH"), OUTSIDE)["PATH"]
    assert path.split(":") == [str(clone.venv / "bin"), "/usr/bin", "/bin"]


def test_a_shell_reads_back_what_the_export_lines_say() -> None:
    lines = export_lines({"PLAN": "it's a $HOME with `spaces`", "EMPTY": ""})
    shell = subprocess.run(
        ["sh", "-c", f'{lines} printf "%s|%s" "$PLAN" "$EMPTY"'], capture_output=True, text=True, check=True
    )
    assert shell.stdout == "it's a $HOME with `spaces`|"


def test_an_unknown_stack_is_refused_with_the_known_ones(clone: Checkout) -> None:
    with pytest.raises(NotReady, match=r"STACK=fulll: no infra/stacks/Pulumi\.fulll\.yaml; expected one of dev, full"):
        prepare_stacks(clone, engine_of(clone), "fulll")
    assert not clone.state.exists()


@pytest.fixture
def made(clone: Checkout, repository: Checkout) -> tuple[Checkout, Engine]:
    """A clone with every stack made, in a folder with a space in its name."""
    clone.venv.symlink_to(repository.venv)
    engine = prepare_engine(repository)
    prepare_stacks(clone, engine, "full")
    return clone, engine


@pytest.mark.engine
def test_the_engine_finds_every_stack_and_full_is_selected(made: tuple[Checkout, Engine]) -> None:
    listed = pulumi(*made, "stack", "ls", "--json")
    assert {stack["name"] for stack in json.loads(listed)} == set(stack_names(made[0]))
    assert [stack["name"] for stack in json.loads(listed) if stack["current"]] == ["full"]


@pytest.mark.engine
def test_making_the_stacks_leaves_their_committed_files_as_they_are(
    made: tuple[Checkout, Engine], repository: Checkout
) -> None:
    for name in stack_names(repository):
        file = Path("infra") / "stacks" / f"Pulumi.{name}.yaml"
        assert (made[0].root / file).read_text() == (repository.root / file).read_text()


@pytest.mark.engine
def test_stacks_that_are_there_are_not_made_again(
    made: tuple[Checkout, Engine], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    prepare_stacks(*made, "phase-1")
    assert capsys.readouterr().err == ""


@pytest.mark.engine
def test_plain_pulumi_in_the_checkout_finds_the_same_backend(made: tuple[Checkout, Engine]) -> None:
    clone, engine = made
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    listed = subprocess.run(
        [engine.pulumi, "stack", "ls", "--json"],
        cwd=clone.root,
        env={**bare, "PULUMI_HOME": str(clone.root / "another home"), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {stack["name"] for stack in json.loads(listed.stdout)} == set(stack_names(clone))


@pytest.mark.engine
def test_settings_reach_a_program_with_the_defaults_of_the_project(made: tuple[Checkout, Engine]) -> None:
    clone, _ = made
    (clone.root / "infra" / "__main__.py").write_text(
        "import pulumi\n"
        'settings = pulumi.Config("petaplan")\n'
        'for key in ("hub", "phase", "enforce", "inventory"):\n'
        "    pulumi.export(key, settings.get(key) or 'nothing')\n",
        encoding="utf-8",
    )
    seen = {}
    for stack in ("dev", "phase-1"):
        pulumi(*made, "up", "--yes", "--skip-preview", "--stack", stack)
        seen[stack] = json.loads(pulumi(*made, "stack", "output", "--json", "--stack", stack))
    assert seen["dev"] == {
        "hub": "infra.hong_kong:hub",
        "phase": "nothing",
        "enforce": "warn",
        "inventory": ".petaplan/inventory.db",
    }
    assert (seen["phase-1"]["phase"], seen["phase-1"]["enforce"]) == ("phase-1", "error")


def pulumi(clone: Checkout, engine: Engine, *arguments: str) -> str:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    done = subprocess.run(
        [engine.pulumi, *arguments, "--non-interactive"],
        cwd=clone.root,
        env={**outside, **pulumi_environment(clone, engine, outside)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_provider_is_looked_for_where_set_up_puts_it(repository: Checkout) -> None:
    text = (repository.root / "Pulumi.yaml").read_text(encoding="utf-8")
    assert "path: .venv/bin" in text
    assert shutil.which("pulumi-resource-petaplan", path=str(repository.venv / "bin"))
