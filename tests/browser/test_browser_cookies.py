"""The control: this browser really blocks third-party cookies, and keeps them when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import story
from story import Opener
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

pytestmark = pytest.mark.browser


def page_and_frame(environ: dict[str, Any], start_response: Any) -> Any:
    asked = Request(environ)
    if asked.path == "/page":
        return Response(f'<iframe src="http://localhost:{asked.args["port"]}/set"></iframe>', mimetype="text/html")(environ, start_response)
    if asked.path == "/set":
        answer = Response("<script>location = '/shown'</script>", mimetype="text/html")
        for cookie in ("plain=1; Path=/", "none=1; Path=/; Secure; SameSite=None", "partitioned=1; Path=/; Secure; SameSite=None; Partitioned"):
            answer.headers.add("Set-Cookie", cookie)
        return answer(environ, start_response)
    return Response(json.dumps(sorted(asked.cookies)), mimetype="text/plain")(environ, start_response)


@pytest.fixture
def port() -> Iterator[int]:
    server = make_server("127.0.0.1", 0, page_and_frame, threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("third_party_cookies", "kept"), [(False, ["partitioned"]), (True, ["none", "partitioned"])])
def test_what_a_frame_of_another_site_may_keep(browser: Opener, port: int, third_party_cookies: bool, kept: list[str]) -> None:
    page = browser(third_party_cookies=third_party_cookies).new_page()
    page.goto(f"http://127.0.0.1:{port}/page?port={port}")
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    story.arrived(frame, lambda url: url.endswith("/shown"))
    assert json.loads(frame.inner_text("body")) == kept


def test_a_browser_that_keeps_nothing_in_frames_keeps_cookies_in_windows(browser: Opener, port: int) -> None:
    context = browser(no_cookies_in_frames=True)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/page?port={port}")
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    story.arrived(frame, lambda url: url.endswith("/shown"))
    assert json.loads(frame.inner_text("body")) == []
    window = context.new_page()
    window.goto(f"http://localhost:{port}/set")
    window.wait_for_url("**/shown")
    assert json.loads(window.inner_text("body")) == ["none", "partitioned", "plain"]
