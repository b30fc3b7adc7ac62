"""Answers that are kept for a moment say what the application says, to nobody else, and no longer than they may."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from limits import parse
from werkzeug.test import Client
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.web import app as application
from lti_tool.web import language, limits, logs
from lti_tool.web.app import AGAIN, create_app
from lti_tool.web.asked import Asked as Request
from lti_tool.web.asked import of_environ, of_scope
from lti_tool.web.health import REQUESTS
from lti_tool.web.kept import MOST_BYTES, SECONDS, KeptAnswers
from lti_tool.web.serving import Server

PAGES = ("/c/{number}", "/c/{number}?language=de", f"/c/{new_number()}", "/c/x")
FETCHED = ("/c/{number}.json", "/status/1", "/.well-known/did.json")
PROGRAMS = ("/api/verify/{number}", "/api/verify/{number}?language=de", f"/api/verify/{new_number()}", f"/api/verify/sha256/{'0' * 64}")
EVERY = PAGES + FETCHED + PROGRAMS


class Asked:
    """How often the application was asked, and a clock to move."""

    def __init__(self, house) -> None:
        self.house, self.times, self.now = house, 0, 1000.0
        inner = create_app(house.installation)
        self.kept = KeptAnswers(self._count(inner.wsgi_app), lambda _route, _who: True, tick=lambda: self.now)
        self.client = Client(self.kept, use_cookies=False)

    def _count(self, inner):
        def counted(environ, start_response):
            self.times += 1
            return inner(environ, start_response)

        return counted


@pytest.fixture
def asked(house, monkeypatch) -> Asked:
    # Without the layer that the application has itself, so that this one is the only one.
    monkeypatch.setattr(application, "KeptAnswers", lambda inner, *_: Unkept(inner))
    return Asked(house)


def asking(path: str, *headers: tuple[str, str], method: str = "GET", hops: int = 0) -> Request | None:
    """What the server makes of a request, without an environment."""
    return of_scope(SimpleNamespace(method=method, path=path, query_string="", client="192.0.2.9:4711"), headers, hops)


class Unkept:
    def __init__(self, inner) -> None:
        self._inner = inner

    def __call__(self, environ, start_response):
        return self._inner(environ, start_response)

    def again(self, _environ) -> None:
        return None


@pytest.mark.parametrize("path", EVERY, ids=range(len(EVERY)))
def test_the_second_answer_is_the_first_one_header_for_header(house, asked, path):
    address = path.format(number=house.arrive().certify())
    first, second = (asked.client.get(address) for _ in range(2))
    assert asked.times == 1
    assert (first.status, first.data, list(first.headers)) == (second.status, second.data, list(second.headers))
    assert first.headers["ETag"]
    head = asked.client.head(address)
    assert (head.data, list(head.headers)) == (b"", list(first.headers))
    assert asked.times == 1


@pytest.mark.parametrize("path", EVERY, ids=range(len(EVERY)))
def test_a_browser_that_has_it_is_told_so_by_both(house, asked, path):
    address = path.format(number=house.arrive().certify())
    tag = {"If-None-Match": asked.client.get(address).headers["ETag"]}
    kept = asked.client.get(address, headers=tag)
    asked.now += SECONDS
    # The page tells when it was made, in minutes; the very same bytes are made again in the same minute alone.
    with_weak = asked.client.get(address, headers={"If-None-Match": f'"other", W/{tag["If-None-Match"]}'})
    assert (kept.status_code, kept.data) == (304, b"")
    assert with_weak.status_code in {200, 304}
    assert {"ETag", "Cache-Control", "Vary"} <= set(kept.headers.keys())
    assert not {"Content-Type", "Content-Length"} & set(kept.headers.keys())
    assert asked.client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_304_is_never_kept_for_others(house, asked):
    address = f"/c/{house.arrive().certify()}.json"
    tag = asked.client.get(address).headers["ETag"]
    asked.now += SECONDS
    assert asked.client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert asked.client.get(address).status_code == 200


def test_head_and_get_are_not_mixed(house, asked):
    address = f"/c/{house.arrive().certify()}"
    assert asked.client.head(address).data == b""
    assert "Anna Ellis" in asked.client.get(address).text


def test_it_is_kept_no_longer_than_it_may(house, asked):
    address = f"/c/{house.arrive().certify()}"
    assert SECONDS + 30 < 60  # with the half minute of browsers, within the minute of revocation
    for moment, times in ((0.0, 1), (SECONDS - 0.1, 1), (0.2, 2)):
        asked.now += moment
        asked.client.get(address)
        assert asked.times == times


def test_what_another_process_revokes_shows_after_that(house, asked):
    number = house.arrive().certify()
    assert "Revoked on" not in asked.client.get(f"/c/{number}").text
    with house.installation.database.engine.begin() as connection:
        connection.execute(sa.update(CertificateRecord).values(state="revoked", revoked_reason="withdrawn", revoked_at=sa.func.now()))
    asked.now += SECONDS
    assert "Revoked on" in asked.client.get(f"/c/{number}").text


def test_what_this_process_revokes_shows_at_once(house, asked):
    number = house.arrive().certify()
    before = asked.client.get(f"/c/{number}").text
    revoking.revoke(house.installation, number, "withdrawn", actor="administrator")
    assert asked.client.get(f"/c/{number}").text != before
    assert asked.times == 2


LANGUAGES = {"": "en", "de": "de", "el,en;q=0.5": "el", "xx, fr;q=0.8": "fr", "x" * 501: "en", "de;q=0.1,pl": "pl", "\x00": "en"}


def test_every_reader_gets_their_own_language(house, asked, monkeypatch):
    monkeypatch.setattr(language, "offered", lambda: ("en", "de", "el", "fr", "it", "pl"))
    address = f"/c/{house.arrive().certify()}"
    for _ in range(2):
        for accepted, expected in LANGUAGES.items():
            page = asked.client.get(address, headers={"Accept-Language": accepted})
            assert f'<html lang="{expected}"' in page.text
            assert "Accept-Language" in page.headers["Vary"]
            chosen = asked.client.get(f"{address}?language=it", headers={"Accept-Language": accepted})
            assert '<html lang="it"' in chosen.text


@pytest.mark.parametrize("cookie", ["__Host-sealwright=x", "other=1"])
def test_whoever_brings_a_cookie_is_asked_for_and_leaves_nothing_behind(house, asked, cookie):
    address = f"/c/{house.arrive().certify()}"
    for _ in range(2):
        asked.client.get(address, headers={"Cookie": cookie})
    assert asked.times == 2
    asked.client.get(address)
    asked.client.get(address, headers={"Cookie": cookie})
    assert asked.times == 4


def test_the_page_of_somebody_known_is_their_own(house):
    """The shared page has no token and no visit in it; that of somebody who came by a launch has their token."""
    anna = house.arrive()
    address = f"/c/{anna.certify()}"
    theirs = anna.client.get(address).text
    public = house.app.test_client().get(address)
    assert 'name="csrf_token"' in theirs
    assert 'name="csrf_token"' not in public.text
    assert "Set-Cookie" not in public.headers


def test_scripts_of_the_page_are_files_of_ours_and_need_no_nonce(house):
    page = house.app.test_client().get(f"/c/{house.arrive().certify()}")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script\b[^>]*>", page.text)
    assert scripts
    assert all("nonce" not in script and re.search(r'src="/static/[^"]+"', script) for script in scripts if "application/json" not in script)


NEVER = (
    "/c/x?language=de&x=1",
    "/c/x?other=1",
    f"/c/x?language={'d' * 36}",
    "/verify",
    "/",
    "/healthz",
    "/status/2",
    "/c/",
    "/c/a/b",
    "/c/x.pdf",
    "/api/openapi.json",
    "/api/verify/sha256/x",
)


@pytest.mark.parametrize("path", NEVER)
def test_nothing_else_is_kept(asked, path):
    for _ in range(2):
        asked.client.get(path)
    assert asked.times == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
def test_other_methods_meet_the_application(house, asked, method):
    address = f"/c/{house.arrive().certify()}"
    asked.client.get(address)
    asked.client.open(address, method=method)
    assert asked.times == 2
    assert asking(address, method=method) is None


def answering(headers: dict[str, str], *, body: bytes = b"x", status: int = 200, mark: bool = True) -> KeptAnswers:
    calls = []

    def inner(environ, start_response):
        calls.append(1)
        if mark:
            environ["sealwright.kept"] = ("verify.certificate", "tag")
        return Response(body + str(len(calls)).encode(), status, headers)(environ, start_response)

    return KeptAnswers(inner, lambda _route, _who: True)


UNKEPT = {
    "sets a cookie": answering({"Set-Cookie": "a=b"}),
    "differs by more": answering({"Vary": "Cookie, Accept"}),
    "differs by everything": answering({"Vary": "*"}),
    "is a refusal": answering({}, status=404),
    "is not marked": answering({}, mark=False),
}


@pytest.mark.parametrize("why", UNKEPT)
def test_an_answer_that_is_not_for_everybody_is_not_kept(why):
    client = Client(UNKEPT[why])
    assert client.get("/c/x").data != client.get("/c/x").data


def test_an_answer_for_everybody_is_kept():
    client = Client(answering({"Vary": "Accept-Language, Cookie"}))
    assert client.get("/c/x").data == client.get("/c/x").data


def test_memory_has_a_bound():
    kept = answering({}, body=b"x" * (MOST_BYTES // 10))
    client = Client(kept)
    for place in range(30):
        client.get(f"/c/{place}")
    assert kept._bytes == sum(len(each.body) for each in kept._answers.values()) <= MOST_BYTES
    assert "29" in str(list(kept._answers))


def lines(printed: str) -> Iterator[dict[str, object]]:
    for line in printed.splitlines():
        said = json.loads(line)
        said.pop("timestamp")
        yield said


def test_it_is_logged_and_counted_like_any_other(house, capsys):
    logs.configure("info")
    address = f"/c/{house.arrive().certify()}"
    client = house.app.test_client(use_cookies=False)
    counter = REQUESTS.labels("verify.certificate", "200")
    counts = [counter._value.get()]
    capsys.readouterr()
    for _ in range(2):
        assert client.get(address).status_code == 200
        counts.append(counter._value.get())
    first, second = lines(capsys.readouterr().err)
    assert first == second
    assert counts == [counts[0], counts[0] + 1, counts[0] + 2]


_TIME = re.compile(r"[0-9]{4}-[0-9:T.-]{14,23}Z")


@pytest.mark.parametrize("level", ["info", "warning"])
def test_the_line_of_a_strangers_request_is_like_any_other(capsys, level):
    logs.configure(level)
    capsys.readouterr()
    logs.answered("verify.certificate", "GET", 200)
    logs.log.info("request", route="verify.certificate", method="GET", status=200)
    first, second = capsys.readouterr().err.splitlines() or ("", "")
    assert _TIME.sub("", first) == _TIME.sub("", second)
    assert bool(first) == (level == "info")


def test_what_a_server_gives_without_a_thread_is_limited_by_the_callers_own_address(house, monkeypatch):
    monkeypatch.setitem(limits.RATES, "verify.certificate", parse("3 per minute"))
    app = create_app(Installation(house.installation.settings.model_copy(update={"proxy_hops": 1})))

    def again(forwarded: str) -> object:
        return app.extensions[AGAIN](asking("/c/x", ("x-forwarded-for", forwarded), hops=1))

    assert again("192.0.2.1") is None
    app.test_client(use_cookies=False).get("/c/x", headers={"X-Forwarded-For": "192.0.2.1"})
    told = [again(f"evil, 192.0.2.{place}") for place in (1, 1, 1, 2)]
    assert [found is None for found in told] == [False, False, True, False]


FORWARDED = {
    "one": ("192.0.2.1", 1),
    "two, of whom one is ours": ("evil, 192.0.2.1", 1),
    "two, both ours": ("192.0.2.1, 10.0.0.1", 2),
    "fewer than we have": ("192.0.2.1", 2),
    "quoted": ('"192.0.2.1"', 1),
    "empty": ("", 1),
    "an empty entry": ("192.0.2.1, ", 1),
    "none of ours": ("192.0.2.1", 0),
    "the sixth version": ("[2001:db8::1]:80", 1),
}


@pytest.mark.parametrize("which", FORWARDED)
def test_a_caller_behind_proxies_is_who_the_application_takes_them_for(which):
    forwarded, hops = FORWARDED[which]
    seen: list[Request | None] = []

    def look(environ, _start):
        seen.append(of_environ(environ))
        return []

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/c/x", "REMOTE_ADDR": "192.0.2.9", "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_FOR": forwarded}
    list(application._behind_proxies(look, hops)(environ, None))
    assert seen == [asking("/c/x", ("x-forwarded-for", forwarded), hops=hops)]
    assert seen[0] is not None


TWICE = ("cookie", "accept-language", "if-none-match", "x-forwarded-for")


@pytest.mark.parametrize("name", TWICE)
def test_a_header_that_stands_there_twice_is_left_to_the_application(name):
    header = (name, "" if name == "cookie" else "de")
    assert asking("/c/x", header) is not None
    assert asking("/c/x", header, header) is None


def test_a_cookie_is_seen_without_an_environment():
    assert asking("/c/x", ("cookie", "a=b")) is None


THREADS = {"a public page": ("/c/x", "", "public"), "a visit's page": ("/apply", "", "request"), "a known reader": ("/c/x", "a=b", "request")}


@pytest.mark.parametrize("which", THREADS)
def test_strangers_have_threads_of_their_own(which):
    path, cookie, expected = THREADS[which]
    names: list[str] = []

    def app(environ, start_response):
        names.append(threading.current_thread().name)
        start_response("200 OK", [])
        return [b""]

    headers = SimpleNamespace(items=lambda: [("cookie", cookie)] if cookie else [])
    scope = SimpleNamespace(proto="http", method="GET", path=path, query_string="", client="192.0.2.9:4711", headers=headers)
    scope.server, scope.http_version, scope.scheme, scope.authority = "192.0.2.1:80", "1.1", "http", "tool.example"
    given: list[object] = []
    protocol = SimpleNamespace(response_bytes=lambda *answer: given.append(answer))
    asyncio.run(Server(app, 4, lambda _method, _path: 0).__rsgi__(scope, protocol))
    assert given == [(200, [], b"")]
    assert [name.split("_")[0] for name in names] == [expected]


def files() -> dict[str, object]:
    return {"file": (io.BytesIO(b"not a pdf"), "x.pdf")}


def test_a_stranger_checks_a_file_without_a_token_and_gets_no_cookie(house):
    client = house.app.test_client()
    answer = client.post("/verify", data=files())
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    client.get("/verify")  # leaves a session that names nobody
    assert client.post("/verify", data=files()).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_but_not_from_another_site(house, origin):
    answer = house.app.test_client().post("/verify", data=files(), headers={"Origin": origin})
    assert (answer.status_code, "form-from-elsewhere" in answer.text) == (403, True)


@pytest.mark.parametrize("who", ["teacher", "operator"])
def test_whoever_is_known_needs_a_token_there_too(house, who):
    client = house.arrive().client if who == "teacher" else house.operate()
    answer = client.post("/verify", data=files())
    assert (answer.status_code, "form-outdated" in answer.text) == (400, True)
