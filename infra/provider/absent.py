"""Calls that this provider does not support: functions, methods, components, parameters, listings, mappings."""

# ruff: noqa: N802, ARG002 - the names and arguments are those of Pulumi's protocol

from collections.abc import AsyncIterator
from typing import Any, NoReturn

import grpc
import grpc.aio
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

Context = Any
"""A ``grpc.aio.ServicerContext``, which is generic in its stubs and not at run time."""


class Absent(provider_pb2_grpc.ResourceProviderServicer):
    """Calls that are answered with UNIMPLEMENTED, so that the engine does without."""

    async def Invoke(self, request: provider_pb2.InvokeRequest, context: Context) -> provider_pb2.InvokeResponse:
        """No functions."""
        await _refuse(context, "functions")

    async def Call(self, request: provider_pb2.CallRequest, context: Context) -> provider_pb2.CallResponse:
        """No methods."""
        await _refuse(context, "methods")

    async def Construct(
        self, request: provider_pb2.ConstructRequest, context: Context
    ) -> provider_pb2.ConstructResponse:
        """No components."""
        await _refuse(context, "components")

    async def Parameterize(
        self, request: provider_pb2.ParameterizeRequest, context: Context
    ) -> provider_pb2.ParameterizeResponse:
        """No parameters."""
        await _refuse(context, "parameters")

    async def List(
        self, request: provider_pb2.ListRequest, context: Context
    ) -> AsyncIterator[provider_pb2.ListResponse]:
        """No listings."""
        await _refuse(context, "listings")
        yield provider_pb2.ListResponse()

    async def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: Context
    ) -> provider_pb2.GetMappingResponse:
        """No mappings."""
        await _refuse(context, "mappings")

    async def GetMappings(
        self, request: provider_pb2.GetMappingsRequest, context: Context
    ) -> provider_pb2.GetMappingsResponse:
        """No mappings."""
        await _refuse(context, "mappings")


async def _refuse(context: Context, what: str) -> NoReturn:
    await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"petaplan's provider has no {what}")
    raise AssertionError("abort raises")
