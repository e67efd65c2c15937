"""`petaplan serve` as a process of its own, and plans for it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.commands import BIN
from tests.patience import PATIENCE_SECONDS, eventually

PETAPLAN = str(BIN / "petaplan")

PLAN = """\
petaplan: 1
name: {name}
sites: [{{name: shore, country: HK, jurisdiction: HK}}]
phases: [{{name: opening, starts: 2027-01-01, in_service: 2027-06-30}}]
targets:
- {{name: goal, pflops: {pflops}, precisions: [bf16], by: 2027-06-30, source: the board's decision}}
"""

MODULE = """\
from datetime import date

from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.site import Jurisdiction, Site
from petaplan.capacity.targets import Target

from goals import PFLOPS

DAY = date(2027, 6, 30)


def hub() -> Hub:
    return Hub(
        name="small",
        sites=(Site(name="shore", country="HK", jurisdiction=Jurisdiction.HK),),
        phases=(Phase(name="opening", starts=date(2027, 1, 1), in_service=DAY),),
        targets=(Target(name="goal", pflops=PFLOPS, precisions=(Precision.BF16,), by=DAY, source="the board"),),
    )
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    process: "subprocess.Popen[str]"
    url: str

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def ask(self, path: str = "/", method: str = "GET", hosts: Sequence[str] | None = None, body: str = "") -> Reply:
        """One request, with just these Host headers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True)
            for host in [f"127.0.0.1:{self.port}"] if hosts is None else hosts:
                connection.putheader("Host", host)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body.encode() or None)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Bytes as they are."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def version(self) -> str:
        return self.ask("/version").body

    def changes(self, before: str) -> bool:
        """Whether there is another page, before patience ends."""
        return eventually(lambda: self.version() != before)


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[Served]:
    """A server of a plan in a folder, until the block ends."""
    process = subprocess.Popen(
        [PETAPLAN, "serve", *arguments],
        cwd=folder, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Served(process, process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
        sys.stderr.write(said)
