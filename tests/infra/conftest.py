"""Small hubs, a started provider process, and throw-away Pulumi projects on the real engine."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from petaplan.capacity.compute import NodeGroup, Pod, RackGroup
from petaplan.capacity.cooling import Coolant, CoolingLoop
from petaplan.capacity.document.plan import write_json
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.power import Busway, Feed, Intake, SupplyStep
from petaplan.capacity.site import Hall, Jurisdiction, Site
from petaplan.infra.provider import wire
from tests.patience import PATIENCE_SECONDS
from tests.pulumi_stacks import BIN, ROOT, STACK, NewStack, cli, new_stack, pulumi_environment

__all__ = ["BIN", "ROOT", "new_stack"]
"""Fixtures and names that tests find here."""

PROVIDER = BIN / "pulumi-resource-petaplan"

PROGRAM = """
import time
from petaplan.capacity.document.plan import read
from petaplan.infra.declare import declare
declare(read({plan!r}))
"""

PROJECT = """
name: {name}
runtime: {{name: python, options: {{toolchain: pip, virtualenv: {venv}}}}}
main: program/__main__.py
plugins: {{providers: [{{name: petaplan, path: {bin}}}]}}
"""

PROJECT_NAMES = {"project": "petaplan", "second": "petaplan"}
"""Projects by their folder; any other is called like its folder."""


def small_hub() -> Hub:
    """A hall with two feeds and a pod of two runs."""
    return Hub(
        name="small",
        description="A hub for tests.",
        sites=(Site(name="site-a", country="HK", jurisdiction=Jurisdiction.HK),),
        phases=(Phase(name="phase-1", starts=date(2026, 1, 1), in_service=date(2026, 12, 31)),),
        intakes=(
            Intake(
                name="intake",
                site="site-a",
                voltage_ll_v=11_000,
                supply=(SupplyStep(from_date=date(2026, 1, 1), contracted_kva=5_000),),
                unit_rated_kva=6_000,
                **PLANT,
            ),
        ),
        halls=(_hall(),),
        pods=(_pod(),),
        **_plant(),
    )


PLANT: dict[str, Any] = {"phase": "phase-1"}


def _hall() -> Hall:
    return Hall(
        name="hall-a",
        site="site-a",
        phase="phase-1",
        floor_area_m2=500,
        floor_load_kpa=20,
        it_power_limit_kw=2_000,
        rack_positions=40,
    )


def _plant() -> dict[str, Any]:
    """Two busways, their feeds, and an air loop."""
    return {
        "busways": tuple(
            Busway(
                name=f"busway-{side}",
                fed_by=("intake",),
                hall="hall-a",
                voltage_ll_v=415,
                rated_current_a=1_600,
                **PLANT,
            )
            for side in "ab"
        ),
        "feeds": tuple(
            Feed(
                name=f"feed-{side}", fed_by=(f"busway-{side}",), voltage_ll_v=415, rated_current_a=63, units=40, **PLANT
            )
            for side in "ab"
        ),
        "cooling_loops": (
            CoolingLoop(
                name="air",
                hall="hall-a",
                coolant=Coolant.AIR,
                supply_temperature_c=24,
                return_temperature_c=36,
                unit_rated_kw=400,
                unit_electrical_kw=20,
                fed_by=("busway-a",),
                **PLANT,
            ),
        ),
    }


def _pod() -> Pod:
    return Pod(
        name="pod-1",
        phase="phase-1",
        hall="hall-a",
        racks=(
            RackGroup(
                name="compute",
                model="nvidia-dgx-h100-rack",
                count=3,
                nodes=(NodeGroup(model="nvidia-dgx-h100", count=4),),
                row=1,
                slot=1,
            ),
            RackGroup(name="leaf", model="nvidia-dgx-h100-rack", row=1, slot=4),
        ),
        feeds=("feed-a", "feed-b"),
        air_loop="air",
    )


POD: dict[str, Any] = {
    "phase": "phase-1",
    "hall": "hall-a",
    "racks": [
        {"name": "compute", "model": "nvidia-dgx-h100-rack", "count": 3, "row": 1, "slot": 1},
        {"name": "leaf", "model": "nvidia-dgx-h100-rack"},
    ],
    "feeds": ["feed-a", "feed-b"],
}
"""A pod as it travels, in Pulumi's spelling."""


def urn(type_name: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::petaplan::petaplan:index:{type_name}::{name}"


@dataclass
class StartedProvider:
    """A provider process, as the engine would speak to it."""

    process: subprocess.Popen[bytes]
    stub: Any
    folder: Path

    def configure(self, **config: str) -> None:
        self.stub.Configure(provider_pb2.ConfigureRequest(args=wire.write(config), acceptSecrets=True))

    def check(self, type_name: str, name: str, properties: dict[str, Any]) -> dict[str, str]:
        answer = self.stub.Check(provider_pb2.CheckRequest(urn=urn(type_name, name), news=wire.write(properties)))
        assert answer.inputs == wire.write(properties)
        return {failure.property: failure.reason for failure in answer.failures}

    def create(self, type_name: str, name: str, properties: dict[str, Any], **more: Any) -> Any:
        where = urn(type_name, name, more.pop("stack", "dev"))
        return self.stub.Create(provider_pb2.CreateRequest(urn=where, properties=wire.write(properties), **more))

    def read(self, type_name: str, name: str, id: str, **state: dict[str, Any]) -> Any:
        sent: dict[str, Any] = {key: wire.write(value) for key, value in state.items()}
        return self.stub.Read(provider_pb2.ReadRequest(urn=urn(type_name, name), id=id, **sent))

    def diff(self, type_name: str, name: str, old: dict[str, Any], new: dict[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(
            urn=urn(type_name, name), id="x", olds=wire.write(old), old_inputs=wire.write(old), news=wire.write(new)
        )
        return self.stub.Diff(request)

    def delete(self, type_name: str, name: str, id: str, properties: Struct) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(urn=urn(type_name, name), id=id, properties=properties))


StartProvider = Callable[..., StartedProvider]


@pytest.fixture
def start_provider(tmp_path: Path) -> Iterator[StartProvider]:
    """Starts provider processes in a folder of their own and ends them after the test."""
    started: list[StartedProvider] = []
    channels: list[grpc.Channel] = []
    (tmp_path / "Pulumi.yaml").write_text("name: petaplan\n")

    def start(*arguments: str, command: tuple[str, ...] = (str(PROVIDER),)) -> StartedProvider:
        process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, cwd=tmp_path)
        assert process.stdout is not None
        channel = grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}")
        channels.append(channel)
        provider = StartedProvider(process, provider_pb2_grpc.ResourceProviderStub(channel), tmp_path)
        started.append(provider)
        return provider

    yield start
    for channel in channels:
        channel.close()
    for provider in started:
        provider.process.terminate()
        provider.process.wait(PATIENCE_SECONDS)
        assert provider.process.stdout is not None
        provider.process.stdout.close()


@pytest.fixture
def provider(start_provider: StartProvider) -> StartedProvider:
    """One provider process, configured with the inventory of its folder."""
    made = start_provider()
    made.configure()
    return made


@dataclass
class Project:
    """A Pulumi project in a folder of its own, with a file backend of its own."""

    folder: Path
    stack: str = STACK
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def inventory(self) -> Path:
        return self.folder / ".petaplan" / "inventory.db"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    def declare(self, hub: Hub, *, then: str = "") -> None:
        """Writes the program that declares a hub, and what it does after that."""
        self.plan.write_text(write_json(hub), encoding="utf-8")
        self.program(PROGRAM.format(plan=str(self.plan)) + then)

    def program(self, text: str) -> None:
        (self.folder / "program").mkdir(exist_ok=True)
        (self.folder / "program" / "__main__.py").write_text(text, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [str(cli()), *arguments, "--non-interactive", "--color", "never"]

    def run(self, *arguments: str, expect: int = 0) -> str:
        """What a command of the CLI says; fails the test where it ends with another status than expected."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == expect, f"exit {done.returncode} of pulumi {' '.join(arguments)}:\n{said}"
        assert "Traceback" not in said
        return said

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def json(self, *arguments: str) -> Any:
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def steps(self) -> dict[str, Any]:
        """What a preview would do, by the name of the resource; what stays the same is left out."""
        digest = self.json("preview", "--json")
        return {
            step["urn"].rsplit("::", 1)[-1]: step
            for step in digest["steps"]
            if step["op"] != "same" and "pulumi:pulumi:Stack" not in step["urn"]
        }

    def exported(self) -> Any:
        return self.json("stack", "export", "--show-secrets")


MakeProject = Callable[[str], Project]


@pytest.fixture
def make_project(tmp_path: Path, new_stack: NewStack) -> MakeProject:
    """Makes projects side by side, each with its own folder and backend."""
    return lambda name: project_in(tmp_path, name, new_stack)


def project_in(parent: Path, name: str, new_stack: NewStack) -> Project:
    """A project in a folder, with its backend, its home of Pulumi beside it, and a first stack."""
    folder, home = parent / name, parent / f"{name}-home"
    for path in (folder, home, folder / "state"):
        path.mkdir()
    (folder / "Pulumi.yaml").write_text(
        PROJECT.format(name=PROJECT_NAMES.get(name, name), venv=sys.prefix, bin=BIN), encoding="utf-8"
    )
    project = Project(folder, environment=pulumi_environment(folder, home))
    new_stack(folder, project.environment)
    return project


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """One project with one stack, nothing declared yet."""
    return make_project("project")
