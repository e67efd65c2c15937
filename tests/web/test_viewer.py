"""The viewer of these tests sees what it must: a request, a message, an exception, and a barrier for readers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.chromium import Viewer, barriers

SOUND = '<!doctype html><html lang="en"><title>a hub</title><main><h1>A hub</h1><p>text</p></main></html>'


def page(folder: Path, text: str) -> Path:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    return file


def seen(viewer: Callable[..., Viewer], file: Path, waits: str = "") -> list[str]:
    one = viewer()
    one.open(file)
    if waits:
        one.page.wait_for_function(waits)
    one.page.wait_for_load_state("networkidle")
    faults, one.faults = one.faults, []
    return faults


def test_a_sound_page_has_no_fault(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    one = viewer()
    assert one.open(page(tmp_path, SOUND), "#part").inner_text("h1") == "A hub"
    assert barriers(one.page) == []


@pytest.mark.parametrize(
    "asks",
    [
        '<img alt="" src="http://192.0.2.1/a.png">',
        '<link rel="stylesheet" href="https://example.org/style.css">',
        "<style>p{background:url(http://192.0.2.1/b.png)}</style>",
        '<script src="other.js"></script>',
        "<script>fetch('http://192.0.2.1/').catch(() => {})</script>",
        '<iframe title="x" src="https://example.org/"></iframe>',
    ],
)
def test_a_request_is_seen(viewer: Callable[..., Viewer], tmp_path: Path, asks: str) -> None:
    faults = seen(viewer, page(tmp_path, SOUND.replace("<p>", f"{asks}<p>")))
    assert any(one.startswith("request: ") for one in faults), faults


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("console.error('no such row')", "console: no such row"),
        ("throw new Error('no such hall')", "exception: no such hall"),
        ("Promise.reject(new Error('no such day'))", "exception: no such day"),
    ],
)
def test_an_error_of_a_script_is_seen(viewer: Callable[..., Viewer], tmp_path: Path, script: str, says: str) -> None:
    assert says in seen(viewer, page(tmp_path, f"{SOUND}<script>{script}</script>"))


def test_a_script_that_the_page_forbids_is_seen(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
    text = SOUND.replace("<title>", f"{policy}<title>") + "<script>document.title='other'</script>"
    assert any("Content Security Policy" in one for one in seen(viewer, page(tmp_path, text)))


def test_barriers_are_sought_under_a_strict_policy(viewer: Callable[..., Viewer], tmp_path: Path) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    text = SOUND.replace("<title>", f"{policy}<title>").replace("</main>", "<button></button></main>")
    found = barriers(viewer().open(page(tmp_path, text)))
    assert [one for one in found if one.startswith("button-name:")], found


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('<p style="color:#bbb;background:#fff">grey</p>', "color-contrast"),
        ("<button></button>", "button-name"),
        ("<select><option>one</option></select>", "select-name"),
        ('<svg role="img" width="9" height="9"></svg>', "svg-img-alt"),
    ],
)
def test_a_barrier_is_seen(viewer: Callable[..., Viewer], tmp_path: Path, wrong: str, rule: str) -> None:
    one = viewer()
    found = barriers(one.open(page(tmp_path, SOUND.replace("</main>", f"{wrong}</main>"))))
    assert [text for text in found if text.startswith(f"{rule}:")], found
