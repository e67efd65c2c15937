"""The HTTP server of one page. It listens on 127.0.0.1, answers GET and HEAD alone, and knows two addresses.

A site of the web whose name is made to lead to 127.0.0.1 (DNS rebinding) is refused by the Host header.
"""

import socketserver
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from petaplan.capacity.errors import PlanError, Problem

ADDRESS = "127.0.0.1"
SILENT_SECONDS = 20.0
"""How long a connection may stay without a request."""
PAGE, VERSION = "/", "/version"

HEADERS = {
    "Allow": "GET, HEAD",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer. The page itself says which scripts it runs."""

Answer = tuple[Mapping[str, str], bytes]
"""Headers of its own, the media type among them, and content."""


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection; none keeps the process alive."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, answers: Callable[[str], Answer | None]) -> None:
        """Listen on a port of 127.0.0.1; port 0 is a free one.

        Raises:
            PlanError: when the port can't be had.
        """
        self.answers = answers
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            found = f"{error.strerror or error}"
            advice = "choose another one, or 0 for a free one"
            problem = Problem(where=f"--port {port}", found=found, expected="a port that is free", advice=advice)
            raise PlanError([problem]) from None
        self.port: int = self.server_address[1]
        self.hosts = frozenset({f"{ADDRESS}:{self.port}", f"localhost:{self.port}"})

    @property
    def url(self) -> str:
        return f"http://{ADDRESS}:{self.port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that goes away in the middle of an answer is no fault."""


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    timeout = SILENT_SECONDS
    server: Server
    error_message_format = "%(code)d %(message)s: %(explain)s\n"
    error_content_type = "text/plain; charset=utf-8"
    server_version, sys_version = "petaplan", ""
    _silent: ClassVar[frozenset[str]] = frozenset({"HEAD"})

    def parse_request(self) -> bool:
        """Whether a request may be answered: its method, its Host header and its address."""
        if not super().parse_request():
            return False
        if self.command not in {"GET", "HEAD"}:
            return self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "this server answers GET and HEAD")
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].strip().lower() not in self.server.hosts:
            return self._refuse(HTTPStatus.MISDIRECTED_REQUEST, f"this server is {self.server.url}")
        return True

    def do_GET(self) -> None:
        """The content of an address."""
        found = self.server.answers(self.path)
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND, f"the page is {self.server.url}")
            return
        headers, content = found
        self.send_response(HTTPStatus.OK)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command not in self._silent:
            self.wfile.write(content)

    do_HEAD = do_GET  # noqa: N815 - the name is Python's

    def end_headers(self) -> None:
        """The headers of every answer, refusals among them."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def version_string(self) -> str:
        """The name of this server, without versions."""
        return self.server_version

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""

    def _refuse(self, status: HTTPStatus, explain: str) -> bool:
        self.close_connection = True
        self.send_error(status, explain=explain)
        return False
