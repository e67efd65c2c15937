"""A real Chromium for tests of pages. No request of a page may leave its file, and its console must stay empty."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.chromium import OPTIONS, Viewer, missing, program


# Of the package and not of the session: while it is open, no other test of this process could use asyncio.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if (lacking := missing()) is not None:
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=list(OPTIONS), timeout=0)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def viewer(browser: Browser) -> Iterator[Callable[..., Viewer]]:
    """Opens viewers: ``viewer(color_scheme="dark")`` has a context of its own. Each is held to the rules at the end."""
    viewers: list[Viewer] = []

    def opened(origin: str = "", **context: object) -> Viewer:
        viewers.append(Viewer(browser, origin, **context))
        return viewers[-1]

    yield opened
    for one in viewers:
        one.close()
    assert [fault for one in viewers for fault in one.faults] == []
