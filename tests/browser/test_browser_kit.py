"""The page of a trust kit, when its issuer is gone and a host of plain files is all that there is: codes and files, told without asking anybody."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import story
from click.testing import CliRunner
from kit_parts import Issuer
from log_of_files import BEGUN, file_of, many
from playwright.sync_api import BrowserContext, Page, expect
from story import Opener

from certificate_signing.keyring import KeyUse, compromise, create_key
from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring as keys_of
from lti_tool.issuing.number import shown
from lti_tool.settings import Settings
from lti_tool.verification import kit_files
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_verify import verify_with_kit

pytestmark = pytest.mark.browser
FILES = {"pdf": "certificate.pdf", "credential": "badge.json", "jwt": "badge.jwt"}
WORDS = {"valid": "Valid", "was-valid": "Replaced", "not-valid": "Revoked", "cannot-tell": "Cannot tell"}


@dataclass
class Kit:
    """An exported kit and what was asked of whoever hosts it."""

    url: str
    folder: Path
    files: dict[str, dict[str, bytes]]
    numbers: dict[str, str]
    asked: list[str] = field(default_factory=list)


class _Files(SimpleHTTPRequestHandler):
    asked: list[str]

    def log_message(self, *_: object) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers.get('Content-Length') or ''}")


def _installation(home: Path, template: Path, keys: Path) -> Installation:
    home.mkdir(mode=0o700)
    shutil.copy(template, home / "sealwright.sqlite3")
    shutil.copytree(keys, home / "keys")
    return Installation(Settings(home=home, base_url="https://certificates.example.org"))


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys_folder: Path) -> Iterator[Kit]:
    """A kit whose issuer is deleted, with a certificate whose key was stolen before it was made."""
    folder = tmp_path_factory.mktemp("kit")
    installation = _installation(folder / "home", sqlite_template, keys_folder)
    issuer = Issuer(installation, folder / "unused")
    old = next(entry for entry in keys_of(installation).entries if entry.use is KeyUse.JWT)
    now = clock.now()
    create_key(installation.settings.keys, KeyUse.JWT, "", "", now + timedelta(hours=1))
    compromise(installation.settings.keys, old.id, now - timedelta(hours=1), now + timedelta(hours=1))
    done = CliRunner().invoke(
        sealwright,
        ["--home", str(folder / "home"), "export", "trust-kit", str(folder / "kit")],
        env={"SEALWRIGHT_BASE_URL": installation.settings.base_url},
    )
    assert done.exit_code == 0, done.output
    installation.database.engine.dispose()
    shutil.rmtree(folder / "home")
    asked: list[str] = []
    handler = type("Files", (_Files,), {"asked": asked})
    host = ThreadingHTTPServer(("localhost", 0), partial(handler, directory=str(folder / "kit")))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield Kit(f"http://localhost:{host.server_port}/check/", folder / "kit", issuer.files, issuer.numbers, asked)
    host.shutdown()
    host.server_close()


def chosen(page: Page, name: str, content: bytes, word: str) -> None:
    page.evaluate("document.getElementById('offline-word').textContent = ''")
    page.set_input_files("#offline-file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    expect(page.locator("#offline-word")).to_have_text(word)
    assert page.evaluate("document.activeElement.id") == "offline-word"


def opened(kit: Kit, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(kit.url)
    expect(page.locator("#offline-file")).to_be_visible()
    return page


def expected(kit: Kit, content: bytes) -> tuple[str, str]:
    """What the command says of the same."""
    verdict = verify_with_kit(TrustKit.open(kit.folder), content, clock.now()).verdict
    return WORDS[verdict.outcome.value], verdict.reasons[0] if verdict.reasons else ""


def test_the_page_says_of_every_file_what_the_command_says(kit: Kit, browser: Opener) -> None:
    page = opened(kit, browser())
    assert story.complaints(page) == []
    for name, files in kit.files.items():
        for form, file in FILES.items():
            word, reason = expected(kit, files[form])
            chosen(page, file, files[form], word)
            expect(page.locator("#offline-told")).to_have_text(page.locator("#offline-sentence").inner_text())
            if reason == "seal-not-trusted":
                assert form == "jwt"
                expect(page.locator("#offline-sentence")).to_contain_text("is no longer trusted")
            expect(page.locator("#offline-number")).to_have_text(shown(kit.numbers[name]))
            expect(page.locator("#offline-award")).to_have_text("Digital competencies for educators")
            assert page.locator("#offline-steps li").count() == 5
    assert story.complaints(page) == []
    chosen(page, "certificate.pdf", kit.files["kept"]["pdf"], "Valid")
    expect(page.locator("#offline-holder")).to_have_text("Þóra Guðmundsdóttir")
    expect(page.locator("#offline-sentence")).to_contain_text("byte for byte")
    expect(page.locator("#offline-as-of")).to_contain_text("What was revoked or replaced since then")


def test_what_was_changed_is_not_known(kit: Kit, browser: Opener) -> None:
    page = opened(kit, browser(width=320))
    good = kit.files["kept"]
    document = json.loads(good["credential"])
    twice = good["credential"].replace(b'"name":"Digital', b'"name":"Rocket science","name":"Digital', 1)
    assert twice != good["credential"]
    cases = {
        "a byte more": good["pdf"] + b"\n",
        "another name": good["credential"].replace("Þóra".encode(), "Tóra".encode()),
        "a member twice": twice,
        "another order": json.dumps(document, sort_keys=True, ensure_ascii=False).encode(),
        "a shorter JWT": good["jwt"][:-1],
        "no text": b"{\xff" + good["credential"][1:],
        "nothing": b"",
        "no certificate": b"hello",
    }
    for name, content in cases.items():
        chosen(page, name, content, "Cannot tell")
        expect(page.locator("#offline-sentence")).to_contain_text("not in the issuer's public log")
        expect(page.locator("#offline-facts")).to_be_hidden()
    assert not story.wider_than_its_window(page)
    assert story.complaints(page) == []


def test_what_a_wallet_or_an_editor_spaced_is_still_the_one_that_was_issued(kit: Kit, browser: Opener) -> None:
    page = opened(kit, browser())
    good = kit.files["corrected"]
    chosen(page, "spaced.json", json.dumps(json.loads(good["credential"]), indent=2, ensure_ascii=False).encode(), "Valid")
    chosen(page, "line.jwt", kit.files["revoked"]["jwt"] + b"\n", "Revoked")


def test_nobody_is_asked_but_for_one_shard(kit: Kit, browser: Opener) -> None:
    context = browser()
    page = opened(kit, context)
    # The page is kept for times without a network: first all of that.
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    others: list[str] = []
    context.on("request", lambda request: None if request.url.startswith(kit.url) else others.append(request.url))
    del kit.asked[:]
    chosen(page, "certificate.pdf", kit.files["kept"]["pdf"], "Valid")
    assert others == []
    wanted = [asked for asked in kit.asked if "/check/keys.json" not in asked and "/check/status.cwt" not in asked]
    assert wanted == ["GET /check/files/about.json ", "GET /check/files/000.json "]


def test_the_page_finds_files_in_an_index_of_many_shards(kit: Kit, browser: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, entries = TrustKit.open(kit.folder).ring, many(600)
    monkeypatch.setattr(kit_files, "MOST", 1)
    for place, content in kit_files.index(kit_files.About("x", "2026-11-30T12:00:00+00:00"), ring, lambda: entries):
        file = kit.folder / "check" / "many" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    assert (kit.folder / "check" / "many" / "x001").is_dir()
    page = opened(kit, browser())
    wanted = [file_of(place, form).decode() for place in range(0, 600, 7) for form in FILES]
    found = page.evaluate(
        """async (wanted) => {
            const { lookUp } = await import("./files.js");
            const texts = [];
            for (const each of wanted) {
                const { found } = await lookUp(new TextEncoder().encode(each), "many/");
                texts.push(found ? `${found.form} ${found.loggedAt.getTime() / 60000}` : "");
            }
            return texts;
        }""",
        [*wanted, "pdf 600"],
    )
    begun = int(BEGUN.timestamp()) // 60
    assert found == [*(f"{form} {begun + place}" for place in range(0, 600, 7) for form in FILES), ""]


def test_dropping_a_file_and_the_keyboard(kit: Kit, browser: Opener) -> None:
    page = opened(kit, browser())
    expect(page.get_by_label("Or the certificate's file")).to_have_attribute("type", "file")
    page.locator("#offline-text").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "offline-file":
            break
    assert page.evaluate("document.activeElement.id") == "offline-file"
    page.evaluate(
        """(content) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(content)], "badge.jwt"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        list(kit.files["revoked"]["credential"]),
    )
    expect(page.locator("#offline-word")).to_have_text("Revoked")


def test_where_the_index_is_not_it_says_so(kit: Kit, browser: Opener) -> None:
    context = browser()
    page = opened(kit, context)
    for body in (
        None,
        "{}",
        '{"version": 2, "issuer": "x", "made_at": "2026-01-01T00:00:00Z", "bits": 0}',
        '{"version": 1, "issuer": "x", "made_at": "2026-01-01T00:00:00Z", "bits": 99}',
    ):
        context.route("**/files/about.json", lambda route, _, body=body: route.abort() if body is None else route.fulfill(body=body))
        chosen(page, "certificate.pdf", kit.files["kept"]["pdf"], "Cannot tell")
        expect(page.locator("#offline-sentence")).to_contain_text("can't be fetched now")
        context.unroute("**/files/about.json")
    chosen(page, "certificate.pdf", kit.files["kept"]["pdf"], "Valid")


def test_in_fifty_years_it_says_what_it_knows_and_how_old_that_is(kit: Kit, browser: Opener) -> None:
    """There is nobody who makes a newer list: an old one is no reason to answer nothing."""
    page = opened(kit, browser())
    page.clock.set_fixed_time(clock.now() + timedelta(days=50 * 365))
    chosen(page, "certificate.pdf", kit.files["kept"]["pdf"], "Valid")
    for name, word in (("kept", "Valid"), ("revoked", "Revoked"), ("replaced", "Replaced")):
        page.fill("#offline-text", kit.files[name]["token"].decode())
        page.click("#offline-form button")
        expect(page.locator("#offline-word")).to_have_text(word)
        expect(page.locator("#offline-as-of")).to_contain_text("since then it can't know")
    expect(page.locator("#offline-old")).to_be_hidden()
