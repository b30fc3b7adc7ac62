"""A launch in a frame that keeps our cookies, in one that keeps none, and with a platform that keeps a secret for us (threat L20)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import story
from framing_platform import ANSWERS, FramingPlatform
from playwright.sync_api import BrowserContext, Frame, Page, expect
from story import Opener
from werkzeug.serving import make_server
from whole_answers import whole

from certificate_signing.keyring import KeyRing
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.migrations.upgrade import upgrade
from lti_tool.settings import Settings
from lti_tool.web.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FramingPlatform]:
    """A tool and a platform that know each other, on two hosts: two sites to the browser."""
    home = tmp_path_factory.mktemp("framed") / "home"
    home.mkdir(mode=0o700)
    port = story.free_port()
    installation = Installation(Settings(home=home, base_url=f"http://localhost:{port}", allow_private_hosts=True))
    upgrade(f"sqlite:///{home / 'sealwright.sqlite3'}")
    KeyRing.create_for_development(installation.settings.keys, "Example Academy", "BE", datetime.now(UTC))
    server = make_server("127.0.0.1", port, whole(create_app(installation)), threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with FramingPlatform(installation.settings.base_url) as platform:
        with installation.database.write() as session:
            registrations.add(session, **platform.registration())
        yield platform
    server.shutdown()
    server.server_close()
    installation.database.engine.dispose()


@pytest.fixture
def platform(served: FramingPlatform) -> FramingPlatform:
    served.storage, served.answers = "", "honest"
    served.asked.clear()
    served.tokens.clear()
    return served


def frame_of(page: Page) -> Frame:
    found = page.locator("iframe.tool").element_handle().content_frame()
    assert found
    return found


def framed(context: BrowserContext, platform: FramingPlatform) -> tuple[Page, Frame]:
    page = context.new_page()
    page.goto(f"{platform.url}/course")
    return page, frame_of(page)


def followed(context: BrowserContext, frame: Frame) -> Page:
    """Follow the one link into a new window."""
    with context.expect_page() as opening:
        frame.get_by_role("link", name="Open in a new window").click()
    window = opening.value
    window.wait_for_load_state()
    return window


def test_cookies_that_live_in_the_frame_are_found_out_once(platform: FramingPlatform, browser: Opener) -> None:
    context = browser()
    logins: list[str] = []
    context.on("request", lambda request: logins.append(request.method) if request.url.endswith("/lti/login") else None)
    _, frame = framed(context, platform)
    story.arrived(frame, lambda url: url.endswith("/apply"))
    expect(frame.locator("body")).to_contain_text("Ilse Beispiel")
    assert len(logins) == 2
    # The marker is kept: from now on a launch takes its shortest way.
    _, frame = framed(context, platform)
    story.arrived(frame, lambda url: url.endswith("/apply"))
    assert len(logins) == 3


def test_without_cookies_the_tool_opens_in_a_new_window_by_one_click(platform: FramingPlatform, browser: Opener) -> None:
    context = browser(no_cookies_in_frames=True)
    _, frame = framed(context, platform)
    expect(frame.get_by_role("heading")).to_contain_text("a window of its own")
    # The platform was not asked yet: its hint would be used up.
    assert "auth" not in platform.asked
    assert story.complaints(frame) == []
    window = followed(context, frame)
    window.wait_for_url("**/apply")
    expect(window.locator("body")).to_contain_text("Ilse Beispiel")
    expect(frame.locator("[data-afterwards]")).to_be_visible()
    expect(frame.get_by_role("link", name="Open in a new window")).to_be_hidden()
    assert story.complaints(frame) == []


def test_the_way_into_the_window_works_once(platform: FramingPlatform, browser: Opener) -> None:
    context = browser(no_cookies_in_frames=True)
    _, frame = framed(context, platform)
    address = frame.get_by_role("link", name="Open in a new window").get_attribute("href")
    followed(context, frame).wait_for_url("**/apply")
    again = browser().new_page()
    answer = again.goto(f"{platform.tool_url}{address}")
    assert answer
    assert answer.status == 410
    expect(again.locator("main")).to_contain_text("handover-used")


@pytest.mark.parametrize("target", ["_parent", "post_message_forwarding"])
def test_the_platforms_storage_proves_the_launch(target: str, platform: FramingPlatform, browser: Opener) -> None:
    platform.storage = target
    context = browser(no_cookies_in_frames=True)
    _, frame = framed(context, platform)
    expect(frame.get_by_role("heading")).to_contain_text("You are signed in")
    assert story.complaints(frame) == []
    window = followed(context, frame)
    window.wait_for_url("**/apply")
    expect(window.locator("body")).to_contain_text("Ilse Beispiel")


@pytest.mark.parametrize("answers", [name for name in ANSWERS if name != "honest"])
def test_a_storage_that_does_not_answer_as_it_must_leads_to_a_new_window(answers: str, platform: FramingPlatform, browser: Opener) -> None:
    platform.storage, platform.answers = "_parent", answers
    context = browser(no_cookies_in_frames=True)
    _, frame = framed(context, platform)
    expect(frame.get_by_role("heading")).to_contain_text("a window of its own")
    assert "auth" not in platform.asked
    followed(context, frame).wait_for_url("**/apply")


def test_a_strangers_page_is_not_told_the_secret(platform: FramingPlatform, browser: Opener) -> None:
    platform.storage = "_parent"
    page = browser(no_cookies_in_frames=True).new_page()
    sent = {"to": f"{platform.tool_url}/lti/login", **platform.login("hint")}
    page.goto(f"{platform.strange_url}/hostile?{urlencode(sent)}")
    expect(frame_of(page).get_by_role("heading", name="a window of its own")).to_be_visible()
    assert page.evaluate("heard") == []


def test_a_strangers_launch_is_not_taken_in_another_browser(platform: FramingPlatform, browser: Opener) -> None:  # L03
    platform.storage = "_parent"
    attacker = browser(no_cookies_in_frames=True)
    # The attacker stops before the message is sent, and has the victim's browser send it.
    attacker.route("**/lti/launch", lambda route: route.abort())
    framed(attacker, platform)
    story.until(lambda: bool(platform.tokens), "the platform signed")
    sent = {"to": f"{platform.tool_url}/lti/launch", **platform.tokens[0]}
    for parent in (platform.strange_url, platform.url):
        page = browser(no_cookies_in_frames=True).new_page()
        page.goto(f"{parent}/hostile?{urlencode(sent)}")
        expect(frame_of(page).locator("main")).to_contain_text("storage-silent")
        assert not [cookie for cookie in page.context.cookies() if "sealwright" in cookie.get("name", "")]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_refusal_leads_back_to_the_course(width: int, platform: FramingPlatform, browser: Opener) -> None:
    context = browser(width=width)
    _, frame = framed(context, platform)
    story.arrived(frame, lambda url: url.endswith("/apply"))
    frame.goto(f"{platform.tool_url}/piece/{'0' * 32}/{'f' * 32}")
    back = frame.get_by_role("link", name="Back to your course")
    assert story.complaints(frame) == []
    assert not story.wider_than_its_window(frame)
    with context.expect_event("request", lambda request: request.url.startswith(f"{platform.url}/return?")) as going:
        back.click()
    assert "lti_errormsg=" in going.value.url
    assert "referer" not in going.value.headers


@pytest.mark.parametrize("scripted", [True, False])
def test_from_the_frame_into_a_window_with_script_and_without(scripted: bool, platform: FramingPlatform, browser: Opener) -> None:
    context = browser()
    if not scripted:
        context.route("**/static/window.js", lambda route: route.abort())
    _, frame = framed(context, platform)
    story.arrived(frame, lambda url: url.endswith("/apply"))
    with context.expect_page() as opening:
        frame.get_by_role("button", name="Open this page in a new window").click()
        if not scripted:
            frame.get_by_role("link", name="Open the new window").click()
    opening.value.wait_for_url("**/apply")
    expect(opening.value.locator("body")).to_contain_text("Ilse Beispiel")


def test_a_strangers_link_with_a_ticket_opens_nobodys_session(platform: FramingPlatform, browser: Opener) -> None:  # L03
    attacker = browser()
    _, frame = framed(attacker, platform)
    story.arrived(frame, lambda url: url.endswith("/apply"))
    attacker.route("**/enter/**", lambda route: route.abort())
    with attacker.expect_event("request", lambda request: "/enter/" in request.url) as stopped:
        frame.get_by_role("button", name="Open this page in a new window").click()
    victim = browser().new_page()
    victim.goto(f"{platform.strange_url}/linking?{urlencode({'to': stopped.value.url})}")
    victim.get_by_role("link").click()
    expect(victim.locator("main")).to_contain_text("ticket-from-elsewhere")
    assert victim.goto(f"{platform.tool_url}/apply").status == 403  # type: ignore[union-attr]
