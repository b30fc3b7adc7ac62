"""Rules that hold for every route, enumerated from the application's own map of routes."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from web_routes import ADMIN, LAUNCH, MACHINE, OPERATOR, PUBLIC, ROUTES, STATIC, TOOL, UNKNOWN, Route

from lti_tool.decision import events
from lti_tool.decision.events import Particulars
from lti_tool.evidence import resuming
from lti_tool.evidence.resuming import Announced
from lti_tool.launch.visit import Role

PDF = b"%PDF-1.7\n%another one\n"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# The public interface takes files from any site, knows nobody and changes nothing.
EXEMPT = {"lti_login.start", "lti_message.launch", "lti_stored.stored", "api.check", "wallets.exchange"}


def rules(house, methods):
    return [(rule, method) for rule in house.app.url_map.iter_rules() for method in sorted(rule.methods & methods)]


def address(house, endpoint, ids=None):
    with house.app.test_request_context("/"):
        return house.app.url_for(endpoint, **{**{name: UNKNOWN[name] for name in ROUTES[endpoint].ids}, **ROUTES[endpoint].extra, **(ids or {})})


def body(route: Route, fields):
    sent = {**route.body, **fields}
    return {name: (io.BytesIO(PDF), "x.pdf") if value == "FILE" else value for name, value in sent.items()}


def test_every_route_has_a_row(house):
    assert {rule.endpoint for rule in house.app.url_map.iter_rules()} == set(ROUTES)


def test_headers_of_every_route(house):
    guests = {TOOL: house.arrive().client, **dict.fromkeys((PUBLIC, LAUNCH, MACHINE, STATIC), house.app.test_client())}
    guests |= {ADMIN: house.arrive("ada", role=Role.ADMINISTRATOR).client, OPERATOR: house.operate()}
    staff = house.arrive("sam", role=Role.STAFF).client
    for rule, _method in rules(house, {"GET"}):
        route = ROUTES[rule.endpoint]
        client = staff if rule.endpoint.startswith("review.") else guests[route.audience]
        answer = client.get(address(house, rule.endpoint))
        headers = answer.headers
        where = f"{rule.endpoint} {answer.status_code}"
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, where
        assert "geolocation=()" in headers["Permissions-Policy"], where
        assert "X-Frame-Options" not in headers, where
        assert "Server" not in headers, where
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, where
        assert not re.search(r"https?://(?!lms-a\.example)", policy), where
        if route.audience == STATIC:
            assert headers["Cache-Control"].startswith("public"), where
            answer.close()
            continue
        assert "Cookie" in headers["Vary"], where
        if route.audience in {TOOL, ADMIN, OPERATOR}:
            assert headers["Cache-Control"] == "no-store", where
        if route.audience in {PUBLIC, OPERATOR}:
            assert policy.endswith("frame-ancestors 'none'"), where
        if route.audience == PUBLIC:
            assert re.fullmatch(r"no-store|private, max-age=(\d|[1-5]\d)", headers["Cache-Control"]), where
        assert "Strict-Transport-Security" not in headers, where


def test_tool_pages_may_be_framed_by_the_platform_of_the_visit_alone(house):
    anna, berta = house.arrive("anna", "a"), house.arrive("berta", "b")
    for path in ("/apply", "/final"):
        assert anna.client.get(path).headers["Content-Security-Policy"].endswith("frame-ancestors https://lms-a.example")
        assert berta.client.get(path).headers["Content-Security-Policy"].endswith("frame-ancestors https://lms-b.example")


def test_the_nonce_differs_in_every_answer_and_stands_on_every_script(house):
    client = house.arrive().client
    seen = set()
    for _ in range(3):
        answer = client.get("/apply")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]).group(1)
        scripts = re.findall(r"<script\b[^>]*>", answer.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script and "src=" in script for script in scripts)
        seen.add(nonce)
    assert len(seen) == 3


@pytest.mark.parametrize("attack", ["no-token", "other-session", "evil-origin", "null-origin", "text-plain"])
def test_every_unsafe_route_refuses_forged_forms(house, attack):
    anna, mallory = house.arrive("anna"), house.arrive("mallory")
    good = anna.token()
    tried = 0
    for rule, method in rules(house, UNSAFE):
        if rule.endpoint in EXEMPT:
            continue
        route = ROUTES[rule.endpoint]
        sent = {"headers": {}, "data": body(route, good)}
        if attack == "no-token":
            sent["data"] = body(route, {"visit": good["visit"]})
        elif attack == "other-session":
            sent["data"] = body(route, {**good, "csrf_token": mallory.token()["csrf_token"]})
        elif attack == "evil-origin":
            sent["headers"]["Origin"] = "https://evil.example"
        elif attack == "null-origin":
            sent["headers"]["Origin"] = "null"
        else:
            sent = {"data": '{"csrf_token": "x"}', "content_type": "text/plain"}
        answer = anna.client.open(address(house, rule.endpoint), method=method, **sent)
        expected = "form-from-elsewhere" if "origin" in attack else "form-outdated"
        assert 400 <= answer.status_code < 500, rule.endpoint
        assert expected in answer.text, f"{rule.endpoint} {answer.status_code}"
        tried += 1
    assert tried >= 10


def test_only_the_launch_and_the_public_interface_are_without_our_token(house):
    for endpoint in EXEMPT:
        answer = house.app.test_client().post(address(house, endpoint), data={}, headers={"Origin": "https://lms-a.example"})
        assert "form-outdated" not in answer.text
        assert "form-from-elsewhere" not in answer.text


def test_own_origin_is_taken(house):
    anna = house.arrive()
    data = {**anna.token(), "declaration": "selfie", "on": "1"}
    for origin in ("http://localhost:8400", "HTTP://LOCALHOST:8400"):
        answer = anna.client.post(f"/apply/{anna.application}/declare", data=data, headers={"Origin": origin})
        assert answer.status_code == 303


def settled(text: str) -> str:
    """An answer without what differs every time."""
    text = re.sub(r"[0-9A-F]{4}-[0-9A-F]{4}", "REFERENCE", text)
    text = re.sub(r'nonce="[^"]+"|name="(?:csrf_token|visit)" value="[^"]+"', "", text)
    return re.sub(r"(?<=\?language=)\w+", "", text)


def event_of(house) -> str:
    """An event that somebody of the staff entered in the course of tenant a."""
    said = Particulars("Digital storytelling", date(2026, 11, 12), date(2026, 11, 14), 360)
    return events.begin(house.installation, house.arrive("eva", "a", Role.STAFF).visit, said)


STRANGERS = {
    "another person of the same tenant": ("bob", "a", Role.TEACHER),
    "a person of another tenant": ("anna", "b", Role.TEACHER),
    "staff of another tenant": ("sam", "b", Role.STAFF),
    "an observer of the same tenant": ("olga", "a", Role.OBSERVER),
}


@pytest.mark.parametrize("stranger", STRANGERS, ids=list(STRANGERS))
def test_ids_of_others_answer_like_unknown_ones(both, stranger):
    anna = both.arrive("anna", "a")
    document = anna.add()
    upload = resuming.begin(both.installation, anna.visit, anna.application, Announced("scan.pdf", 100)).id
    theirs = {"application_id": anna.application, "document_id": document, "upload_id": upload, "event_id": event_of(both)}
    who, tenant, role = STRANGERS[stranger]
    guest = both.arrive(who, tenant, role)
    fields = guest.token("/review" if role is Role.STAFF else "/apply")
    for state in ("draft", "submitted", "awarded"):
        if state == "submitted":
            anna.submit()
        if state == "awarded":
            theirs["number"] = anna.certify()
        for rule, method in rules(both, UNSAFE | {"GET"}):
            route = ROUTES[rule.endpoint]
            if not route.ids or not set(route.ids) <= set(theirs):
                continue
            where = f"{method} {rule.endpoint} {state}"
            answers = []
            for ids in ({name: theirs[name] for name in route.ids}, {}):
                sent = {"data": body(route, fields)} if method != "GET" else {}
                answers.append(guest.client.open(address(both, rule.endpoint, ids), method=method, **sent))
            assert [answer.status_code for answer in answers] == [404, 404], where
            assert settled(answers[0].text) == settled(answers[1].text), where
    assert both.arrive("anna", "a").client.get(f"/piece/{anna.application}/{document}").status_code == 200


def test_owner_and_staff_of_the_tenant_do_see_it(house):
    anna = house.arrive("anna", "a")
    document, application = anna.add(), anna.application
    sam = house.arrive("sam", "a", Role.STAFF)
    assert anna.client.get(f"/piece/{application}/{document}").status_code == 200
    assert sam.client.get(f"/review/{application}").status_code == 404  # not submitted: nobody's business yet
    anna.submit()
    for path in (f"/review/{application}", f"/review/{application}/award", f"/piece/{application}/{document}"):
        assert sam.client.get(path).status_code == 200


def test_a_file_of_somebody_elses_certificate_is_never_given(house):
    number = house.arrive("anna").certify()
    for client in (house.app.test_client(), house.arrive("bob").client, house.arrive("sam", role=Role.STAFF).client):
        for ending in ("pdf", "json", "png"):
            assert client.get(f"/certificate/{number}.{ending}").status_code in {403, 404}
            assert b"%PDF" not in client.get(f"/c/{number}.{ending}").data


def test_without_a_visit_every_tool_route_is_closed(house):
    anna = house.arrive()
    ids = {"application_id": anna.application, "document_id": anna.add(), "number": anna.certify()}
    for rule, method in rules(house, {"GET"}):
        route = ROUTES[rule.endpoint]
        if route.audience != TOOL or rule.endpoint == "window.enter":
            continue
        known = {name: ids.get(name, UNKNOWN[name]) for name in route.ids}
        answer = house.app.test_client().open(address(house, rule.endpoint, known), method=method)
        assert answer.status_code == 403, rule.endpoint
        assert "no-session" in answer.text, rule.endpoint
