"""Cookies, hosts, limits, languages, logs, error pages: what holds whatever is asked."""

from __future__ import annotations

import io
import json
import re
from datetime import date

import pytest
import structlog
from bs4 import BeautifulSoup
from flask.sessions import SecureCookieSessionInterface
from limits import parse
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.issuing.number import new_number, shown
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.visit import Role
from lti_tool.web import limits
from lti_tool.web.app import create_app
from lti_tool.web.configuration import cookies

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
    "</title><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "\u202egnp.exe",
    "a\r\nSet-Cookie: x=1",
]
SAFE_SCRIPTS = re.compile(r"/static/(?:offline/)?[a-z]+\.js")


def inert(html: str) -> None:
    """Fail if a page holds anything that could run besides our own modules."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(True):
        assert tag.name not in {"iframe", "object", "embed", "base"}
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"style", "srcdoc"}], tag
        for name in ("href", "src", "action"):
            assert not str(tag.get(name, "")).strip().lower().startswith(("javascript:", "data:")), tag
        if tag.name == "script":
            assert SAFE_SCRIPTS.fullmatch(tag["src"])
            assert not tag.string


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_text(house, hostile):
    anna = house.arrive("anna", given_name=hostile, family_name=hostile, full_name=f"{hostile} {hostile}")
    sam = house.arrive("sam", role=Role.STAFF)
    document = anna.add(hostile + ".pdf")
    application = anna.application
    pages = [anna.client.get(path) for path in ("/apply", "/final", f"/piece/{application}/{document}")]
    anna.submit(comment=hostile)
    pages += [anna.client.get("/apply")]
    pages += [sam.client.get(path) for path in ("/review", f"/review/{application}", f"/review/{application}/award")]
    number = anna.certify(holder=hostile)
    pages += [anna.client.get("/final"), house.app.test_client().get(f"/c/{number}")]
    for page in pages:
        assert page.status_code == 200
        assert page.headers.get("Set-Cookie", "").count("x=1") == 0
        assert "49${49}" not in page.text
        inert(page.text)


def test_cookie_flags(house):
    answer = house.app.test_client().get("/verify")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sealwright=")
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= flags
    assert not [flag for flag in flags if flag.startswith(("Domain", "Expires", "Max-Age"))]


@pytest.mark.parametrize(
    ("base_url", "name", "secure", "same_site"),
    [
        ("https://certificates.example", "__Host-sealwright", True, "None"),
        ("http://localhost:8400", "__Host-sealwright", True, "None"),
        ("http://127.0.0.1:8400", "__Host-sealwright", True, "None"),
        ("http://[::1]:8400", "__Host-sealwright", True, "None"),
        ("http://tool.lan", "sealwright", False, "Lax"),
        ("http://localhost.evil.example", "sealwright", False, "Lax"),
    ],
)
def test_cookie_for_each_kind_of_address(base_url, name, secure, same_site):
    chosen = cookies(base_url)
    assert (chosen["SESSION_COOKIE_NAME"], chosen["SESSION_COOKIE_SECURE"], chosen["SESSION_COOKIE_PARTITIONED"]) == (name, secure, secure)
    assert chosen["SESSION_COOKIE_SAMESITE"] == same_site


def test_a_session_that_an_earlier_release_packed_goes_on(house):
    anna = house.arrive()
    ours = house.app.session_interface.get_signing_serializer(house.app)
    theirs = SecureCookieSessionInterface().get_signing_serializer(house.app)
    content = {"visit": anna.visit.id, "padding": "a" * 200}
    packed, plain = theirs.dumps(content), ours.dumps(content)
    assert (packed.startswith("."), plain.startswith(".")) == (True, False)
    for cookie in (packed, plain):
        client = house.app.test_client(use_cookies=False)
        assert client.get("/apply", headers={"Cookie": f"__Host-sealwright={cookie}"}).status_code == 200
        forged = client.get("/apply", headers={"Cookie": f"__Host-sealwright={cookie[:-3]}AAA"})
        assert forged.status_code == 403


def other_settings(house, **changed):
    return create_app(Installation(house.installation.settings.model_copy(update=changed)))


def test_https_is_remembered_by_browsers(house):
    app = other_settings(house, base_url="https://certificates.example")
    assert app.test_client().get("/").headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("hops", [0, 1])
def test_spoofed_hosts_change_nothing(house, hops):
    anna = house.arrive()
    number = anna.certify()
    app = other_settings(house, proxy_hops=hops)
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "/evil"}
    # The client would not send its cookie to another host; a browser behind a lying proxy would.
    cookie = app.session_interface.get_signing_serializer(app).dumps({"visit": anna.visit.id})
    spoofed["Cookie"] = f"__Host-sealwright={cookie}"
    client = app.test_client(use_cookies=False)
    for path in ("/", "/verify", f"/c/{number}", "/c/", "/final", "/apply", "/.well-known/did.json", "/schemes/digital-competence/2026"):
        answer = client.get(path, headers=spoofed)
        assert answer.status_code in {200, 303}
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)
    assert f"http://localhost:8400/c/{number}" in client.get("/final", headers=spoofed).text


def test_the_callers_address_is_believed_from_known_proxies_only(house, monkeypatch):
    monkeypatch.setitem(limits.RATES, "verify.certificate", parse("2 per minute"))
    for hops, expected in ((0, [200, 200, 429]), (1, [200, 200, 200])):
        client = other_settings(house, proxy_hops=hops).test_client()
        told = [client.get("/c/x", headers={"X-Forwarded-For": f"192.0.2.{place}"}).status_code for place in range(3)]
        assert told == expected, hops


def test_too_fast_is_told_with_a_time(house, monkeypatch):
    monkeypatch.setitem(limits.RATES, "verify.certificate", parse("1 per minute"))
    app = other_settings(house)
    first, second = (app.test_client().get("/c/x") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.headers["Retry-After"] == "60"
    assert "too-many-requests" in second.text


def test_bodies_are_limited_before_anything_reads_them(house):
    anna = house.arrive()
    fields = anna.token()
    big = {**fields, "declaration": "x" * 1_200_000}
    assert anna.client.post(f"/apply/{anna.application}/declare", data=big).status_code == 413
    many = {**fields, **{f"field{place}": "x" for place in range(250)}}
    assert anna.client.post(f"/apply/{anna.application}/declare", data=many, content_type="multipart/form-data").status_code == 413
    # (the client's own temporary files are avoided by encoding here)
    huge = b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024)
    boundary, body = encode_multipart({**fields, "files": FileStorage(io.BytesIO(huge), "x.pdf")})
    multipart = f"multipart/form-data; boundary={boundary}"
    answer = anna.client.post(f"/apply/{anna.application}/documents", data=body, content_type=multipart)
    assert (answer.status_code, "file-too-large" in answer.text) == (413, True)
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(huge + b"x" * 2_000_000), "x.pdf")})
    answer = house.app.test_client().post("/verify", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert (answer.status_code, "too-large" in answer.text) == (413, True)


@pytest.mark.parametrize(
    "asked",
    ["../../../../etc/passwd", "en\x00", "xx-XX", "e" * 5000, "%2e%2e", "<script>", "el;q=\u0661"],
)
def test_strange_languages_fall_back(house, asked):
    client = house.app.test_client()
    answers = [
        client.get("/", query_string={"language": asked}),
        client.get("/", headers={"Accept-Language": ",".join([asked.strip("\x00")] * 300)[:8000]}),
    ]
    visit = house.arrive("anna", locale=asked[:20])
    answers.append(visit.client.get("/apply"))
    for answer in answers:
        assert answer.status_code == 200
        assert '<html lang="en" dir="ltr">' in answer.text


CANARY = "Xanthippe-Canary"


def test_logs_and_addresses_hold_nothing_personal(house):
    anna = house.arrive("anna", given_name=CANARY, family_name=CANARY, full_name=CANARY, email=f"{CANARY}@mail.example", sub=CANARY)
    sam = house.arrive("sam", role=Role.STAFF)
    addresses = []
    with structlog.testing.capture_logs() as lines:
        fields = anna.token()
        document = anna.add(f"{CANARY}.pdf")
        application = anna.application
        upload = {**fields, "files": (io.BytesIO(b"%PDF-1.7 x"), f"{CANARY}.pdf")}
        answers = [anna.client.post(f"/apply/{application}/documents", data=upload)]
        answers.append(anna.client.get(f"/piece/{application}/{document}"))
        answers.append(anna.client.post(f"/apply/{application}/submit", data={**fields, "version": "1", "comment": CANARY}))
        anna.submit(CANARY)
        answers.append(sam.client.get(f"/review/{application}"))
        answers.append(anna.client.post("/window", data={**fields, "to": "apply"}))
        number = anna.certify()
        answers += [anna.client.get("/final"), house.app.test_client().get(f"/c/{number}"), anna.client.get(f"/certificate/{number}.pdf")]
        addresses += [answer.headers.get("Location", "") for answer in answers]
        addresses += re.findall(r'(?:href|src|action)="([^"]*)"', "".join(answer.text for answer in answers))
    assert len(lines) >= 10
    written = json.dumps(lines, default=repr)
    for secret in (CANARY, number, fields["visit"], fields["csrf_token"]):
        assert secret not in written
    assert not [address for address in addresses if CANARY in address]


def test_unexpected_errors_tell_a_number_and_nothing_else(house, monkeypatch):
    def broken() -> str:
        raise RuntimeError(f"{CANARY} in a message")

    monkeypatch.setitem(house.app.view_functions, "home.index", broken)
    with structlog.testing.capture_logs() as lines:
        page, program = house.app.test_client().get("/"), house.app.test_client().get("/", headers={"Accept": "application/json"})
    assert (page.status_code, program.status_code) == (500, 500)
    reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", page.text).group(0)
    (line,) = [line for line in lines if line.get("reference") == reference]
    assert (line["event"], line["error"]) == ("unexpected-error", "RuntimeError")
    assert "broken" in line["at"][-1]
    assert program.json["code"] == "unexpected"
    for text in (page.text, program.text, json.dumps(lines, default=repr)):
        assert CANARY not in text
        assert "Traceback" not in text


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [("/nowhere", "GET", 404, "page-not-found"), ("/apply", "DELETE", 405, "method-not-allowed"), ("/console", "GET", 404, "page-not-found")],
)
def test_refusals_of_the_http_layer_are_designed_too(house, path, method, status, code):
    answer = house.app.test_client().open(path, method=method)
    assert (answer.status_code, code in answer.text, "<main" in answer.text) == (status, True, True)
    program = house.app.test_client().open("/api" + path, method="GET")
    assert program.json["code"] == "page-not-found"


def test_health_tells_nothing(house):
    client = house.app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    assert b"sealwright_requests_total" in client.get("/metrics").data
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert other_settings(house, proxy_hops=1).test_client().get("/metrics").status_code == 404


def test_readiness_sees_an_old_database(house):
    with house.installation.database.engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0000'")
    assert house.app.test_client().get("/readyz").status_code == 503


def test_one_request_has_one_time(house):
    seen = []
    house.app.view_functions["home.index"] = lambda: seen.extend((clock.now(), clock.now())) or "ok"
    house.app.test_client().get("/")
    house.app.test_client().get("/")
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_rights_end_with_the_visit(house):
    anna = house.arrive()
    assert anna.client.get("/apply").status_code == 200
    house.arrive("anna", role=Role.OBSERVER)  # a later launch of the same person with other rights
    ended = anna.client.get("/apply")
    assert (ended.status_code >= 400, "session-over" in ended.text) == (True, True)


SAID = ("Anna Ellis", "Example Academy", "Digital competencies for educators", "B2", "Assessment", "read and checked by a program")
CASES = {
    "valid": ("issued", None, "Valid", "good"),
    "revoked": ("revoked", None, "Revoked on", "wrong"),
    "superseded": ("superseded", None, "Replaced", "attention"),
    "expired": ("issued", date(2020, 1, 31), "Expired on 31 January 2020", "attention"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_page_behind_the_code(both, case):
    state, expires_on, word, mood = CASES[case]
    number = both.arrive("anna").certify(expires_on=expires_on)
    with both.installation.database.write() as session:
        record = session.get_one(CertificateRecord, number)
        record.state, record.revoked_at = state, clock.now() if state == "revoked" else None
        record.revoked_reason = "a private matter" if state == "revoked" else ""
    for typed in (number, shown(number), number.lower()):
        page = both.app.test_client().get(f"/c/{typed}")
        soup = BeautifulSoup(page.text, "html.parser")
        assert soup.h1.text.startswith(word)
        assert soup.find(class_="verdict")["class"] == ["verdict", mood]
        main = soup.main.get_text(" ", strip=True)
        assert main.startswith(word)
        for said in (
            "Anna Ellis",
            "Example Academy",
            "Digital competencies for educators",
            "B2",
            "Assessment",
            "read and checked by a program",
            shown(number),
        ):
            assert said in main
        assert "a private matter" not in main
        assert int(re.search(r"max-age=(\d+)", page.headers["Cache-Control"]).group(1)) <= 60


def test_a_number_that_was_never_given(house):
    assert BeautifulSoup(house.app.test_client().get(f"/c/{new_number()}").text, "html.parser").h1.text == "Not known here"


@pytest.mark.parametrize("number", ["ABCD", "1" * 24, "x" * 3000, "..", "%00", "é"])
def test_unknown_numbers(house, number):
    page = house.app.test_client().get(f"/c/{number}")
    if page.status_code == 200:
        assert BeautifulSoup(page.text, "html.parser").h1.text == "Not known here"
    else:
        assert page.status_code == 404


def test_not_yet_published_is_not_known(house):
    number = house.arrive().certify()
    with house.installation.database.write() as session:
        session.get_one(CertificateRecord, number).state = "signed"
    assert "Not known here" in house.app.test_client().get(f"/c/{number}").text


def test_checking_a_file_or_a_number(house):
    client = house.app.test_client()
    number = house.arrive().certify()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/verify").text).group(1)
    for typed in (shown(number), f" {number.lower()} ", f"http://localhost:8400/c/{number}"):
        answer = client.post("/verify", data={"csrf_token": token, "number": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/c/{number}")
    for data, code in (({"number": ""}, "nothing-to-check"), ({"number": "ABCD"}, "number-mistyped")):
        answer = client.post("/verify", data={"csrf_token": token, **data})
        assert (answer.status_code, code in answer.text) == (400, True)
    for content in (b"not a pdf", b"%PDF-1.7\n<script>alert(1)</script>", b'{"name": "<script>alert(1)</script>"}'):
        answer = client.post("/verify", data={"csrf_token": token, "file": (io.BytesIO(content), "<script>.pdf")})
        assert answer.status_code == 200
        assert BeautifulSoup(answer.text, "html.parser").h1.text in {"Cannot tell", "Not genuine"}
        inert(answer.text)


NOTHING = (
    "/status/0",
    "/status/2",
    "/status/2/refresh",
    "/status/1/suspension",
    "/keys/jwt-0",
    "/keys/..%2Fkeys.json",
    "/schemes/nothing/2026",
    "/schemes/digital-competence/1999",
    "/c/ABCD.json",
    "/c/ABCD.jwt",
)


def test_published_documents_are_open_to_everybodys_programs(house):
    client = house.app.test_client()
    number = house.arrive().certify()
    key = next(iter(ring(house.installation).jwt_public))
    for path in (f"/c/{number}.json", "/status/1", "/status/1/refresh", "/.well-known/did.json", f"/keys/{key}", "/schemes/digital-competence/2026"):
        answer = client.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.data if path.startswith("/c/") else json.loads(answer.data)
        assert "Set-Cookie" not in answer.headers
    for path in (*NOTHING, f"/c/{new_number()}.json", f"/c/{new_number()}.jwt"):
        assert client.get(path).status_code == 404, path
