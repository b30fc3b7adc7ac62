"""What the admin pages do: the operator's way in and out, approvals, invitations, settings, reviewers, scores, refusals, keys."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from test_admin_access import fields, furnish

from lti_tool import clock
from lti_tool.administration import operators, refusals
from lti_tool.administration.refusals import Pace
from lti_tool.delivery.records import ScoreRecord
from lti_tool.history import Event
from lti_tool.launch import invitations, registrations, skew
from lti_tool.launch.doctor import Check
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.visit import Role
from lti_tool.web import admin_platforms

HOSTILE = "<script>alert(1)</script>\"'`{{7*7}}"


def make_link(house):
    with house.installation.database.write() as db:
        return operators.make_link(db)


def record(house, kind, row_id):
    with house.installation.database.read() as db:
        found = db.get_one(kind, row_id)
        db.expunge_all()
        return found


def events(house, kind):
    with house.installation.database.read() as db:
        return [(event.subject, event.actor, event.content) for event in db.scalars(sa.select(Event).filter_by(kind=kind))]


def test_looking_at_a_link_does_not_use_it_up(both):
    client, path = both.app.test_client(), f"/admin/enter/{make_link(both)}"
    for _ in range(3):
        assert both.app.test_client().get(path).status_code == 200
    assert client.post(path, data=fields(client, path)).headers["Location"] == "/admin"
    assert client.get("/admin").status_code == 200


def test_a_link_opens_one_browser(both):
    path = f"/admin/enter/{make_link(both)}"
    answers = []
    for _ in range(3):
        client = both.app.test_client()
        answers.append(client.post(path, data=fields(client, path)))
    assert [answer.status_code for answer in answers] == [303, 403, 403]
    assert "operator-link-over" in answers[1].text


def test_a_page_tells_nothing_of_a_link(house):
    used, open_one = make_link(house), make_link(house)
    client = house.app.test_client()
    client.post(f"/admin/enter/{used}", data=fields(client, f"/admin/enter/{used}"))
    pages = [house.app.test_client().get(f"/admin/enter/{secret}").text.replace(secret, "SECRET") for secret in (used, open_one, "never-given")]
    assert len({re.sub(r'nonce="[^"]+"|value="[^"]+"', "", page) for page in pages}) == 1


@pytest.mark.parametrize("sent", [{}, {"csrf_token": "x"}, {"csrf_token": ""}], ids=["no token", "another token", "empty"])
def test_a_link_is_not_used_up_by_a_forged_form(house, sent):
    client, path = house.app.test_client(), f"/admin/enter/{make_link(house)}"
    good = fields(client, path)
    assert client.post(path, data=sent).status_code == 400
    assert client.post(path, data=good, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(path, data=good, headers={"Origin": "http://localhost:8400"}).status_code == 303


def test_entering_begins_a_fresh_session(house):
    """What was in the cookie before, a visit or a planted token, is gone afterwards (threat L19)."""
    guest, path = house.arrive("ada", role=Role.ADMINISTRATOR), f"/admin/enter/{make_link(house)}"
    before = fields(guest.client, path)
    with guest.client.session_transaction() as session:
        session["planted"] = "x"
    guest.client.post(path, data=before)
    with guest.client.session_transaction() as session:
        assert set(session) == {"operator"}
    assert guest.client.post("/admin/leave", data=before).status_code == 400


def test_a_launch_ends_the_operators_session_in_that_browser(house):
    client = house.operate()
    ada = house.visit("ada", "a", Role.ADMINISTRATOR)
    with client.session_transaction() as session:  # as /lti/launch does
        session.clear()
        session["visit"] = ada.id
    assert client.get("/admin/keys").status_code == 403


def test_signing_out_ends_the_session_for_good(both):
    client = both.operate()
    with client.session_transaction() as session:
        kept = dict(session)
    assert client.post("/admin/leave", data=fields(client, "/admin")).status_code == 303
    assert client.get("/admin").status_code == 403
    with client.session_transaction() as session:
        session.update(kept)
    answer = client.get("/admin")
    assert (answer.status_code, "operator-session-over" in answer.text) == (403, True)


def test_a_pending_place_shows_both_ids_and_is_let_in_by_one_click(both):
    things, client = furnish(both), both.operate()
    with both.installation.database.write() as db:
        place = registrations.find_deployment(db, db.get_one(Registration, things.registration_id), "17:abc")
        place_id = place.id
    page = client.get("/admin").text
    for shown in ("https://lms-a.example", "sealwright", "17:abc"):
        assert f"<code>{shown}</code>" in page
    answer = client.post(f"/admin/tenants/{place_id}/status", data={**fields(client, "/admin"), "status": "active", "from": "overview"})
    assert answer.headers["Location"] == "/admin"
    assert record(both, Deployment, place_id).status == "active"
    assert events(both, "lms-status")[-1] == (f"registration:{things.registration_id}", "operator", {"status": "active", "deployment": "17:abc"})


@pytest.mark.parametrize("what", ["platform", "tenant"])
def test_suspension_ends_sessions_and_resuming_does_not_bring_them_back(both, what):
    things, client = furnish(both), both.operate()
    anna, elsewhere = both.arrive("anna"), both.arrive("berta", "b")
    path = f"/admin/platforms/{things.registration_id}/status" if what == "platform" else f"/admin/tenants/{things.deployment_id}/status"
    for status, expected in (("suspended", 403), ("active", 403)):
        assert client.post(path, data={**fields(client, "/admin"), "status": status}).status_code == 303
        assert anna.client.get("/apply").status_code == expected
    assert both.arrive("anna").client.get("/apply").status_code == 200
    assert elsewhere.client.get("/apply").status_code == 200


@pytest.mark.parametrize("status", ["", "pending", "ACTIVE", "deleted", None])
def test_no_other_status_is_taken(house, status):
    things, client = furnish(house), house.operate()
    sent = {**fields(client, "/admin"), **({} if status is None else {"status": status})}
    for path in (f"/admin/platforms/{things.registration_id}/status", f"/admin/tenants/{things.deployment_id}/status"):
        assert client.post(path, data=sent).status_code == 400
    assert record(house, Deployment, things.deployment_id).status == "active"


def test_an_invitation_is_shown_once_and_can_be_withdrawn(both):
    client = both.operate()
    sent = {**fields(client, "/admin/connect"), "label": "Example & School", "hours": "72"}
    page = client.post("/admin/connect/invitations", data=sent).text
    address = re.search(r'value="(http://localhost:8400/lti/register/[\w-]{43})"', page).group(1)
    secret = address.rsplit("/", 1)[1]
    listed = client.get("/admin/connect").text
    assert secret not in listed
    assert "Example &amp; School" in listed
    with both.installation.database.read() as db:
        (invitation,) = invitations.waiting(db)
        assert (invitation.approves, invitation.created_by) == (False, "operator")
    digest = invitations.digest_of(secret)
    for expected in (303, 404):
        assert client.post(f"/admin/connect/invitations/{digest}/withdraw", data=fields(client, "/admin/connect")).status_code == expected
    with both.installation.database.read() as db:
        assert list(invitations.waiting(db)) == []


@pytest.mark.parametrize("hours", ["", "0", "-1", "73", "1e2", "9" * 5000, "٧٢", "72 "])
def test_an_invitation_lasts_as_long_as_the_page_offers(house, hours):
    client = house.operate()
    assert client.post("/admin/connect/invitations", data={**fields(client, "/admin/connect"), "hours": hours}).status_code == 400


TYPED = {
    "issuer": "https://open.example",
    "client_id": "client-7",
    "auth_url": "https://open.example/auth",
    "token_url": "https://open.example/token",
    "jwks_url": "https://open.example/jwks",
    "deployments": "1\n2",
    "family": "open-edx",
    "reviewers": "course",
}
MISTYPED = [
    ("issuer", ""),
    ("issuer", "two\x00parts"),
    ("client_id", ""),
    ("client_id", "x" * 256),
    ("auth_url", "ftp://open.example/auth"),
    ("auth_url", "javascript:alert(1)"),
    ("token_url", "open.example/token"),
    ("token_url", "https://user:word@open.example/token"),
    ("jwks_url", "https://open.example/jwks#1"),
    ("jwks_url", HOSTILE),
    ("deployments", ""),
    ("deployments", "x" * 256),
    ("family", "another"),
]


@pytest.mark.parametrize(("name", "typed"), MISTYPED)
def test_what_is_mistyped_is_said_at_its_field_and_nothing_is_lost(house, name, typed):
    client = house.operate()
    answer = client.post("/admin/connect/manual", data={**fields(client, "/admin/connect"), **TYPED, name: typed})
    assert answer.status_code == 400
    assert set(re.findall(r'id="(\w+)-fault"', answer.text)) == {name}
    assert f'aria-describedby="{name}-fault' in answer.text
    for other, value in TYPED.items():
        assert other in {name, "deployments", "family", "reviewers"} or f'value="{value}"' in answer.text
    assert "<script>alert" not in answer.text
    with house.installation.database.read() as db:
        assert db.scalars(sa.select(Registration)).all() == []


def test_a_platform_is_connected_by_hand(both):
    client = both.operate()
    answer = client.post("/admin/connect/manual", data={**fields(client, "/admin/connect"), **TYPED})
    with both.installation.database.read() as db:
        known = db.scalars(sa.select(Registration)).one()
        assert answer.headers["Location"] == f"/admin/platforms/{known.id}"
        assert {place.deployment_id: (place.status, place.reviewers) for place in known.deployments} == dict.fromkeys("12", ("active", "course"))
        assert (known.family, known.token_audience) == ("open-edx", None)
    assert events(both, "lms-added")[0][1] == "operator"


@pytest.mark.parametrize("name", ["auth_url", "token_url", "jwks_url"])
def test_a_known_platform_is_not_taken_over_from_the_page(house, name):
    client = house.operate()
    client.post("/admin/connect/manual", data={**fields(client, "/admin/connect"), **TYPED})
    moved = {**TYPED, name: "https://evil.example/x", "replace": "1"}
    answer = client.post("/admin/connect/manual", data={**fields(client, "/admin/connect"), **moved})
    assert (answer.status_code, re.findall(r'id="(\w+)-fault"', answer.text)) == (409, [name])
    with house.installation.database.read() as db:
        assert getattr(db.scalars(sa.select(Registration)).one(), name) == TYPED[name]


SETTINGS = {"default_scheme": "digital-competence", "reviewers": "listed", "name": "A school", "branding": "Example Town", "time_zone": "Asia/Tokyo"}


def test_settings_hold_from_the_next_page_on(both):
    things = furnish(both)
    ada = both.arrive("ada", role=Role.ADMINISTRATOR)
    path = f"/admin/tenants/{things.deployment_id}"
    sent = {**ada.token(path), **SETTINGS, "retention_days": "30"}
    assert ada.client.post(path, data=sent).status_code == 303
    found = record(both, Deployment, things.deployment_id)
    assert (found.name, found.branding, found.time_zone, found.retention_days) == ("A school", "Example Town", "Asia/Tokyo", 30)
    assert "JST" in ada.client.get("/admin").text
    assert events(both, "tenant-changed")[0][1] == str(ada.visit.visitor.id)


def test_settings_that_are_wrong_are_said_at_their_fields_and_nothing_is_lost(house):
    things = furnish(house)
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    path = f"/admin/tenants/{things.deployment_id}"
    answer = ada.client.post(path, data={**ada.token(path), **SETTINGS, "branding": HOSTILE, "time_zone": "Mars", "retention_days": "0"})
    assert answer.status_code == 400
    assert set(re.findall(r'id="(\w+)-fault"', answer.text)) == {"time_zone", "retention_days"}
    assert 'value="Mars"' in answer.text
    assert 'value="A school"' in answer.text
    assert "<script>alert" not in answer.text
    assert record(house, Deployment, things.deployment_id).name == ""


@pytest.mark.parametrize("field", ["status", "deployment_id", "registration_id", "id", "created_at"])
def test_no_other_field_of_a_tenant_is_taken(house, field):
    things = furnish(house)
    before = record(house, Deployment, things.deployment_id)
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    path = f"/admin/tenants/{things.deployment_id}"
    assert ada.client.post(path, data={**ada.token(path), **SETTINGS, field: "7"}).status_code == 303
    assert getattr(record(house, Deployment, things.deployment_id), field) == getattr(before, field)


def test_a_reviewers_rights_bite_at_the_next_click(both):
    things = furnish(both)
    sam, ada = both.arrive("sam", role=Role.STAFF), both.arrive("ada", role=Role.ADMINISTRATOR)
    path = f"/admin/tenants/{things.deployment_id}/reviewers/{things.person_id}"
    reviews = [sam.client.get("/review").status_code == 200]
    for decision in ("list", "remove"):
        assert ada.client.post(path, data={**ada.token("/admin"), "decision": decision}).status_code == 303
        reviews.append(sam.client.get("/review").status_code == 200)
    assert reviews == [False, True, False]


@pytest.mark.parametrize("decision", ["", "listed", "asked", "LIST", None])
def test_no_other_decision_is_taken(house, decision):
    things = furnish(house)
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    sent = {**ada.token("/admin"), **({} if decision is None else {"decision": decision})}
    assert ada.client.post(f"/admin/tenants/{things.deployment_id}/reviewers/{things.person_id}", data=sent).status_code == 400


@pytest.mark.parametrize("all_of_them", [False, True])
def test_a_stuck_score_is_tried_again(both, all_of_them):
    things, others = furnish(both), furnish(both, "b")
    ada = both.arrive("ada", role=Role.ADMINISTRATOR)
    page = ada.client.get("/admin/scores").text
    assert f"/admin/scores/{things.score_id}/retry" in page
    assert others.score_id not in page
    path = "/admin/scores/retry" if all_of_them else f"/admin/scores/{things.score_id}/retry"
    assert ada.client.post(path, data=ada.token("/admin/scores")).status_code == 303
    assert record(both, ScoreRecord, things.score_id).state == "waiting"
    assert record(both, ScoreRecord, others.score_id).state == "stuck"
    assert [(subject, actor) for subject, actor, _ in events(both, "score-retried")] == [(things.score_id, str(ada.visit.visitor.id))]


def test_refusals_are_shown_with_their_words(both):
    things = furnish(both)
    both.arrive("berta", "b")
    known = {"registration_id": things.registration_id, "deployment_id": things.deployment_id}
    told = [
        ("claim-missing", {"claim": "roles"}, known),
        ("platform-unknown", {"issuer": HOSTILE, "client_id": "7"}, {}),
        ("of-an-older-release", {}, known),
    ]
    for code, details, where in told:
        refusals.note(both.installation, code=code, reference="7F3A-91C0", route="lti_message.launch", details=details, pace=Pace(), **where)
    operator, ada, elsewhere = both.operate(), both.arrive("ada", role=Role.ADMINISTRATOR), both.arrive("eve", "b", Role.ADMINISTRATOR)
    pages = [client.get("/admin/refusals").text for client in (operator, ada.client, elsewhere.client)]
    assert [page.count("7F3A-91C0") for page in pages] == [3, 2, 0]
    assert "<script>alert" not in pages[0]
    assert "lacks “roles”" in pages[1]
    assert "Nobody was refused" in pages[2]


def test_the_doctor_names_the_places_of_a_platform_to_operators_alone(house, monkeypatch):
    things = furnish(house)
    found = (Check("registration", "ok", "active", {"id": 1}), Check("deployments", "wrong", "pending", {"pending": 1, "ids": "of-another-school"}))
    monkeypatch.setattr(admin_platforms.doctor, "examine", lambda *_: found)
    ada, operator = house.arrive("ada", role=Role.ADMINISTRATOR), house.operate()
    path = f"/admin/platforms/{things.registration_id}/doctor"
    seen = [client.post(path, data=sent).text for client, sent in ((ada.client, ada.token("/admin/scores")), (operator, fields(operator, "/admin")))]
    assert ["of-another-school" in page for page in seen] == [False, True]
    assert all("registered and active" in page for page in seen)


def test_a_key_is_rotated_from_the_page(house):
    client = house.operate()
    assert client.get("/admin/keys").text.count("signs</td>") == 1
    assert client.post("/admin/keys/rotate", data=fields(client, "/admin")).status_code == 303
    assert "published, signs soon" in client.get("/admin/keys").text
    assert events(house, "lti-key-rotated")[0][1] == "operator"


@pytest.mark.parametrize(("role", "linked"), [(Role.ADMINISTRATOR, True), (Role.TEACHER, False), (Role.STAFF, False), (Role.OBSERVER, False)])
def test_the_administration_is_linked_for_administrators_alone(house, role, linked):
    guest = house.arrive("ada", role=role)
    assert ('href="/admin"' in guest.client.get("/review" if role is Role.STAFF else "/final").text) is linked


def test_the_administration_opens_in_a_window_of_its_own(house):
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    address = ada.client.post("/window", data={**ada.token("/admin"), "to": "admin"}, headers={"Accept": "application/json"}).json["address"]
    window = house.app.test_client()
    assert window.get(address).headers["Location"] == "/admin"
    assert window.get("/admin").status_code == 200


EMPTY = {
    "/admin": "No learning platform is connected yet",
    "/admin/platforms": "No learning platform is connected yet",
    "/admin/connect": "stands here until it is used",
    "/admin/scores": "Everything has arrived",
    "/admin/refusals": "Nobody was refused",
}


@pytest.mark.parametrize(("path", "said"), EMPTY.items())
def test_an_empty_page_says_so(house, monkeypatch, path, said):
    monkeypatch.setattr("lti_tool.administration.overview.worker_lives", lambda _: True)
    assert said in house.operate().get(path).text


def test_a_worker_that_is_missing_is_said_to_both(house):
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    for client in (ada.client, house.operate()):
        assert "No worker is running" in client.get("/admin").text


def test_pages_are_capped(house, monkeypatch):
    monkeypatch.setattr(admin_platforms, "MOST_PLACES", 3)
    things, client = furnish(house), house.operate()
    with house.installation.database.write() as db:
        db.add_all([Deployment(registration_id=things.registration_id, deployment_id=f"d{n}", created_at=clock.now()) for n in range(9)])
    page = client.get(f"/admin/platforms/{things.registration_id}").text
    assert len(re.findall(r'href="/admin/tenants/\d+"', page)) == 3


@pytest.fixture
def _nothing_noticed():
    skew.forget()
    yield
    skew.forget()


AHEAD, BEHIND = "Our clock is ahead of the platform's by {} seconds", "Our clock is behind the platform's by {} seconds"
CLOCKS = {
    "far ahead": ((90, 90), AHEAD.format(90), True),
    "far behind": ((-45, -45), BEHIND.format(45), True),
    "tolerable": ((20, 20), AHEAD.format(20), False),
    "the way of a launch": ((2, 2), "Our clock and the platform's agree", False),
    "one message says nothing": ((90,), AHEAD.format(90), False),
    "one slow line among many": ((0, 0, 90), "Our clock and the platform's agree", False),
}


@pytest.mark.usefixtures("_nothing_noticed")
@pytest.mark.parametrize(("ages", "words", "needs_somebody"), CLOCKS.values(), ids=CLOCKS)
def test_a_clock_that_differs_is_said(house, ages, words, needs_somebody):
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    house.arrive("bob", "b", role=Role.ADMINISTRATOR)
    for age in ages:
        skew.observe(ada.visit.visitor.registration_id, clock.now().timestamp() - age, clock.now())
    platform = f"/admin/platforms/{ada.visit.visitor.registration_id}"
    for client in (ada.client, house.operate()):
        assert (words in client.get("/admin").text) is needs_somebody
        assert words in client.get(platform).text
        assert "as seen by this process" in client.get(platform).text


@pytest.mark.usefixtures("_nothing_noticed")
def test_the_clocks_of_others_are_nobody_elses_business(house):
    ada, bob = house.arrive("ada", role=Role.ADMINISTRATOR), house.arrive("bob", "b", role=Role.ADMINISTRATOR)
    for _ in range(2):
        skew.observe(bob.visit.visitor.registration_id, clock.now().timestamp() - 90, clock.now())
    assert "Our clock" not in ada.client.get("/admin").text
    assert "Our clock" in bob.client.get("/admin").text
    assert "Our clock" not in ada.client.get(f"/admin/platforms/{ada.visit.visitor.registration_id}").text
