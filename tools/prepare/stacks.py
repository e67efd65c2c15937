"""Variables of a shell for this checkout's backend, and the stacks in it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from tools.prepare.checkout import Checkout, NotReady, say
from tools.prepare.engine import Engine

PROJECT = "petaplan"

ALWAYS = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    # The provider is .venv/bin/pulumi-resource-petaplan: there is nothing to fetch.
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
}

ON_FILES = {
    # Else a file backend writes the whole state twice per resource: 309 s instead of 19 s for 2,144 racks.
    # After a kill -9 the checkpoint then lags behind the inventory; the next up heals it.
    "PULUMI_SKIP_CHECKPOINTS": "true",
}


def stack_names(checkout: Checkout) -> tuple[str, ...]:
    """Every stack has a file in infra/stacks."""
    files = (checkout.root / "infra" / "stacks").glob("Pulumi.*.yaml")
    return tuple(sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files))


def python_environment(checkout: Checkout, outside: Mapping[str, str]) -> dict[str, str]:
    """What activates the virtual environment."""
    path = _path([checkout.venv / "bin"], outside.get("PATH", os.defpath))
    return {"VIRTUAL_ENV": str(checkout.venv), "PATH": path}


def pulumi_environment(checkout: Checkout, engine: Engine, outside: Mapping[str, str]) -> dict[str, str]:
    """The variables to set on top of those outside; what the user exported wins."""
    inside = dict(ALWAYS)
    if on_local_files(checkout, outside):
        inside |= {**ON_FILES, "PULUMI_BACKEND_URL": local_backend(checkout)}
        inside["PULUMI_HOME"] = str(checkout.pulumi_home)
    if "PULUMI_CONFIG_PASSPHRASE_FILE" not in outside:
        inside["PULUMI_CONFIG_PASSPHRASE"] = ""
    chosen = {name: outside.get(name, value) for name, value in inside.items()}
    # The language host that tools/ builds reads no options.virtualenv of Pulumi.yaml: it takes PATH's python.
    python = python_environment(checkout, outside)
    if engine.origin == "PATH":
        return chosen | python
    return chosen | python | {"PATH": _path([checkout.venv / "bin", engine.pulumi.parent], python["PATH"])}


def local_backend(checkout: Checkout) -> str:
    """Where the stacks are kept unless the user exported a backend."""
    return f"file://{quote(str(checkout.state))}"


def on_local_files(checkout: Checkout, outside: Mapping[str, str]) -> bool:
    """Whether the backend is the one in this checkout, and not one that the user exported."""
    return outside.get("PULUMI_BACKEND_URL", local_backend(checkout)) == local_backend(checkout)


def _path(first: Iterable[Path], path: str) -> str:
    front = [str(folder) for folder in first]
    return os.pathsep.join([*front, *(folder for folder in path.split(os.pathsep) if folder not in front)])


def export_lines(variables: Mapping[str, str]) -> str:
    """What `eval` in a shell takes."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items()))


def prepare_stacks(checkout: Checkout, engine: Engine, selected: str) -> None:
    """The local backend holds every stack; on a user's own only the one asked for is made."""
    if selected not in stack_names(checkout):
        known = ", ".join(stack_names(checkout))
        raise NotReady(f"STACK={selected}: no infra/stacks/Pulumi.{selected}.yaml; expected one of {known}")
    environment = {**os.environ, **pulumi_environment(checkout, engine, os.environ)}
    if not on_local_files(checkout, os.environ):
        _pulumi(checkout, engine, ["stack", "select", "--create", selected], environment)
        return
    checkout.state.mkdir(exist_ok=True)
    made = checkout.state / ".pulumi" / "stacks" / PROJECT
    for name in stack_names(checkout):
        if not (made / f"{name}.json").exists():
            say(f"Pulumi stack: {name}, in {checkout.state.name}")
            _pulumi(checkout, engine, ["stack", "init", "--no-select", name], environment)
    if not (checkout.pulumi_home / "workspaces").exists():
        _pulumi(checkout, engine, ["stack", "select", selected], environment)


def _pulumi(checkout: Checkout, engine: Engine, arguments: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [engine.pulumi, *arguments, "--non-interactive"],
        cwd=checkout.root,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()
        raise NotReady(f"pulumi {' '.join(arguments)} failed: {reason}")


def start(checkout: Checkout, command: list[str], variables: Mapping[str, str]) -> None:
    """This process becomes the command, so that signals and the exit status are its own."""
    environment = {**os.environ, **variables}
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise NotReady(f"{command[0]} is not in .venv/bin, nor on PATH")
    os.chdir(checkout.root)
    os.execve(program, command, environment)  # noqa: S606 - the command is the Makefile's
