"""Addresses of pages: a fragment that no page has shows the first page, and the page still works."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.chromium import Viewer
from tests.web.pages import page_of


@pytest.mark.sample(3)
@pytest.mark.parametrize("fragment", ["", "#", "#no-such-page", "#%", "#%E0%A4%A", "#<script>", "#findings"])
def test_every_fragment_shows_one_page(viewer: Callable[..., Viewer], tmp_path: Path, fragment: str) -> None:
    file = tmp_path / "bare.html"
    file.write_text(page_of("tests.web.plans:bare").text, encoding="utf-8")
    page = viewer().open(file, fragment)
    page.wait_for_function("document.documentElement.dataset.ready")
    shown = [one.get_attribute("id") for one in page.locator(".page").all() if one.is_visible()]
    assert shown == ["findings" if fragment == "#findings" else "overview"]
