"""Messages of the provider that the engine shows."""

from typing import Any

import grpc.aio
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from petaplan.reporting.safety import visible


class EngineLog:
    """The engine, at an address that may come later."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._channel: grpc.aio.Channel | None = None

    async def show_warning(self, message: str, urn: str = "") -> None:
        """Shown as a warning, on the resource if one is named."""
        await self._say(engine_pb2.WARNING, message, urn)

    async def show_to_debuggers(self, message: str, urn: str = "") -> None:
        """Shown with ``--debug`` only."""
        await self._say(engine_pb2.DEBUG, message, urn)

    async def _say(self, severity: engine_pb2.LogSeverity.ValueType, message: str, urn: str) -> None:
        if not self.address:
            return
        if self._channel is None:
            self._channel = grpc.aio.insecure_channel(self.address)
        request = engine_pb2.LogRequest(severity=severity, message=visible(message), urn=urn)
        try:
            stub: Any = engine_pb2_grpc.EngineStub(self._channel)
            await stub.Log(request, timeout=5)
        except grpc.aio.AioRpcError:
            return  # an engine that is going away has nobody left to show it to

    async def move(self, address: str) -> None:
        """Another engine has attached itself."""
        await self.close()
        self.address = address

    async def close(self) -> None:
        """Nothing more will be said."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None
