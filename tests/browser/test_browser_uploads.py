"""Bad connections, hostile names, and pages with boxes, in a real browser (threats U06, U13 and U17)."""

from __future__ import annotations

import hashlib
import io
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import story
from playwright.sync_api import BrowserContext, Page, Route, expect
from story import APPLY, REVIEW, Demo, Opener, Visitor

from lti_tool import clock
from lti_tool.evidence import codec
from lti_tool.evidence.reading import Doubt, Fact, Link, Place, Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.scheme.catalogue import shipped
from lti_tool.settings import load

pytestmark = pytest.mark.browser

STAFF = "3"
EVIL = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(2)</script>',
    "{{ 7*7 }}<svg onload=alert(3)>",
    "javascript:alert(4)",
    "</title><script src=//evil.example></script>",
    "'-alert(5)-'",
)


def large(document: bytes) -> bytes:
    """The same document with three mebibytes more in it that nobody sees."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        pdf.Root["/Invented"] = pdf.make_stream(random.Random(4).randbytes(3 << 20))  # noqa: S311 - no secret
        pdf.save(stream)
    return stream.getvalue()


def test_a_large_file_survives_a_broken_connection(demo: Demo, browser: Opener) -> None:
    context = browser()
    teacher = Visitor.arrive(demo, context, "5")
    content = large(teacher.document("right", "mooc-5-empowering-learners.pdf"))
    tool = story.page_of(teacher.open(APPLY, "window"))
    parts: list[str] = []

    def cut(route: Route) -> None:
        if route.request.method == "PATCH":
            parts.append(route.request.headers["upload-offset"])
            if len(parts) == 2:
                route.abort("connectionreset")
                return
        route.continue_()

    context.route("**/uploads/*", cut)
    context.set_offline(True)
    story.drop(tool, {"large.pdf": content})
    line = tool.locator("#sending li")
    expect(line).to_contain_text("The connection broke")
    context.set_offline(False)
    story.wait_until_read(tool, 1)
    # The part that broke was sent again, from where the server said; nothing before it was.
    assert parts[0] == "0"
    assert parts[1] == parts[2]
    assert len(set(parts)) == len(parts) - 1
    with closing(sqlite3.connect(demo.home / "sealwright.sqlite3")) as database:
        assert database.execute("select sha256 from document where size > 2000000").fetchall() == [(hashlib.sha256(content).hexdigest(),)]
    # Chosen again it is there already: not one byte goes.
    before = len(parts)
    story.drop(tool, {"large-again.pdf": content})
    expect(line).to_have_count(0, timeout=story.PATIENCE)
    assert len(parts) == before
    story.remove_all(tool)


LISTENING = """
document.addEventListener("securitypolicyviolation", (tried) => policyReport(`${tried.violatedDirective} ${tried.blockedURI} ${tried.sample}`));
"""


def listen(context: BrowserContext) -> list[str]:
    """Return the list of everything that a page will have tried against its policy, and of every dialog that one will have opened."""
    heard: list[str] = []
    context.expose_function("policyReport", lambda report: heard.append(report))  # noqa: PLW0108 - a method can't be exposed
    context.add_init_script(LISTENING)
    context.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
    return heard


def hostile(read: Reading) -> Reading:
    """The same reading, as if a document had said all of this."""
    place = Place(1, (0.1, 0.1, 0.6, 0.15))
    return replace(
        read,
        title=Fact(EVIL[0], EVIL[0], place),
        holder=Fact(EVIL[1], EVIL[1], Place(1, (0.1, 0.3, 0.6, 0.35))),
        doubts=(Doubt("hidden-text", EVIL[2], Place(1, (0.1, 0.5, 0.6, 0.55))), Doubt(EVIL[5], EVIL[4])),
        links=(Link(EVIL[3], Place(1, (0.7, 0.7, 0.8, 0.8)), "Example Issuer"), Link(EVIL[4])),
    )


def poison(demo: Demo) -> str:
    """Put hostile words into everything that was read; return the application's id."""
    installation = Installation(load(demo.home))
    with installation.database.write() as session:
        for document in session.query(DocumentRecord).filter(DocumentRecord.removed_at.is_(None), DocumentRecord.reading.is_not(None)):
            document.reading = codec.to_json(hostile(codec.from_json(document.reading or {})))
            application_id = document.application_id
    installation.database.engine.dispose()
    return application_id


def submit(demo: Demo, application_id: str) -> None:
    """Put it on the desk with a hostile comment."""
    installation, scheme = Installation(load(demo.home)), shipped().get("digital-competence")
    with installation.database.write() as session:
        application = session.get_one(ApplicationRecord, application_id)
        application.state, application.comment = "submitted", EVIL[1]
        application.submitted_at, application.submitted_day = clock.now(), clock.today(scheme.time_zone)
        application.scheme_edition, application.scheme_sha256 = scheme.edition, scheme.sha256
    installation.database.engine.dispose()


def test_hostile_names_run_nowhere_and_every_fact_has_its_box(demo: Demo, browser: Opener, tmp_path: Path) -> None:
    context, others = browser(), browser()
    heard, heard_by_staff = listen(context), listen(others)
    teacher = Visitor.arrive(demo, context, "7")
    documents = list(teacher.documents("right").values())
    tool = story.page_of(teacher.open(APPLY, "window"))
    names = [f"{evil.replace('/', '∕')}.pdf" for evil in EVIL]
    story.drop(tool, dict(zip(names, documents[: len(names)], strict=True)))
    story.wait_until_read(tool, len(names))
    # Refused files are named by the script itself.
    story.drop(tool, {f"{EVIL[0]}.html": b"<html><script>alert(6)</script>"})
    expect(tool.locator("#sending [role=alert]")).to_have_count(1)
    application_id = poison(demo)
    tool.reload()
    for name in names:
        expect(tool.locator("#live-list")).to_contain_text(name)
    the_boxes_work(tool)
    submit(demo, application_id)
    desk = story.page_of(Visitor.arrive(demo, others, STAFF).open(REVIEW, "window"))
    desk.locator("table a").first.click()
    for evil in EVIL[:5]:
        expect(desk.locator("main")).to_contain_text(evil)
    assert desk.locator("main script, main img[onerror], main svg[onload], main a[href^=javascript]").count() == 0
    for width in (390, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        desk.screenshot(path=tmp_path / f"{width}-desk.png", full_page=True)
        assert not story.wider_than_its_window(desk)
        assert story.complaints(desk) == []
    assert (heard, heard_by_staff) == ([], [])
    # What listens does hear: the forbidden, tried on the same page, is reported and does not run.
    desk.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'alert(9)'}))")
    desk.wait_for_function("() => document.body.lastChild.tagName === 'SCRIPT'")
    desk.wait_for_timeout(500)
    assert any("script-src" in report for report in heard_by_staff)
    assert not any("dialog" in report for report in heard_by_staff)


def the_boxes_work(tool: Page) -> None:
    """A fact lights its box, by keyboard and by pointing, a box its fact; the page can be enlarged by keyboard."""
    tool.locator("#live-list .item-file").first.click()
    fact = tool.locator("dd[data-spot]", has_text=EVIL[1])
    box = tool.locator(f'rect[data-spot="{fact.get_attribute("data-spot")}"]')
    fact.locator("a.spot").focus()
    expect(box).to_have_class("lit")
    tool.locator("h2").first.click()
    expect(box).not_to_have_class("lit")
    box.hover(force=True)
    expect(fact).to_have_class("lit")
    box.click(force=True)
    expect(fact.locator("a.spot")).to_be_focused()
    page = tool.locator(".sheet-page").first
    before = page.evaluate("page => page.clientWidth")
    tool.locator(".sheet-window").first.focus()
    tool.keyboard.press("+")
    story.until(lambda: page.evaluate("page => page.clientWidth") > 1.5 * before, "the page is enlarged")
    story.until(lambda: page.locator("img").evaluate("img => img.naturalWidth") == 2400, "the picture has the pixels for it")
    for width in (390, 1280):
        tool.set_viewport_size({"width": width, "height": 900})
        assert not story.wider_than_its_window(tool)
        assert story.complaints(tool) == []
