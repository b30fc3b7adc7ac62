"""A browser's own judgement: the page that checks without a network may be put among a phone's apps."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page
from story import Opener
from werkzeug.serving import WSGIRequestHandler, make_server
from whole_answers import whole

from lti_tool.installation import Installation
from lti_tool.settings import Settings
from lti_tool.web.app import create_app

pytestmark = pytest.mark.browser
# The mean difference of two drawings, of 255 for each of red, green, blue and opacity.
SAME = """async ([src, size]) => {
    const drawn = await Promise.all([src, "/static/icon.svg"].map(async (address) => {
        const picture = new Image(size, size);
        picture.src = address;
        await picture.decode();
        const canvas = new OffscreenCanvas(size, size).getContext("2d");
        canvas.drawImage(picture, 0, 0, size, size);
        return canvas.getImageData(0, 0, size, size).data;
    }));
    return drawn[0].reduce((sum, value, at) => sum + Math.abs(value - drawn[1][at]), 0) / drawn[0].length;
}"""


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path, keys_folder: Path) -> Iterator[str]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    shutil.copytree(keys_folder, home / "keys")
    server = make_server("localhost", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    installation = Installation(Settings(home=home, base_url=f"http://localhost:{server.port}", allow_private_hosts=True))
    server.app = whole(create_app(installation))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield installation.settings.base_url
    server.shutdown()
    server.server_close()
    installation.database.engine.dispose()


def asked(page: Page) -> tuple[list[object], list[object], dict[str, object]]:
    """What the browser holds against installing the page, the errors that it found in the manifest, and the manifest."""
    devtools: CDPSession = page.context.new_cdp_session(page)
    against = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    found = devtools.send("Page.getAppManifest")
    return against, found["errors"], json.loads(found["data"]) if found.get("data") else {}


def test_the_page_may_be_installed(url: str, browser: Opener) -> None:
    page = browser().new_page()
    page.goto(f"{url}/c/offline")
    page.evaluate("navigator.serviceWorker.ready")
    against, errors, manifest = asked(page)
    assert (against, errors) == ([], [])
    assert manifest["start_url"] == "/c/offline"
    # The browser does say so where something is missing: another page of ours is no app.
    page.goto(f"{url}/verify")
    assert [entry["errorId"] for entry in asked(page)[0]] == ["no-manifest"]


def test_the_icons_of_all_sizes_are_one_drawing(url: str, browser: Opener) -> None:
    page = browser().new_page()
    page.goto(f"{url}/verify")
    for size in (192, 512):
        assert page.evaluate(SAME, [f"/static/icon-{size}.png", size]) < 2
