"""The provider's side of Pulumi's protocol, call by call."""

# ruff: noqa: N802, ARG002 - the names and arguments are those of Pulumi's protocol

import functools
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from petaplan.capacity.renames import READ_ONCE_MORE
from petaplan.infra.checkpoints import backend_digest, checkpoint_time
from petaplan.infra.inventory.keeping import two_resources
from petaplan.infra.inventory.model import InventoryError, Key, Owner
from petaplan.infra.inventory.opening import open_inventory
from petaplan.infra.kinds import STANDING, Kind, shape_of
from petaplan.infra.nouns import old_names_in
from petaplan.infra.provider import answers, check, settings, wire
from petaplan.infra.provider.absent import Absent, Context
from petaplan.infra.provider.engine_log import EngineLog
from petaplan.infra.provider.inventory_writer import InventoryWriter, deployed_properties
from petaplan.infra.provider.ownership import TOKEN, OwnerTokens
from petaplan.infra.provider.urn import Urn, key_of
from petaplan.infra.provider.version import shipped_schema, version
from petaplan.reporting.safety import visible

Request = TypeVar("Request")
Answer = TypeVar("Answer")
Call = Callable[["Petaplan", Request, Context], Awaitable[Answer]]

_ANY_GENERATION = 2**53


def guarded(call: Call[Request, Answer]) -> Call[Request, Answer]:
    """Every fault becomes one clear message; a traceback goes to the debug log alone."""

    @functools.wraps(call)
    async def answer(self: "Petaplan", request: Request, context: Context) -> Answer:
        try:
            return await call(self, request, context)
        except grpc.aio.AbortError:
            raise
        except InventoryError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, visible(str(error)))
        except answers.UnknownType as error:
            await context.abort(grpc.StatusCode.NOT_FOUND, visible(str(error)))
        except Exception as error:  # noqa: BLE001 - the boundary: nothing may reach the user as a traceback
            urn = getattr(request, "urn", "")
            await self.engine.show_to_debuggers(traceback.format_exc(), urn)
            message = (
                f"petaplan's provider failed in {call.__name__} ({type(error).__name__}: {error}); this is a fault of "
                f"petaplan, not of your program; run again with --debug for its traceback, and please report it"
            )
            await context.abort(grpc.StatusCode.INTERNAL, visible(message))
        raise AssertionError("abort raises")

    return answer


class Petaplan(Absent):
    """Objects of a hub as resources: checked against the domain, kept in the inventory."""

    def __init__(self, engine: EngineLog) -> None:
        self.engine = engine
        self._folder = Path.cwd()
        self._writer: InventoryWriter | None = None
        self._tokens = OwnerTokens()
        self._meant: dict[Key, str] = {}
        self._looked = False

    async def close(self, *, ended: bool = False) -> None:
        """The inventory and the engine's log are let go; an engine that said goodbye has ended its update."""
        if self._writer is not None and (fault := await self._writer.close(ended=ended)):
            await self.engine.show_warning(f"the update is not marked as ended: {fault}")
        await self.engine.close()

    @property
    def writer(self) -> InventoryWriter:
        """Who keeps the inventory; the default one where the engine never configured the provider."""
        if self._writer is None:
            self._connect({})
        assert self._writer is not None
        return self._writer

    def _connect(self, config: dict[str, object]) -> None:
        where = settings.settings_from(config, self._folder)
        token = str(config.get(TOKEN) or "")
        owner = Owner(token=token, confirmed=self._tokens.is_confirmed(token), backend=backend_digest(where.folder))
        written = functools.partial(checkpoint_time, folder=where.folder)
        self._writer = InventoryWriter(
            open_inventory(where), self.engine.address, version(), owner, checkpoint_time=written
        )
        self._meant, self._looked = {}, False

    # ---- The provider itself

    @guarded
    async def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Context
    ) -> provider_pb2.ProviderHandshakeResponse:
        """What both sides can do."""
        if request.engine_address and request.engine_address != self.engine.address:
            await self.engine.move(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @guarded
    async def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> Empty:
        """An engine that did not start this process introduces itself."""
        await self.engine.move(request.address)
        return Empty()

    @guarded
    async def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        """The version."""
        return plugin_pb2.PluginInfo(version=version())

    @guarded
    async def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Context
    ) -> provider_pb2.GetSchemaResponse:
        """The schema of the package, as it was written from the domain model."""
        return provider_pb2.GetSchemaResponse(schema=shipped_schema())

    @guarded
    async def CheckConfig(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Whether somebody reads every key of the stack's configuration; the state keeps the owner token with it."""
        given = wire.read(request.news)
        failures = [] if given.unknown else settings.failures_in(given.value)
        if not failures and (warning := settings.unread(given.value, self._folder)):
            await self.engine.show_warning(warning)
        inputs = Struct()
        inputs.CopyFrom(request.news)
        inputs.fields[TOKEN].string_value = self._tokens.kept_or_drawn(request.olds)
        return answers.checked(inputs, failures)

    @guarded
    async def DiffConfig(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """A changed configuration never replaces what stands."""
        old = request.old_inputs if request.HasField("old_inputs") else request.olds
        return answers.differing(wire.read(old), wire.read(request.news), replacing=frozenset())

    @guarded
    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        """Takes the inventory's address; reads and writes nothing."""
        if self._writer is not None:
            await self._writer.close()
        self._connect(wire.read(request.args).value)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @guarded
    async def Cancel(self, request: Empty, context: Context) -> Empty:
        """What the inventory has not begun is not done any more."""
        if self._writer is not None:
            self._writer.cancel()
        return Empty()

    # ---- One resource

    @guarded
    async def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Every property that is wrong; the inputs go back as they came."""
        urn = Urn.parse(request.urn)
        kind, given = answers.kind_of(urn), wire.read(request.news)
        if request.olds.fields:
            await self.writer.note_state(key_of(urn, kind, request.olds.fields["name"].string_value or None))
        await self._look_once(urn)
        failures = [*check.failures_in(kind, urn.name, given), *self._meant_twice(urn, kind, given)]
        for old, new in sorted(set(old_names_in(given.value, shape_of(kind.noun)))):
            await self.engine.show_warning(f"{old} is now {new}; {READ_ONCE_MORE}", request.urn)
        return answers.checked(request.news, failures)

    @guarded
    async def Diff(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """What changed since the last inputs; only another name is another object."""
        old = request.old_inputs if request.HasField("old_inputs") else request.olds
        if old == request.news:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
        name = Urn.parse(request.urn).name
        before, after = wire.read(old), wire.read(request.news)
        same = before.value.get("name", name) == after.value.get("name", name)
        return answers.differing(before, after, replacing=frozenset() if same else frozenset({"name"}))

    @guarded
    async def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        """The object, placed in the inventory; in a preview, what is known of it."""
        urn = Urn.parse(request.urn)
        kind = answers.kind_of(urn)
        if request.preview:
            await self._look_once(urn)
            return provider_pb2.CreateResponse(properties=answers.outputs(request.properties, urn, None))
        given = wire.read(request.properties)
        key = key_of(urn, kind, given.value.get("name"))
        entry = await self.writer.create(key, given, urn.resource)
        await self._tell()
        return provider_pb2.CreateResponse(id=str(key), properties=answers.outputs(request.properties, urn, entry))

    @guarded
    async def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        """The object with its new properties."""
        urn = Urn.parse(request.urn)
        if request.preview:
            await self._look_once(urn)
            properties = answers.outputs(request.news, urn, None)
            if STANDING in request.olds.fields:
                properties.fields[STANDING].CopyFrom(request.olds.fields[STANDING])
            return provider_pb2.UpdateResponse(properties=properties)
        key = self._key(request.id, urn)
        await self._note_state(key, request.olds)
        entry = await self.writer.change(key, wire.read(request.news), urn.resource)
        await self._tell()
        return provider_pb2.UpdateResponse(properties=answers.outputs(request.news, urn, entry))

    @guarded
    async def Read(self, request: provider_pb2.ReadRequest, context: Context) -> provider_pb2.ReadResponse:
        """The object as it stands, for a refresh or an import; nothing where it is gone."""
        urn = Urn.parse(request.urn)
        kind, key, spelt = answers.kind_of(urn), self._key(request.id, urn), Key.parse(request.id)
        importing = not request.properties.fields
        if importing and spelt and (spelt.project, spelt.stack, spelt.kind) != (urn.project, urn.stack, kind.word):
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, visible(answers.not_yours(spelt, urn, kind)))
        entry = await self.writer.look_up(key)
        await self._look_once(urn)
        if entry is None:
            return provider_pb2.ReadResponse()
        inputs = wire.write(deployed_properties(entry, wire.read(request.inputs)))
        id = request.id if spelt else str(key)  # an id of version 0.1 stays what it is
        return provider_pb2.ReadResponse(id=id, inputs=inputs, properties=answers.outputs(inputs, urn, entry))

    @guarded
    async def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> Empty:
        """The object is gone from the inventory, unless it was created anew in the meantime."""
        urn = Urn.parse(request.urn)
        standing = wire.read(request.properties).value.get(STANDING) or {}
        generation = standing.get("generation", _ANY_GENERATION)
        key = self._key(request.id, urn)
        await self._note_state(key, request.properties)
        await self.writer.remove(key, generation)
        await self._tell()
        return Empty()

    async def _note_state(self, key: Key, state: Struct) -> None:
        if STANDING in state.fields:
            await self.writer.note_state(key)

    @staticmethod
    def _key(given: str, urn: Urn) -> Key:
        """The key in the resource's own stack: an id keeps the name that the stack had when it was made."""
        spelt = Key.parse(given)
        kind, name = (answers.kind_of(urn).word, given) if spelt is None else (spelt.kind, spelt.name)
        return Key(project=urn.project, stack=urn.stack, kind=kind, name=name)

    def _meant_twice(self, urn: Urn, kind: Kind, given: wire.Properties) -> Iterator[check.Failure]:
        """Whether another resource of this run means the same object."""
        if ("name",) in given.unknown or given.is_secret(("name",)):
            return
        key = key_of(urn, kind, given.value.get("name"))
        first = self._meant.setdefault(key, urn.resource)
        if first != urn.resource:
            problem = two_resources(key, first, urn.resource)
            reason = f"found {problem.found}; expected {problem.expected}; {problem.advice}"
            yield check.Failure("name", reason)

    async def _look_once(self, urn: Urn) -> None:
        """Says once what an update would stumble over, and which update never ended."""
        if self._looked:
            return
        self._looked = True
        for warning in await self.writer.warnings((urn.project, urn.stack)):
            await self.engine.show_warning(warning)

    async def _tell(self) -> None:
        """Says what an update found when it began."""
        for told in self.writer.take_notices():
            await self.engine.show_warning(told)
