"""What a stranger does with a certificate, in a real browser: drop the file on the page, or check a code when its issuer is gone."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import story
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from record_parts import issued
from story import Opener
from werkzeug.serving import WSGIRequestHandler, make_server
from whole_answers import whole

sys.path.insert(0, str(Path(__file__).parents[1] / "verification"))
from paper_pictures import overlaid

from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing import keys, register, revoking
from lti_tool.issuing.token import qr_text
from lti_tool.settings import Settings
from lti_tool.web.app import create_app

pytestmark = pytest.mark.browser
HOLDER, ENDED = "Þóra Guðmundsdóttir", "Somebody whose certificate was revoked"


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Issuer:
    """An installation on a port of its own; `posted` are the bodies' sizes that were sent to it."""

    installation: Installation
    server: Any
    numbers: dict[str, str]
    posted: list[int]

    def pdf(self, name: str) -> bytes:
        return register.pdf(self.installation, self.numbers[name])

    def code(self, name: str) -> str:
        with self.installation.database.read() as session:
            held = register.by_number(session, self.numbers[name])
        assert held
        return qr_text(held.content, keys.ring(self.installation).credential)

    def stop(self) -> None:
        """End it for good: its server, its database, its keys."""
        self.server.shutdown()
        self.server.server_close()
        self.installation.database.engine.dispose()
        shutil.rmtree(self.installation.settings.home, ignore_errors=True)


@pytest.fixture
def issuer(tmp_path: Path, sqlite_template: Path, keys_folder: Path) -> Iterator[Issuer]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    shutil.copytree(keys_folder, home / "keys")
    server = make_server("localhost", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    installation = Installation(Settings(home=home, base_url=f"http://localhost:{server.port}", allow_private_hosts=True))
    made = Issuer(installation, server, {name: issued(installation, name) for name in (HOLDER, "Somebody else", ENDED)}, [])
    revoking.revoke(installation, made.numbers[ENDED], "by mistake", "administrator")
    app: Any = whole(create_app(installation))

    def heard(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            made.posted.append(int(environ.get("CONTENT_LENGTH") or 0))
        return app(environ, start_response)

    server.app = heard
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    made.stop()


def dropped(page: Page, name: str, content: bytes) -> None:
    with page.expect_navigation():
        story.drop(page, {name: content})


def test_a_file_is_checked_where_it_is_dropped(issuer: Issuer, browser: Opener) -> None:
    page = browser().new_page()
    page.goto(f"{issuer.installation.settings.base_url}/verify")
    # The very file that was issued is known by its hash, and stays in the browser.
    dropped(page, "certificate.pdf", issuer.pdf(HOLDER))
    expect(page.locator("#verdict")).to_have_text("Valid")
    expect(page.locator(".lead-line")).to_contain_text(HOLDER)
    assert issuer.posted == []
    # On the page of an answer the next one may be dropped.
    dropped(page, "certificate.pdf", issuer.pdf(ENDED))
    expect(page.locator("#verdict")).to_contain_text("Revoked on")
    assert issuer.posted == []
    # One byte more is another file: it is sent, and told.
    dropped(page, "certificate.pdf", issuer.pdf(HOLDER) + b"\n")
    expect(page.locator(".verdict.good")).to_have_count(0)
    assert len(issuer.posted) == 1
    assert story.complaints(page) == []


def test_what_was_changed_is_shown_side_by_side(issuer: Issuer, browser: Opener) -> None:
    altered = overlaid("Mallory Example")(issuer.pdf(HOLDER))
    for width in (1280, 320):
        page = browser(width=width).new_page()
        page.goto(f"{issuer.installation.settings.base_url}/verify")
        dropped(page, "certificate.pdf", altered)
        expect(page.locator("figure img")).to_have_count(2)
        drawn = page.locator("figure img").evaluate_all("found => Promise.all(found.map(img => img.decode().then(() => img.naturalWidth)))")
        assert min(drawn) > 500
        assert story.complaints(page) == []
        assert not story.wider_than_its_window(page)


def test_a_file_dropped_on_another_certificates_page_is_told_apart(issuer: Issuer, browser: Opener) -> None:
    page = browser().new_page()
    page.goto(f"{issuer.installation.settings.base_url}/c/{issuer.numbers['Somebody else']}")
    dropped(page, "certificate.pdf", issuer.pdf(HOLDER))
    expect(page.locator(".notice-attention")).to_contain_text("another certificate than the page you came from")


def test_the_kits_page_answers_when_its_issuer_is_gone(issuer: Issuer, browser: Opener, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    made = CliRunner().invoke(sealwright, ["--home", str(issuer.installation.settings.home), "export", "trust-kit", str(kit)])
    assert made.exit_code == 0, made.output
    tokens = {name: issuer.code(name).partition("#")[2] for name in (HOLDER, ENDED)}
    issuer.stop()
    host = ThreadingHTTPServer(("localhost", 0), partial(Files, directory=str(kit)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        page = browser().new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name, word in ((HOLDER, "Valid"), (ENDED, "Revoked")):
            page.goto("about:blank")
            page.goto(f"http://localhost:{host.server_port}/check/#{tokens[name]}")
            expect(page.locator("#offline-word")).to_have_text(word)
            expect(page.locator("#offline-holder")).to_have_text(name)
        assert all(url.startswith((f"http://localhost:{host.server_port}/", "about:", "data:", "blob:")) for url in asked)
    finally:
        host.shutdown()
        host.server_close()
