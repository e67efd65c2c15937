"""Chromium as a reader of pages: what it requests, and what it writes to its console, is kept as faults."""

import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route, ViewportSize

from tests.patience import PATIENCE_SECONDS

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--disable-dev-shm-usage",  # containers have little shared memory
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
)
INSIDE = ("data:", "blob:", "about:")
"""Addresses that ask nobody."""


def program() -> str | None:
    """The browser of this host."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def missing() -> str | None:
    """Why no page can be looked at here."""
    if program() is None:
        return "this host has no Chromium: apt-get install chromium fonts-noto-cjk"
    return None


class Viewer:
    """A page in a context of its own, 1280 × 900, with all of its requests and messages watched."""

    def __init__(self, browser: Browser, origin: str = "", **context: Any) -> None:
        size = ViewportSize(width=1280, height=900)
        self._context = browser.new_context(viewport=size, reduced_motion="reduce", locale="en-GB", **context)
        self._context.set_default_timeout(PATIENCE_SECONDS * 1_000)
        self._origin = origin
        self._opened: set[str] = set()
        self.faults: list[str] = []
        """Each request that leaves the file, each error or warning of the console, and each exception of a script."""
        self.page: Page = self._context.new_page()
        self._context.route("**/*", self._let_through)
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_message)
        self.page.on("dialog", self._note_dialog)
        self.page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))

    def open(self, place: Path | str, fragment: str = "") -> Page:
        """The page of a file, or of an address of the origin that the viewer may ask."""
        address = place.resolve().as_uri() if isinstance(place, Path) else place
        self._opened.add(address)
        self.page.goto(f"{address}{fragment}")
        return self.page

    def close(self) -> None:
        self._context.close()

    def _let_through(self, route: Route) -> None:
        if self._may(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _may(self, address: str) -> bool:
        bare = address.partition("#")[0]
        own = bool(self._origin) and address.startswith(f"{self._origin}/")
        return bare in self._opened or own or address.startswith(INSIDE)

    def _note_request(self, request: Request) -> None:
        if not self._may(request.url):
            self.faults.append(f"request: {request.url}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.faults.append(f"console: {message.text}")


def barriers(page: Page, only: str = "") -> list[str]:
    """What keeps people from reading a page, by axe-core or one rule of it, with the element that breaks it."""
    rules = {"runOnly": [only]} if only else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['target']}" for one in found for node in one["nodes"]]
