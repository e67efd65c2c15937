"""A hub through the real Pulumi engine: previewed with the policy pack, brought up, and collected from the stack."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess, run
from tempfile import TemporaryDirectory

from petaplan.capacity.document.plan import write_json
from petaplan.capacity.hub import Hub
from petaplan.infra.collect import collect
from petaplan.infra.gate.approval import plan_hash
from petaplan.infra.records import records_of_deployment
from tests.pulumi_stacks import BIN, ROOT, cli, pulumi_environment
from tools.one_form.ways import policy_messages

PROJECT = f"""\
name: one-form
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}
main: program/__main__.py
plugins: {{providers: [{{name: petaplan, path: {BIN}}}]}}
"""

PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
from petaplan.capacity.document.plan import read
from petaplan.infra.declare import declare
from tests.faults.hubs_in_python import loosened
declare(loosened(read({plan!r})))
"""


class Stack:
    """A project with one stack in a folder of its own; each hub takes the place of the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("state", "program", "home"):
            (folder / name).mkdir()
        (folder / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
        program = PROGRAM.format(root=str(ROOT), plan=str(folder / "plan.json"))
        (folder / "program" / "__main__.py").write_text(program, encoding="utf-8")
        self.environment = pulumi_environment(folder, folder / "home") | {"PYTHONPATH": str(ROOT)}
        self.pulumi("stack", "init", "dev")

    def pulumi(self, *arguments: str) -> CompletedProcess[str]:
        """A command of the CLI, to its end."""
        command = [str(cli()), *arguments, "--non-interactive", "--color", "never"]
        return run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def differences(self, hub: Hub) -> Iterator[str]:
        """What the engine and the policy pack make of a hub that the check doesn't."""
        (self.folder / "plan.json").write_text(write_json(hub), encoding="utf-8")
        log = self.folder / "events.json"
        log.unlink(missing_ok=True)
        self.environment["PULUMI_DEBUG_COMMANDS"] = "true"
        preview = self.pulumi("preview", "--policy-pack", str(BIN / "petaplan-policy"), "--event-log", str(log))
        told = set(_policy_messages(log))
        expected = {" ".join(message.split()) for message in policy_messages(hub)}
        for message in sorted(told ^ expected):
            yield f"{hub.name} in the policy pack on the engine: {message}"
        if not told and preview.returncode:
            yield f"{hub.name}: {preview.stdout}{preview.stderr}"
        up = self.pulumi("up", "--yes", "--skip-preview")
        if up.returncode:
            yield f"{hub.name}: {up.stdout}{up.stderr}"
            return
        exported = json.loads(self.pulumi("stack", "export").stdout)
        if plan_hash(collect(records_of_deployment(exported))) != plan_hash(hub):
            yield f"{hub.name} in the state of the stack: another hash"


def _policy_messages(log: Path) -> Iterator[str]:
    """The messages of the pack; the engine adds marks of colour and the description of the policy."""
    import re

    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line).get("policyEvent")
        if event is not None:
            message = " ".join(re.sub(r"<\{%[^%]*%\}>", "", event["message"]).split())
            yield message[found.start() :] if (found := re.search(r"\b[A-Z0-9]+-\d{3} ", message)) else message


def differences_on_the_engine(hubs: list[Hub]) -> Iterator[str]:
    """What the real engine and the policy pack make of some hubs that the check doesn't."""
    with TemporaryDirectory(prefix="one-form-") as scratch:
        stack = Stack(Path(scratch))
        for hub in hubs:
            yield from stack.differences(hub)
