"""Attacks on dynamic registration: forged requests (L13), misused invitations and tokens (L14), takeover (L15)."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fake_platform import GONE, FakePlatform
from registering_platform import BASE, CONFIGURATION, PLATFORM, REGISTER, Administrator, Registering, code
from structlog.testing import capture_logs

from lti_tool import clock
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.launch import approvals, invitations, outgoing, platform_configuration, registering, registrations
from lti_tool.launch.platform_configuration import Configuration, check_address, judged
from lti_tool.launch.records import Registration
from lti_tool.problem import Problem


@pytest.fixture
def moodle() -> Iterator[Registering]:
    with FakePlatform(client_id="kj3RhfiXMcYlBzv") as started:
        yield Registering(started)


@pytest.fixture
def administrator(tool: Installation) -> Administrator:
    return Administrator(tool)


@pytest.fixture
def public(tool: Installation) -> Administrator:
    """An installation as it is in production: it calls public hosts only."""
    return Administrator(Installation(tool.settings.model_copy(update={"allow_private_hosts": False})))


def tried(administrator: Administrator, url: str) -> Any:
    """Register a platform whose configuration is said to be at `url`; what was shown in the end."""
    secret = administrator.invited()
    appended = {"openid_configuration": url, "registration_token": "good-1"}
    page = administrator.look(secret, appended)
    answer = administrator.click(secret, page) if page.status_code == 200 else page
    assert administrator.usable(secret), "a refusal must leave the invitation good"
    assert administrator.known() == []
    return answer


# L13: where a configuration may not be.
ADDRESSES = [
    "file:///etc/passwd",
    "gopher://lms.example/_GET",
    "ftp://lms.example/c",
    "data:application/json,{}",
    "javascript:alert(1)",
    "//lms.example/c",
    "lms.example/c",
    "http://lms.example/c",
    "http://127.0.0.1/c",
    "https://127.0.0.1/c",
    "https://127.1/c",
    "https://2130706433/c",
    "https://0x7f000001/c",
    "https://0/c",
    "https://[::1]/c",
    "https://[::ffff:127.0.0.1]/c",
    "https://[64:ff9b::7f00:1]/c",
    "https://[fe80::1]/c",
    "https://[fc00::1]/c",
    "https://localhost/c",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.8/c",
    "https://10.255.1.1:8443/c",
    "https://172.16.3.4/c",
    "https://192.168.0.1/c",
    "https://100.64.0.1/c",
    "https://0.0.0.0/c",
    "https://224.0.0.1/c",
    "https://93.184.216.34:22/c",
    "https://93.184.216.34:25/c",
    "https://93.184.216.34:0/c",
    "https://93.184.216.34:99999/c",
    "https://lms.example:port/c",
    "https://user@lms.example/c",
    "https://lms.example:443@127.0.0.1/c",
    "https://user:password@lms.example/c",
    "https://lms.example\\@127.0.0.1/c",
    "https://lms.example/c#fragment",
    "https://lms.example/ c",
    "https://lms.example/\r\nHost: x",
    "https://lms.example/\x00",
    "https://lms.éxample/c",
    "https:///c",
    "https://lms.example/" + "c" * 1000,
    "",
]


@pytest.mark.parametrize("url", ADDRESSES, ids=range(len(ADDRESSES)))
def test_l13_only_public_https_addresses_are_called(url: str, public: Administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: connected.append(address))
    answer = tried(public, url)
    assert answer.status_code == 400
    assert code(answer) in {"registration-address", "registration-incomplete"}
    assert connected == []


def test_l13_a_name_is_resolved_once_and_its_address_pinned(public: Administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: first a public address, then a private one."""
    answers, connected, resolve = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"]), [], socket.getaddrinfo

    def rebinding(host: str, port: int, *arguments: Any, **named: Any) -> Any:
        return resolve(next(answers) if host == "rebinding.example" else host, port, *arguments, **named)

    def no_network(_self: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert code(tried(public, "https://rebinding.example/c")) == "configuration-unreachable"
    assert connected == [("93.184.216.34", 443)]
    connected.clear()
    # The next call resolves to a private address: not called at all.
    assert code(tried(public, "https://rebinding.example/c")) == "registration-address"
    assert connected == []


def test_l13_a_refusal_does_not_repeat_a_token(public: Administrator) -> None:
    answer = tried(public, "https://127.0.0.1/c?registration_token=secret-token")
    assert code(answer) == "registration-address"
    assert "secret-token" not in answer.text


def slow(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        threading.Event().wait(0.05)


# What stands at the configuration's address → the code of the refusal.
ANSWERS = {
    "redirect inside": (302, {"Location": "/jwks"}, b""),
    "redirect to a private host": (301, {"Location": "http://169.254.169.254/latest/"}, b""),
    "redirect with a body": (307, {"Location": "/jwks"}, {"issuer": "x"}),
    "gone": (404, {}, b""),
    "created": (201, {}, {}),
    "too large": (200, {}, b'{"issuer": "' + b"x" * 70_000 + b'"}'),
    "slow": slow,
    "a page": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Log in</title>"),
    "nothing": (200, {}, b""),
    "not JSON": (200, {}, b"{issuer}"),
    "nested": (200, {}, b"[" * 60_000),
    "not UTF-8": (200, {}, b'{"issuer": "\xff"}'),
    "a list": (200, {}, []),
    "a text": (200, {}, "issuer"),
    "null": (200, {}, None),
    "a number": (200, {}, 5),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_l13_answers_that_are_no_configuration(
    answer: str, administrator: Administrator, moodle: Registering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform_configuration, "LIMITS", outgoing.Limits(bytes=64 * 1024, seconds=0.4))
    moodle.platform.answers[CONFIGURATION] = ANSWERS[answer]
    refused = tried(administrator, moodle.platform.url + CONFIGURATION)
    assert refused.status_code == 424
    assert code(refused) in {"configuration-unreachable", "configuration-wrong"}
    assert moodle.calls == [CONFIGURATION]


@pytest.mark.parametrize("status", [201, 203, 302, 401, 500])
def test_l13_a_configuration_comes_with_status_200(status: int, administrator: Administrator, moodle: Registering) -> None:
    moodle.platform.answers[CONFIGURATION] = (status, {}, moodle.configuration())
    assert code(tried(administrator, moodle.platform.url + CONFIGURATION)) == "configuration-unreachable"


def test_l13_the_limits_are_those_of_the_threat() -> None:
    assert outgoing.Limits(bytes=64 * 1024, seconds=5.0) == platform_configuration.LIMITS


AT = "https://lms.example"
DOCUMENT = {
    "issuer": AT,
    "authorization_endpoint": AT + "/auth",
    "token_endpoint": AT + "/token",
    "jwks_uri": AT + "/jwks",
    "registration_endpoint": AT + "/register",
}
# Changes of a configuration at https://lms.example/c → the code of the refusal.
DOCUMENTS = {
    "registration elsewhere": ({"registration_endpoint": "https://other.example/register"}, "service-elsewhere"),
    "registration below the host": ({"registration_endpoint": "https://sub.lms.example/register"}, "service-elsewhere"),
    "registration at another port": ({"registration_endpoint": AT + ":8443/register"}, "service-elsewhere"),
    "registration on this machine": ({"registration_endpoint": "https://127.0.0.1/register"}, "service-elsewhere"),
    "registration over http": ({"registration_endpoint": "http://lms.example/register"}, "registration-address"),
    "registration is a file": ({"registration_endpoint": "file:///etc/passwd"}, "registration-address"),
    "registration with a user": ({"registration_endpoint": "https://a@lms.example/register"}, "registration-address"),
    "registration at ssh": ({"registration_endpoint": AT + ":22/register"}, "registration-address"),
    "registration missing": ({"registration_endpoint": GONE}, "configuration-wrong"),
    "registration is no text": ({"registration_endpoint": ["https://lms.example/register"]}, "registration-address"),
    "registration at a family that the platform isn't of": (
        {"registration_endpoint": "https://x.instructure.com/register", PLATFORM: {"product_family_code": "canvas"}},
        "service-elsewhere",
    ),
    "keys elsewhere": ({"jwks_uri": "https://evil.example/jwks"}, "service-elsewhere"),
    "keys at a host that only ends alike": ({"jwks_uri": "https://evil-lms.example/jwks"}, "service-elsewhere"),
    "keys at a host that only begins alike": ({"jwks_uri": "https://lms.example.evil.example/jwks"}, "service-elsewhere"),
    "keys over http": ({"jwks_uri": "http://lms.example/jwks"}, "registration-address"),
    "keys at a family without saying so": ({"jwks_uri": "https://x.instructure.com/jwks"}, "service-elsewhere"),
    "keys at a host like a family's": (
        {"jwks_uri": "https://evil-instructure.com/jwks", PLATFORM: {"product_family_code": "canvas"}},
        "service-elsewhere",
    ),
    "keys at another port of a family": (
        {"jwks_uri": "https://x.instructure.com:8443/jwks", PLATFORM: {"product_family_code": "canvas"}},
        "service-elsewhere",
    ),
    "token elsewhere": ({"token_endpoint": "https://evil.example/token"}, "service-elsewhere"),
    "token too long": ({"token_endpoint": AT + "/" + "t" * 500}, "registration-address"),
    "logins elsewhere": ({"authorization_endpoint": "https://evil.example/auth"}, "service-elsewhere"),
    "logins are a script": ({"authorization_endpoint": "javascript:alert(1)"}, "registration-address"),
    "issuer elsewhere": ({"issuer": "https://victim.example"}, "issuer-elsewhere"),
    "issuer above the host": ({"issuer": "https://example"}, "issuer-elsewhere"),
    "issuer below the host": ({"issuer": "https://sub.lms.example"}, "issuer-elsewhere"),
    "issuer at another port": ({"issuer": AT + ":8443"}, "issuer-elsewhere"),
    "issuer of a family that the platform isn't of": (
        {"issuer": "https://canvas.instructure.com", PLATFORM: {"product_family_code": "canvas"}},
        "issuer-elsewhere",
    ),
    "issuer missing": ({"issuer": GONE}, "configuration-wrong"),
    "issuer empty": ({"issuer": ""}, "configuration-wrong"),
    "issuer is a word": ({"issuer": "lms.example"}, "registration-address"),
    "issuer with a query": ({"issuer": AT + "/?a=b"}, "configuration-wrong"),
    "issuer over http": ({"issuer": "http://lms.example"}, "registration-address"),
    "issuer is a list": ({"issuer": [AT]}, "configuration-wrong"),
}


@pytest.mark.parametrize("change", DOCUMENTS)
def test_l13_l14_a_configuration_speaks_for_its_own_host_alone(change: str) -> None:
    changes, expected = DOCUMENTS[change]
    document = {name: value for name, value in {**DOCUMENT, **changes}.items() if value is not GONE}
    with pytest.raises(Problem) as refused:
        judged(document, AT + "/c", allow_private=False)
    assert refused.value.code == expected


CANVAS = {"product_family_code": "canvas"}
# Oddities that are taken: where the configuration is, and what it changes.
TAKEN = {
    "plain": (AT + "/c", {}),
    "with a query": (AT + "/c?registration_token=1", {}),
    "issuer with a path": (AT + "/c", {"issuer": AT + "/moodle"}),
    "an ordinary other port": (
        "https://lms.example:8443/c",
        {name: value.replace(AT, AT + ":8443") for name, value in DOCUMENT.items()},
    ),
    "the usual port written out": ("https://lms.example:443/c", {}),
    "keys below the host": (AT + "/c", {"jwks_uri": "https://keys.lms.example/jwks"}),
    "Canvas, each service at its host": (
        "https://school.instructure.com/api/lti/security/openid-configuration",
        {
            "issuer": "https://canvas.instructure.com",
            "authorization_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
            "token_endpoint": "https://sso.canvaslms.com/login/oauth2/token",
            "jwks_uri": "https://sso.canvaslms.com/api/lti/security/jwks",
            "registration_endpoint": "https://school.instructure.com/api/lti/registrations",
            "authorization_server": "canvas.instructure.com",
            PLATFORM: CANVAS,
        },
    ),
    "D2L, tokens at its maker's": (
        AT + "/c",
        {"token_endpoint": "https://auth.brightspace.com/core/connect/token", PLATFORM: {"product_family_code": "desire2learn"}},
    ),
    "nothing said of messages": (AT + "/c", {PLATFORM: None, "scopes_supported": "openid", "claims_supported": {}}),
    "messages as words": (AT + "/c", {PLATFORM: {"messages_supported": ["LtiResourceLinkRequest", 5, None, {"type": 7}, {}]}}),
}


@pytest.mark.parametrize("oddity", TAKEN)
def test_what_platforms_really_say_is_taken(oddity: str) -> None:
    url, changes = TAKEN[oddity]
    found = judged({**DOCUMENT, **changes}, url, allow_private=False)
    assert isinstance(found, Configuration)
    assert found.audience is None


def test_an_authorization_server_is_the_audience_of_token_requests() -> None:
    assert judged({**DOCUMENT, "authorization_server": "https://api.lms.example/auth"}, AT + "/c", allow_private=False).audience is not None


def test_the_registration_is_not_sent_to_a_host_that_became_private(public: Administrator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration came from a public address; by the time of the registration its name means another one."""
    found = judged(DOCUMENT, AT + "/c", allow_private=False)
    monkeypatch.setattr(platform_configuration, "fetch", lambda *_arguments, **_named: found)
    private = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: private)
    assert code(tried(public, AT + "/c")) == "registration-address"


def test_http_and_private_hosts_only_where_the_installation_allows_them() -> None:
    assert check_address("x", "http://127.0.0.1:8401/c", allow_private=True)
    with pytest.raises(Problem, match="registration-address"):
        check_address("x", "http://127.0.0.1:8401/c", allow_private=False)
    with pytest.raises(Problem, match="registration-address"):
        check_address("x", "http://127.0.0.1:22/c", allow_private=True)


# L14


def test_l14_an_invitation_registers_once(administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited()
    page = administrator.look(secret, moodle.appended())
    assert administrator.click(secret, page).status_code == 303
    again = administrator.click(secret, page)
    assert (again.status_code, code(again)) == (410, "invitation-used")
    assert moodle.calls.count(REGISTER) == 1


def test_l14_of_two_at_once_one_registers(either_tool: Installation, moodle: Registering) -> None:
    administrator = Administrator(either_tool)
    secret = administrator.invited()
    pages = [administrator.look(secret, moodle.appended()) for _ in range(4)]
    ready, statuses = threading.Barrier(len(pages)), []

    def click(page: Any) -> None:
        mine = Administrator(either_tool, administrator.app)
        ready.wait()
        statuses.append(mine.click(secret, page).status_code)

    threads = [threading.Thread(target=click, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410, 410, 410]
    assert len(administrator.known()) == 1


SECRETS = ["", "x", "x" * 43, "A" * 42, "A" * 44, "é" * 43, "\x00" * 43, "../" * 10, "%00", "a" * 5000]


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_l14_without_an_invitation_nothing_happens(secret: str, administrator: Administrator, moodle: Registering) -> None:
    administrator.invited()
    answer = administrator.client.get("/lti/register", query_string={"invitation": secret, **moodle.appended()}, base_url=BASE)
    assert (answer.status_code, code(answer)) == (404, "invitation-unknown")
    assert moodle.calls == []


def mark_of(administrator: Administrator, secret: str, page: Any) -> str:
    """A mark as a page made just now would hold it."""
    sent = dict(re.findall(r'name="(openid_configuration|registration_token)" value="([^"]*)"', page.text))
    asked = registering.Asked(secret, sent["openid_configuration"], sent["registration_token"])
    return registering._mark(administrator.tool, asked, int(clock.now().timestamp()) + 60)


@pytest.mark.parametrize("hours", [1, 72, 720])
def test_l14_an_invitation_ends(hours: int, administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited(hours=hours)
    page = administrator.look(secret, moodle.appended())
    with clock.held(clock.now() + timedelta(hours=hours, seconds=1)):
        assert code(administrator.look(secret, moodle.appended())) == "invitation-expired"
        assert code(administrator.click(secret, page)) == "form-outdated"
        assert code(administrator.click(secret, page, mark=mark_of(administrator, secret, page))) == "invitation-expired"
    assert moodle.calls == []


def test_l14_a_withdrawn_invitation_is_unknown(administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited()
    page = administrator.look(secret, moodle.appended())
    with administrator.tool.database.write() as session:
        invitations.withdraw(session, invitations.digest_of(secret))
    assert code(administrator.click(secret, page)) == "invitation-unknown"
    assert moodle.calls == []


def test_l14_a_form_is_for_one_invitation_and_one_platform(administrator: Administrator, moodle: Registering) -> None:
    mine, other = administrator.invited(), administrator.invited()
    page = administrator.look(mine, moodle.appended())
    changes: list[tuple[str, dict[str, Any]]] = [
        (other, {}),
        (mine, {"openid_configuration": "https://evil.example/c"}),
        (mine, {"registration_token": "good-other"}),
        (mine, {"registration_token": GONE}),
        (mine, {"mark": GONE}),
        (mine, {"mark": ""}),
        (mine, {"mark": "9999999999." + "0" * 64}),
        (mine, {"mark": "٣.x"}),
        (mine, {"mark": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")}),
    ]
    for secret, changed in changes:
        answer = administrator.click(secret, page, **changed)
        assert (answer.status_code, code(answer)) == (400, "form-outdated"), changed
    assert moodle.calls == []
    assert administrator.usable(mine)
    assert administrator.usable(other)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999", "https://localhost:8400"])
def test_l14_another_site_can_not_press_the_button(origin: str, administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited()
    answer = administrator.click(secret, administrator.look(secret, moodle.appended()), headers={"Origin": origin})
    assert code(answer) == "form-from-elsewhere"
    assert moodle.calls == []


TOKENS = {
    "none": ("", 424, "registration-refused"),
    "garbage": ("garbage", 424, "registration-refused"),
    "two lines": ("good\r\nX-Evil: 1", 400, "bad-request"),
    "a space": ("good 1", 400, "bad-request"),
    "not ASCII": ("goodé", 400, "bad-request"),
    "too long": ("good" + "x" * 8200, 400, "bad-request"),
}


@pytest.mark.parametrize("token", TOKENS)
def test_l14_tokens_that_are_none(token: str, administrator: Administrator, moodle: Registering) -> None:
    value, status, expected = TOKENS[token]
    secret = administrator.invited()
    page = administrator.look(secret, moodle.appended(registration_token=value))
    answer = administrator.click(secret, page) if page.status_code == 200 else page
    assert (answer.status_code, code(answer)) == (status, expected)
    assert administrator.usable(secret)
    assert administrator.known() == []


def test_l14_a_token_works_once_and_the_invitation_stays_good(administrator: Administrator, moodle: Registering) -> None:
    first, second, appended = administrator.invited(), administrator.invited(), moodle.appended()
    administrator.register(first, appended)
    answer = administrator.register(second, appended)
    assert code(answer) == "registration-refused"
    assert "token_already_used" in answer.text
    assert "status 401" in answer.text
    assert administrator.usable(second)
    assert administrator.register(second, moodle.appended()).status_code == 200


def test_l14_a_new_tenant_stays_out_until_it_is_approved(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(), moodle.appended())

    def login() -> Any:
        asked = {"iss": moodle.platform.url, "client_id": moodle.platform.client_id, "target_link_uri": BASE + "/lti/launch", "login_hint": "5"}
        return administrator.client.post("/lti/login", data=asked, base_url=BASE)

    refused = login()
    assert (refused.status_code, code(refused)) == (403, "platform-pending")
    with administrator.tool.database.write() as session:
        waiting = approvals.pending(session)
        assert [one.client_id for one in waiting.registrations] == [moodle.platform.client_id]
        approvals.approve(session, waiting.registrations[0].id, "program")
        assert approvals.pending(session) == approvals.Pending([], [])
    assert login().status_code == 302
    assert [one.status for one in administrator.known()[0].deployments] == ["active"]


# What platforms answer to a registration → what is shown, the words that must be seen, and those that mustn't.
REFUSALS = {
    "Moodle's plain text": (400, "domain_targetlinkuri_mismatch", "text/html", "domain_targetlinkuri_mismatch", ""),
    "Moodle's page": (404, "<!DOCTYPE html><html><head><title>Error</title><style>p {}</style>", "text/html", "Error", "p {}"),
    "OAuth's": (400, {"error": "invalid_redirect_uri", "error_description": "Not ours"}, "application/json", "invalid_redirect_uri · Not ours", ""),
    "Canvas's": (422, {"errors": [{"field": "x", "message": "scope is odd", "error_code": None}]}, "application/json", "scope is odd", "field"),
    "Canvas's, as a list": (422, ["one", {"message": "two"}], "application/json", "one · two", ""),
    "markup": (400, "<script>alert(1)</script>no", "text/html", "alert(1)no", "<script>alert"),
    "direction": (400, {"error": "a\u202eb"}, "application/json", "ab", "\u202e"),
    "long": (400, "x" * 5000, "text/html", "x" * 300, "x" * 301),
    "nested": (400, b"[" * 60_000, "application/json", "", ""),
    "binary": (500, b"\xff\xfe\x00", "application/octet-stream", "status 500", ""),
    "nothing": (503, "", "text/plain", "—", ""),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_platforms_refusal_is_shown_in_its_words(refusal: str, administrator: Administrator, moodle: Registering) -> None:
    status, body, kind, seen, hidden = REFUSALS[refusal]
    moodle.answers(status, body, kind)
    secret = administrator.invited()
    answer = administrator.register(secret, moodle.appended())
    assert (answer.status_code, code(answer)) == (424, "registration-refused")
    assert seen in answer.text
    assert not hidden or hidden not in answer.text
    assert administrator.usable(secret)
    assert administrator.known() == []


UNREADABLE: dict[str, Any] = {
    "no client id": {},
    "an empty one": {"client_id": ""},
    "an object": {"client_id": {"id": "1"}},
    "a yes": {"client_id": True},
    "a fraction": {"client_id": 1.5},
    "control characters": {"client_id": "a\x00b"},
    "too long": {"client_id": "x" * 256},
    "a list": [],
    "not JSON": b"thank you",
    "nested": b"[" * 60_000,
}


@pytest.mark.parametrize("answer", UNREADABLE)
def test_an_answer_without_a_client_is_told(answer: str, administrator: Administrator, moodle: Registering) -> None:
    moodle.answers(200, UNREADABLE[answer])
    secret = administrator.invited()
    assert code(administrator.register(secret, moodle.appended())) == "registration-unreadable"
    assert administrator.usable(secret)
    assert administrator.known() == []


def hangs_up(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@pytest.mark.parametrize("fault", [hangs_up, (200, {}, b"x" * 70_000)])
def test_an_answer_that_does_not_arrive_is_told(fault: Any, administrator: Administrator, moodle: Registering) -> None:
    moodle.platform.answers[REGISTER] = fault
    secret = administrator.invited()
    answer = administrator.register(secret, moodle.appended())
    assert code(answer) == "registration-unanswered"
    assert administrator.usable(secret)


GRANTED = {
    "created": ({"client_id": "c"}, 201, "c", None),
    "a number": ({"client_id": 10000000000267}, 200, "10000000000267", None),
    "deployment outside": ({"client_id": "c", "deployment_id": 5}, 200, "c", "5"),
    "odd lists": (
        {"client_id": "c", "scope": ["a", 5, None], PLATFORM: 5, "https://purl.imsglobal.org/spec/lti-tool-configuration": []},
        200,
        "c",
        None,
    ),
}


@pytest.mark.parametrize("answer", GRANTED)
def test_odd_answers_are_taken(answer: str, administrator: Administrator, moodle: Registering) -> None:
    body, status, client_id, deployment_id = GRANTED[answer]
    moodle.answers(status, body, "text/html")
    assert administrator.register(administrator.invited(), moodle.appended()).status_code == 200
    (known,) = administrator.known()
    assert known.client_id == client_id
    assert [one.deployment_id for one in known.deployments] == ([deployment_id] if deployment_id else [])


def test_our_own_failure_gives_the_invitation_back(administrator: Administrator, moodle: Registering, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(registrations, "add", fails)
    secret = administrator.invited()
    assert administrator.register(secret, moodle.appended()).status_code == 500
    assert administrator.usable(secret)


# L15


def addresses(known: Registration) -> tuple[str, str, str]:
    return known.jwks_url, known.token_url, known.auth_url


TAKEOVERS = ["jwks_uri", "token_endpoint", "authorization_endpoint"]


@pytest.mark.parametrize("address", TAKEOVERS)
def test_l15_a_registration_is_not_taken_over(address: str, either_tool: Installation, moodle: Registering) -> None:
    administrator = Administrator(either_tool)
    administrator.register(administrator.invited(approves=True), moodle.appended())
    before = administrator.known()[0]
    moodle.document = {address: moodle.platform.url + "/evil"}
    secret = administrator.invited(approves=True)
    with capture_logs() as logs:
        answer = administrator.register(secret, moodle.appended())
    assert (answer.status_code, code(answer)) == (409, "registration-taken")
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["alert: takeover of a registration refused"]
    (after,) = administrator.known()
    assert addresses(after) == addresses(before)
    assert after.agreed == before.agreed
    assert not administrator.usable(secret)
    with either_tool.database.read() as session:
        assert "takeover-refused" in [event.kind for event in session.query(Event)]


def test_l15_a_suspended_platform_does_not_come_back_by_registering(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(approves=True), moodle.appended())
    with administrator.tool.database.write() as session:
        approvals.set_registration(session, 1, "suspended", "program")
    page = administrator.register(administrator.invited(approves=True), moodle.appended())
    assert "Suspended" in page.text
    (known,) = administrator.known()
    assert known.status == "suspended"


def test_l15_a_suspended_deployment_does_not_come_back_and_a_new_one_waits(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(approves=True), moodle.appended())
    with administrator.tool.database.write() as session:
        approvals.set_deployment(session, session.get_one(Registration, 1).deployments[0].id, "suspended", "program")
    administrator.register(administrator.invited(approves=True), moodle.appended())
    moodle.deployment_id = "8"
    administrator.register(administrator.invited(), moodle.appended())
    (known,) = administrator.known()
    assert {one.deployment_id: one.status for one in known.deployments} == {"7": "suspended", "8": "pending"}


def test_an_update_keeps_what_an_operator_settled(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(), moodle.appended())
    with administrator.tool.database.write() as session:
        known = session.get_one(Registration, 1)
        known.name, known.token_audience, known.family = "Named by hand", "https://audience.example", "sakai"
    administrator.register(administrator.invited(approves=True), moodle.appended())
    (after,) = administrator.known()
    assert (after.name, after.token_audience, after.family, after.status) == ("Named by hand", "https://audience.example", "sakai", "active")


def test_new_places_are_trusted_only_where_somebody_chose_to(either_tool: Installation, moodle: Registering) -> None:
    with either_tool.database.write() as session:
        known = registrations.add(session, **moodle.platform.registration())
        assert registrations.find_deployment(session, known, "new-1").status == "pending"
        approvals.set_new_deployments(session, known.id, "trust", "program")
        assert registrations.find_deployment(session, known, "new-2").status == "active"
        assert registrations.find_deployment(session, known, "new-1").status == "pending"
