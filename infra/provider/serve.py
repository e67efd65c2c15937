"""The server: a port for the engine; it ends with the engine."""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence

import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from petaplan.infra.engine_watch import EngineWatch
from petaplan.infra.provider.engine_log import EngineLog
from petaplan.infra.provider.servicer import Petaplan
from petaplan.infra.provider.version import version

WATCH_SECONDS = 1.0
"""How often the provider looks whether the engine still lives."""

GARBAGE_THRESHOLD = 50_000
"""Objects made before Python looks for rings among them: calls leave few, and a run of the engine is short."""

_OPTIONS = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))


def run(arguments: Sequence[str]) -> int:
    """The life of the provider process; its exit status."""
    address = _arguments(arguments).engine
    gc.freeze()  # what is imported stays: no need to look through it again and again
    gc.set_threshold(GARBAGE_THRESHOLD)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(address))
    sys.stdout.flush()
    # Nothing is left to do, and tearing the interpreter down makes the engine wait.
    os._exit(0)


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="pulumi-resource-petaplan",
        description="Pulumi provider of petaplan. The Pulumi engine starts it; there is no need to.",
    )
    parser.add_argument("--version", action="version", version=f"pulumi-resource-petaplan {version()}")
    parser.add_argument("engine", nargs="?", default="", help="address of the engine; none when it attaches later")
    parser.add_argument("--tracing", metavar="URL", help="taken from the engine and left unused")
    parser.add_argument("--logflow", action="store_true", help="taken from the engine and left unused")
    parser.add_argument("--logtostderr", action="store_true", help="taken from the engine and left unused")
    parser.add_argument("-v", dest="verbosity", metavar="LEVEL", help="taken from the engine and left unused")
    return parser.parse_args(arguments)


async def _serve(address: str) -> None:
    engine = EngineWatch(address)
    servicer = Petaplan(EngineLog(address))
    server = grpc.aio.server(options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    goodbye = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, goodbye.set)
    await _engine_ends(engine, goodbye)
    await server.stop(grace=None)
    await servicer.close(ended=goodbye.is_set())


async def _engine_ends(engine: EngineWatch, goodbye: asyncio.Event) -> None:
    """Returns when the engine says so, or when it is gone: one that was killed says no goodbye."""
    while not goodbye.is_set() and not await asyncio.to_thread(engine.is_gone):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(goodbye.wait(), WATCH_SECONDS)
