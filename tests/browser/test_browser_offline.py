"""The page behind the code, without the issuer: what it finds in a real browser, and that nobody learns which code was scanned."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import story
from playwright.sync_api import BrowserContext, Page, expect
from record_parts import issued
from story import Opener
from token_cases import CASES, CLAIMS, KEYS, STRANGER
from werkzeug.serving import WSGIRequestHandler, make_server
from whole_answers import whole

from certificate_signing.cose_sign1 import key_id
from certificate_signing.decimal_text import digits, from_digits
from certificate_signing.offline_token import LARGEST, TokenKey, sign_token
from certificate_signing.status_token import StatusToken, packed, sign_status
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import keys, register, revoking, snapshot
from lti_tool.issuing.number import shown
from lti_tool.issuing.token import packed as packed_number
from lti_tool.issuing.token import qr_text
from lti_tool.settings import Settings
from lti_tool.web.app import create_app
from lti_tool.web.offline_copy import standalone

pytestmark = pytest.mark.browser
VIOLATIONS = (
    "addEventListener('securitypolicyviolation', (event) => { (self.violations ??= []).push(event.violatedDirective + ' ' + event.blockedURI); });"
)


ENDED = "Somebody whose certificate was revoked"
REPLACED = "Somebody with another name"


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


class SilentFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Office:
    """An issuer with certificates, served on a port of its own; `asked` are the paths and queries of all requests."""

    installation: Installation
    asked: list[str]
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.installation.settings.base_url

    def issue(self, name: str, supersedes: str | None = None) -> str:
        """Issue a certificate and return its number; its code is kept."""
        number = issued(self.installation, name, supersedes)
        with self.installation.database.read() as session:
            held = register.by_number(session, number)
        assert held
        self.codes[name] = qr_text(held.content, keys.ring(self.installation).credential)
        return number

    def asked_for(self, code: str) -> list[str]:
        """Return the requests that named this code's certificate in whatever way."""
        number, token = number_of(code), code.partition("#")[2]
        return [asked for asked in self.asked if number in asked.upper().replace("-", "") or token[:40] in asked]


def number_of(code: str) -> str:
    return code.partition("#")[0].rsplit("/", 1)[1]


def _listening(app: Any, asked: list[str]) -> Callable[..., Any]:
    def heard(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} from {environ.get('HTTP_REFERER', '')}")
        return app(environ, start_response)

    return heard


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys_folder: Path) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    shutil.copytree(keys_folder, home / "keys")
    server = make_server("localhost", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    installation = Installation(Settings(home=home, base_url=f"http://localhost:{server.port}", allow_private_hosts=True))
    made = Office(installation, [])
    server.app = _listening(whole(create_app(installation)), made.asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("Þóra Guðmundsdóttir", "Ελένη Παπαδοπούλου", "Цветелина Йорданова"):
        made.issue(name)
    revoking.revoke(installation, made.issue(ENDED), "by mistake", "administrator")
    made.issue("Somebody with the right name", supersedes=made.issue(REPLACED))
    snapshot.forget(installation)
    yield made
    server.shutdown()
    server.server_close()
    installation.database.engine.dispose()


def visited(office: Office, context: BrowserContext) -> Page:
    """Visit once with a network, until the browser keeps everything."""
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    page.goto(f"{office.url}/c/offline")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("async () => (await (await caches.open('sealwright-offline-data')).keys()).length === 2")
    return page


def told(page: Page, code: str, word: str, sentence: str) -> None:
    """Scan a code: a phone opens a new page with it."""
    page.goto("about:blank")
    page.goto(code)
    expect(page.locator("#offline-word")).to_have_text(word)
    expect(page.locator("#offline-sentence")).to_contain_text(sentence)
    assert page.evaluate("self.violations ?? []") == []


def altered(code: str) -> str:
    """The code with another award in it, under the old signature."""
    address, _, token = code.partition("#")
    changed = from_digits(token, LARGEST).replace(b"educators", b"engineers")
    return f"{address}#{digits(changed)}"


def foreign(code: str, issued_on: date) -> str:
    """A code as somebody else would make it: everything right but the key."""
    address, _, token = code.partition("#")
    claims = replace(CLAIMS, number=packed_number(number_of(code)), issued_on=issued_on)
    assert token
    return f"{address}#{digits(sign_token(claims, STRANGER))}"


def test_a_scan_tells_nobody_once_the_page_is_kept(office: Office, browser: Opener) -> None:
    context = browser()
    page = context.new_page()
    first, second = office.codes["Þóra Guðmundsdóttir"], office.codes["Ελένη Παπαδοπούλου"]
    context.add_init_script(VIOLATIONS)
    # The first visit is answered by the server, from the register; the browser looks at the code too.
    page.goto(first)
    expect(page.locator("#verdict")).to_have_text("Valid")
    expect(page.locator("#offline-ready")).to_be_visible()
    assert page.evaluate("self.violations ?? []") == []
    page.evaluate("navigator.serviceWorker.ready")
    assert office.asked_for(first)
    told(page, second, "Valid", "genuine and counts today")
    expect(page.locator("#offline-holder")).to_have_text("Ελένη Παπαδοπούλου")
    expect(page.locator("#offline-number")).to_have_text(shown(number_of(second)))
    expect(page.locator("#offline-as-of")).to_contain_text("The issuer was not told")
    assert page.locator("#offline-steps li").count() == 9
    assert office.asked_for(second) == []
    # Whoever wants to know more asks, and then it is told.
    page.click("#offline-ask")
    expect(page.locator("#verdict")).to_have_text("Valid")
    assert len(office.asked_for(second)) == 1
    # An old certificate's address has no token: the server answers it as ever.
    page.goto(first.partition("#")[0])
    expect(page.locator("#verdict")).to_have_text("Valid")


def test_without_a_network(office: Office, browser: Opener) -> None:
    context = browser()
    page = visited(office, context)
    before = len(office.asked)
    context.set_offline(True)
    right, other = office.codes["Þóra Guðmundsdóttir"], office.codes["Цветелина Йорданова"]
    told(page, right, "Valid", "It had not been revoked or replaced when this browser last asked")
    expect(page.locator("#offline-as-of")).to_contain_text("without the issuer")
    expect(page.locator("#offline-old")).to_be_hidden()
    assert story.complaints(page) == []
    told(page, office.codes[ENDED], "Revoked", "has revoked this certificate")
    expect(page.locator("#offline-holder")).to_have_text(ENDED)
    told(page, office.codes[REPLACED], "Replaced", "replaced by a corrected one")
    told(page, altered(right), "Not genuine", "changed after it was signed")
    expect(page.locator("#offline-facts")).to_be_hidden()
    told(page, foreign(right, date(2026, 1, 1)), "Not genuine", "signed by somebody else")
    told(page, foreign(right, date(2100, 1, 1)), "Cannot tell", "a key that this browser doesn't know yet")
    told(page, f"{right.partition('#')[0]}#{other.partition('#')[2]}", "Not genuine", "two different certificates")
    told(page, right[:-9], "Cannot tell", "damaged or incomplete")
    assert story.complaints(page) == []
    assert len(office.asked) == before


def test_pasted_texts(office: Office, browser: Opener) -> None:
    context = browser(width=320)
    page = visited(office, context)
    expect(page.locator("h1:visible")).to_have_text("Check without a network")
    assert story.complaints(page) == []
    context.set_offline(True)
    right = office.codes["Þóra Guðmundsdóttir"]
    cases = {
        right: "Valid",
        f"  {right}\n": "Valid",
        right.partition("#")[2]: "Valid",
        right.replace("localhost", "127.0.0.1"): "Not genuine",
        right.replace("//", "//localhost@"): "Valid",
        altered(right): "Not genuine",
        right.partition("#")[0]: "Cannot tell",
        "something else": "Cannot tell",
        "https://[": "Cannot tell",
    }
    for text, word in cases.items():
        page.fill("#offline-text", text)
        page.click("#offline-form button")
        expect(page.locator("#offline-word")).to_have_text(word)
        page.evaluate("document.getElementById('offline-word').textContent = ''")
    assert not story.wider_than_its_window(page)
    assert page.evaluate("self.violations ?? []") == []


def test_a_photo_where_the_browser_reads_codes(office: Office, browser: Opener) -> None:
    context = browser()
    # Chromium reads codes on phones, not here: this stands for what it reads.
    context.add_init_script("self.BarcodeDetector = class { async detect(picture) { return self.read.splice(0, 1); } }; self.read = [];")
    page = visited(office, context)
    picture = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    for read, word in (([{"rawValue": office.codes["Þóra Guðmundsdóttir"]}], "Valid"), ([], "Cannot tell"), ([{"rawValue": "x"}], "Cannot tell")):
        page.evaluate("read => { self.read = read; }", read)
        page.set_input_files("#offline-photo", {"name": "photo.png", "mimeType": "image/png", "buffer": picture})
        expect(page.locator("#offline-word")).to_have_text(word)
    page.set_input_files("#offline-photo", {"name": "photo.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("#offline-sentence")).to_contain_text("not a certificate, an address or a number")


def test_another_code_in_the_same_page(office: Office, browser: Opener) -> None:
    context = browser()
    page = visited(office, context)
    told(page, f"{office.url}/c/offline#{office.codes['Þóra Guðmundsdóttir'].partition('#')[2]}", "Valid", "")
    page.evaluate("token => { location.hash = token; }", office.codes[ENDED].partition("#")[2])
    expect(page.locator("#offline-word")).to_have_text("Revoked")
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#offline-word")).to_have_text("Revoked")


def test_how_old_the_list_is_is_said(office: Office, browser: Opener) -> None:
    context = browser()
    page = visited(office, context)
    context.set_offline(True)
    right = office.codes["Þóra Guðmundsdóttir"]
    page.clock.set_fixed_time(clock.now() + timedelta(hours=50))
    told(page, right, "Valid", "when this browser last asked")
    expect(page.locator("#offline-as-of")).to_contain_text("2 days ago")
    expect(page.locator("#offline-old")).to_be_visible()
    page.clock.set_fixed_time(clock.now() + timedelta(days=31))
    told(page, right, "Cannot tell", "more than thirty days old")
    told(page, office.codes[ENDED], "Cannot tell", "more than thirty days old")


def test_in_five_years_a_code_of_today_is_what_it_was(office: Office, browser: Opener) -> None:
    """The browser's clock is moved, and the issuer's list is of then; the key that signed the code may be long retired (threat S13)."""
    context = browser()
    page = visited(office, context)
    then = clock.now() + timedelta(days=5 * 366)
    with clock.held(then):
        snapshot.forget(office.installation)
        listed = snapshot.status(office.installation)
        snapshot.forget(office.installation)
    context.route("**/status.cwt", lambda route: route.fulfill(body=listed))
    page.clock.set_fixed_time(then)
    right = office.codes["Þóra Guðmundsdóttir"]
    for offline in (False, True):
        context.set_offline(offline)
        told(page, right, "Valid", "when this browser last asked" if offline else "genuine and counts today")
        told(page, office.codes[ENDED], "Revoked", "has revoked this certificate")
        told(page, office.codes[REPLACED], "Replaced", "replaced by a corrected one")
        told(page, altered(right), "Not genuine", "changed after it was signed")


def test_an_older_list_never_takes_the_place_of_a_newer(office: Office, browser: Opener) -> None:
    context = browser()
    page = visited(office, context)
    with clock.held(clock.now() - timedelta(days=3)):
        older = sign_status(
            StatusToken(office.url, clock.now(), packed({}, 1_048_576)), timedelta(minutes=1), keys.ring(office.installation).credential
        )
    context.route("**/status.cwt", lambda route: route.fulfill(body=older))
    told(page, office.codes[ENDED], "Revoked", "has revoked this certificate")
    context.unroute("**/status.cwt")
    for body in (b"", b"\xd2", older[:-1], sign_status(StatusToken("x", clock.now(), packed({}, 1_048_576)), timedelta(minutes=1), STRANGER)):
        context.route("**/status.cwt", lambda route, _, body=body: route.fulfill(body=body))
        told(page, office.codes[ENDED], "Revoked", "has revoked this certificate")
        context.unroute("**/status.cwt")


def test_a_browser_that_is_too_old_says_so(office: Office, browser: Opener) -> None:
    context = browser()
    context.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'));")
    page = context.new_page()
    code = office.codes["Þóra Guðmundsdóttir"]
    page.goto(f"{office.url}/c/offline#{code.partition('#')[2]}")
    expect(page.locator("#offline-sentence")).to_contain_text("This browser can't check certificates by itself")
    # Nothing is kept there that would answer in the issuer's place.
    page.wait_for_timeout(500)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0
    page.goto(code)
    expect(page.locator("#verdict")).to_have_text("Valid")


def test_the_page_finds_what_the_library_finds(office: Office, browser: Opener) -> None:
    page = browser().new_page()
    page.goto(f"{office.url}/c/offline")
    public = {
        "version": 1,
        "at": "2027-06-01T00:00:00Z",
        "issuer": {"name": "x", "address": office.url},
        "keys": [_public(key) for key in KEYS.values()],
    }
    tokens = {name: digits(token) for name, (token, _) in CASES.items() if token and token[0]}
    found = page.evaluate(
        """async ([keys, tokens]) => {
            const { readKeys } = await import("/static/offline/issuer.js");
            const { verdict } = await import("/static/offline/verdict.js");
            const now = new Date("2027-06-01T00:00:00Z");
            const list = { at: now, status: () => 0 };
            const found = {};
            for (const [name, digits] of Object.entries(tokens))
                found[name] = (await verdict({ digits, number: "", foreign: false }, readKeys(keys), list, now)).reason;
            return found;
        }""",
        [json.dumps(public), tokens],
    )
    # What the library does not know as a key is here, before a list that is younger, somebody else's.
    assert found == {name: {"key-unknown": "token-other-key"}.get(code, code) for name, (_, code) in CASES.items() if name in tokens}
    assert len(found) > 70


def _public(key: TokenKey) -> dict[str, Any]:
    return {
        "id": key_id(key.public).hex(),
        "public": base64.urlsafe_b64encode(key.public).rstrip(b"=").decode(),
        "created": key.created.isoformat(),
        "retired": key.retired.isoformat() if key.retired else None,
        "compromised": key.compromised,
    }


def test_a_folder_of_files_does_the_same(office: Office, browser: Opener, tmp_path: Path) -> None:
    with create_app(office.installation).test_request_context("/"):
        copied = standalone()
    for name, content in copied.items():
        (tmp_path / name).write_bytes(content)
    host = ThreadingHTTPServer(("localhost", 0), partial(SilentFiles, directory=str(tmp_path)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        context, before = browser(), len(office.asked)
        context.add_init_script(VIOLATIONS)
        page = context.new_page()
        for way in ("online", "offline"):
            for name, word in (("Þóra Guðmundsdóttir", "Valid"), (ENDED, "Revoked")):
                told(page, f"http://localhost:{host.server_port}/#{office.codes[name].partition('#')[2]}", word, "")
            page.evaluate("navigator.serviceWorker.ready")
            context.set_offline(way == "online")
        assert len(office.asked) == before
    finally:
        host.shutdown()
        host.server_close()
