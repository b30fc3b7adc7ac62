"""What follows a refusal: the page, the way back to the course, and what administrators learn of it."""

from __future__ import annotations

import html
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from lti_tool.administration.records import Refusal
from lti_tool.problem import vocabulary
from lti_tool.web import logs
from lti_tool.web.refused import ENDS, SLIPS, WORTH_A_LOOK, worth_a_look

RETURN = "https://lms-a.example/mod/lti/return.php?course=2&sesskey=Secret1"
NOBODYS = f"/piece/{'0' * 32}/{'f' * 32}"


def course(answer):
    """Where "Back to your course" leads, and the attributes of that link."""
    found = re.search(r'<a class="[^"]*" href="([^"]+)"([^>]*)>(?:(?!</a>).)*Back to your course</a>', answer.text, re.DOTALL)
    return (html.unescape(found[1]), found[2]) if found else (None, "")


def noted(house):
    with house.installation.database.read() as session:
        return session.execute(sa.select(Refusal.code, Refusal.reference, Refusal.route, Refusal.details, Refusal.deployment_id)).all()


ADDRESSES = {
    "with a query": (RETURN, "https://lms-a.example/mod/lti/return.php", {"course": ["2"], "sesskey": ["Secret1"]}),
    "without a query": ("https://lms-a.example/back", "https://lms-a.example/back", {}),
    "with an empty query": ("https://lms-a.example/back?", "https://lms-a.example/back", {}),
    "with a fragment": ("https://lms-a.example/back?a=1#top", "https://lms-a.example/back", {"a": ["1"]}),
    "with encoded parts": ("https://lms-a.example/back?a=%26%3D%23", "https://lms-a.example/back", {"a": ["&=#"]}),
    "with markup": ('https://lms-a.example/back?a="><script>', "https://lms-a.example/back", {"a": ['"><script>']}),
}


@pytest.mark.parametrize(("address", "place", "kept"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_way_back_says_what_happened(address, place, kept, house):
    answer = house.arrive(return_url=address).client.get(NOBODYS)
    back, how = course(answer)
    parts = urlsplit(back)
    reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.text)[0]
    said = {"lti_errormsg": [vocabulary()["not-found"].happened], "lti_errorlog": [f"not-found {reference}"]}
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == place
    assert parse_qs(parts.query) == {**kept, **said}
    assert parts.fragment == urlsplit(address).fragment
    assert 'rel="noreferrer"' in how
    assert 'referrerpolicy="no-referrer"' in how
    assert "<script>" not in answer.text


def test_without_a_known_course_there_is_no_way_back(house):
    for answer in (house.arrive(return_url=None).client.get(NOBODYS), house.app.test_client().get("/apply"), house.app.test_client().get("/none")):
        assert "Back to your course" not in answer.text


def test_programs_are_not_told_the_way_back(house):
    answer = house.arrive(return_url=RETURN).client.get(NOBODYS, headers={"Accept": "application/json"})
    assert set(answer.json) == {"code", "status", "happened", "todo", "tell", "reference"}
    assert "sesskey" not in answer.text


def test_the_way_back_is_in_no_log_and_in_no_note(house, monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure()
    client = house.arrive(return_url=RETURN).client
    client.post("/window", data={})
    client.get(NOBODYS)
    assert "refused" in written.getvalue()
    assert "Secret1" not in written.getvalue()
    assert "return.php" not in json.dumps([list(row) for row in noted(house)], default=str)


def test_what_somebody_typed_does_not_go_along(house, monkeypatch):
    from lti_tool.problem import Problem

    def refuse(*_arguments, **_more):
        raise Problem("platform-error", error="Ilse Beispiel", description="ilse@mail.example")

    monkeypatch.setitem(house.app.view_functions, "final.page", refuse)
    answer = house.arrive(return_url=RETURN).client.get("/final")
    assert "Ilse Beispiel" in answer.text
    assert "Ilse" not in course(answer)[0]
    assert "mail.example" not in course(answer)[0]


def test_a_refused_form_leads_back_to_its_page(house):
    guest = house.arrive(return_url=RETURN)
    answer = guest.client.post("/window", data={**guest.token(), "to": "nowhere"})
    assert re.search(r'<a class="btn btn-primary" href="/apply">', answer.text)
    assert 'class="btn btn-quiet"' in answer.text


def test_the_page_says_whom_to_tell_once(house):
    answer = house.app.test_client().post("/lti/login", data={"iss": "https://unknown.example"})
    assert answer.text.count("the administrator of your learning platform, if it happens again") == 1
    assert answer.text.count("happens again") == 1


def test_a_page_that_was_posted_offers_no_links_to_itself(house):
    assert 'href="?language=' not in house.app.test_client().post("/lti/login").text


REGISTRATION = {"iss": "https://unknown.example", "client_id": "x", "login_hint": "5", "target_link_uri": "http://localhost:8400/lti/launch"}
NOTED = {
    "a launch from nowhere": ("POST", "/lti/login", REGISTRATION, "platform-unknown", "lti_login.start"),
    "an incomplete login": ("POST", "/lti/login", {}, "login-incomplete", "lti_login.start"),
    "a message without a login": ("POST", "/lti/launch", {"state": "x", "id_token": "y"}, "state-unknown", "lti_message.launch"),
    "a platform's error": ("POST", "/lti/launch", {"error": "access_denied"}, "platform-error", "lti_message.launch"),
    "a stranger's secret": ("POST", "/lti/launch/stored", {}, "stored-from-elsewhere", "lti_stored.stored"),
    "a used handover": ("GET", "/lti/continue/x", {}, "handover-used", "lti_login.go_on"),
    "a used ticket": ("GET", "/enter/x?to=apply", {}, "ticket-used", "window.enter"),
}


@pytest.mark.parametrize("row", NOTED.values(), ids=NOTED)
def test_administrators_learn_of(row, house):
    method, path, sent, code, route = row
    answer = house.app.test_client().open(path, method=method, data=sent)
    ((found, reference, where, details, tenant),) = noted(house)
    assert (found, where, tenant) == (code, route, None)
    assert reference in answer.text
    assert "login_hint" not in details


NOT_NOTED = {
    "a page that is not there": ("GET", "/wp-login.php", {}),
    "a page without a session": ("GET", "/apply", {}),
    "a wrong method": ("GET", "/lti/launch", {}),
    "a body too large": ("POST", "/lti/login", {"x": "y" * 100_000}),
    "a mistyped number": ("POST", "/verify", {"number": "ABCD"}),
    "a form without its token": ("POST", "/window", {}),
    "a way in to nowhere": ("GET", "/enter/x?to=nowhere", {}),
}


@pytest.mark.parametrize(("method", "path", "sent"), NOT_NOTED.values(), ids=NOT_NOTED)
def test_administrators_are_spared(method, path, sent, house):
    answer = house.app.test_client().open(path, method=method, data=sent)
    assert answer.status_code >= 400
    assert noted(house) == []


def test_what_happens_inside_a_visit_is_noted_under_its_tenant(house):
    guest = house.arrive()
    guest.client.post("/window", data={**guest.token(), "visit": "0" * 32})
    ((code, _reference, route, _details, tenant),) = noted(house)
    assert (code, route, tenant) == ("other-visitor", "window.open_window", guest.visit.tenant_id)


def test_an_error_that_nobody_expected_is_noted_without_its_message(house, monkeypatch):
    def fail(*_arguments, **_more):
        raise RuntimeError("Ilse Beispiel")

    monkeypatch.setitem(house.app.view_functions, "final.page", fail)
    guest = house.arrive(return_url=RETURN)
    answer = guest.client.get("/final")
    ((code, reference, route, details, tenant),) = noted(house)
    assert (answer.status_code, code, route, details, tenant) == (500, "unexpected", "final.page", {}, guest.visit.tenant_id)
    assert reference in answer.text
    assert course(answer)[0].startswith(RETURN + "&lti_errormsg=")


def test_codes_and_routes_of_the_table_are_there(house):
    assert set(vocabulary()) >= WORTH_A_LOOK | SLIPS
    assert not WORTH_A_LOOK & SLIPS
    assert set(house.app.blueprints) >= ENDS


@pytest.mark.parametrize("code", sorted(SLIPS))
def test_a_slip_is_a_slip_at_the_ends_of_a_launch_too(code):
    assert not any(worth_a_look(code, blueprint) for blueprint in (*ENDS, "apply", None))


@pytest.mark.parametrize("led_by", ["cross-site", "same-site", "none", "", "same-origin, cross-site"])
def test_a_strangers_page_leads_nobody_into_a_session(led_by, house):  # L03
    guest = house.arrive()
    path = guest.client.post("/window", data={**guest.token(), "to": "apply"}, headers={"Accept": "application/json"}).json["address"]
    victim = house.app.test_client()
    answer = victim.get(path, headers={"Sec-Fetch-Site": led_by})
    assert (answer.status_code, "ticket-from-elsewhere" in answer.text) == (403, True)
    assert victim.get("/apply").status_code == 403
    assert victim.get(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
