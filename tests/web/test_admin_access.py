"""Who gets to the admin pages: every admin route, for everybody who might try (threats L16, L17, L18, W01, W02)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from test_web_routes import UNSAFE, address, body, rules, settled
from web_routes import ADMIN, OPERATOR, ROUTES, UNKNOWN

from lti_tool import clock
from lti_tool.administration import operators
from lti_tool.delivery.records import ScoreRecord
from lti_tool.history import Event
from lti_tool.launch import invitations, registrations, reviewers
from lti_tool.launch.arrival import from_content
from lti_tool.launch.records import Deployment, Invitation, Registration, Reviewer, VisitRecord
from lti_tool.launch.visit import Role
from lti_tool.launch.visits import open_visit

ADMINISTRATION = {endpoint: route for endpoint, route in ROUTES.items() if route.audience in {ADMIN, OPERATOR}}
# These answer a good request by calling a platform, or with a page that says what is missing.
SLOW = {"admin_platforms.examine"}
DENIED = {"nobody": "admin-only", "teacher": "admin-only", "staff": "admin-only", "observer": "admin-only"}


@dataclass
class Things:
    """The ids of everything that belongs to one tenant."""

    registration_id: int
    deployment_id: int
    person_id: int
    score_id: str
    digest: str

    def of(self, route) -> dict[str, object]:
        return {name: getattr(self, name) for name in route.ids}


def furnish(house, tenant: str = "a") -> Things:
    """A tenant with a stuck score and somebody who asked to review."""
    anna = house.arrive("anna", tenant)
    number, where = anna.certify(), anna.visit
    sam = house.visit("sam", tenant, Role.STAFF)
    with house.installation.database.write() as db:
        db.get_one(Deployment, where.tenant_id).reviewers = "listed"
        reviewers.ask(db, sam)
        score = ScoreRecord(
            certificate_number=number,
            registration_id=where.visitor.registration_id,
            line_item="https://x.example/1",
            sub="anna",
            timestamp=clock.now(),
            state="stuck",
        )
        db.add(score)
        secret = invitations.make(db, label="a school", approves=False, by="operator")
        db.flush()
        return Things(where.visitor.registration_id, where.tenant_id, sam.visitor.id, score.id, invitations.digest_of(secret))


def client_of(house, who: str):
    """A browser and the fields that its forms carry."""
    if who == "operator":
        client = house.operate()
        return client, fields(client, "/admin")
    if who == "nobody":
        client = house.app.test_client()
        return client, fields(client, "/admin/enter/never-given")
    role = {"teacher": Role.TEACHER, "staff": Role.STAFF, "observer": Role.OBSERVER}.get(who, Role.ADMINISTRATOR)
    guest = house.arrive(who, "b" if who == "administrator elsewhere" else "a", role)
    return guest.client, {**fields(guest.client, "/admin/enter/never-given"), "visit": guest.visit.id}


def fields(client, page):
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text).group(1)}


def call(house, browser, rule, ids):
    (client, sent), (endpoint, method) = browser, rule
    options = {"data": body(ROUTES[endpoint], sent)} if method in UNSAFE else {}
    return client.open(address(house, endpoint, ids), method=method, **options)


def admin_rules(house):
    return [(rule.endpoint, method) for rule, method in rules(house, UNSAFE | {"GET"}) if rule.endpoint in ADMINISTRATION]


@pytest.mark.parametrize("who", DENIED)
def test_only_administrators_come_in(house, who):
    things = furnish(house)
    client, sent = client_of(house, who)
    before = snapshot(house)
    for endpoint, method in admin_rules(house):
        for ids in (things.of(ROUTES[endpoint]), {}):
            answer = call(house, (client, sent), (endpoint, method), ids)
            where = f"{method} {endpoint} {answer.status_code}"
            assert answer.status_code == 403, where
            assert DENIED[who] in answer.text, where
    assert snapshot(house) == before


def snapshot(house):
    """Everything that an administrator can change."""
    with house.installation.database.read() as db:
        rows = []
        for record in (Registration, Deployment, Reviewer, Invitation, ScoreRecord):
            columns = [column.key for column in record.__table__.columns]
            rows += [(record.__name__, *(str(getattr(row, name)) for name in columns)) for row in db.query(record)]
        return sorted(rows), db.query(Event).count()


def test_an_administrator_elsewhere_finds_nothing_and_changes_nothing(both):
    things = furnish(both)
    furnish(both, "b")
    client, sent = client_of(both, "administrator elsewhere")
    before = snapshot(both)
    tried = 0
    for endpoint, method in admin_rules(both):
        route = ROUTES[endpoint]
        if not route.ids:
            continue
        theirs, unknown = (call(both, (client, sent), (endpoint, method), ids) for ids in (things.of(route), {}))
        where = f"{method} {endpoint}"
        assert (theirs.status_code, unknown.status_code) == (404, 404), where
        assert settled(theirs.text) == settled(unknown.text), where
        tried += 1
    assert tried >= 10
    assert snapshot(both) == before


# One id of one's own beside somebody else's.
MIXED = [
    ("admin_tenant.decide", {"deployment_id": "mine", "person_id": "theirs"}),
    ("admin_tenant.decide", {"deployment_id": "theirs", "person_id": "mine"}),
]


@pytest.mark.parametrize(("endpoint", "whose"), MIXED)
def test_ids_of_two_tenants_do_not_mix(both, endpoint, whose):
    theirs, mine = furnish(both), furnish(both, "b")
    client, sent = client_of(both, "administrator elsewhere")
    before = snapshot(both)
    ids = {name: getattr(mine if owner == "mine" else theirs, name) for name, owner in whose.items()}
    assert call(both, (client, sent), (endpoint, "POST"), ids).status_code == 404
    assert snapshot(both) == before


def test_two_tenants_of_one_platform_are_apart(both):
    """The same issuer and client: the platform is seen by both, the other's place, score and people by neither."""
    things = furnish(both)
    ada = both.visit("ada", "a", Role.ADMINISTRATOR)
    with both.installation.database.write() as db:
        known = db.get_one(Registration, things.registration_id)
        place = registrations.find_deployment(db, known, "second")
        place.status = "active"
        from_there = both.app.test_client()
        opened = open_at(db, place, ada.id)
    with from_there.session_transaction() as session:
        session["visit"] = opened.id
    sent = {**fields(from_there, "/admin/enter/never-given"), "visit": opened.id}
    before = snapshot(both)
    for endpoint in ("admin_tenant.settings", "admin_tenant.change", "admin_tenant.decide", "admin_outbox.retry"):
        method = "GET" if endpoint.endswith("settings") else "POST"
        theirs, unknown = (call(both, (from_there, sent), (endpoint, method), ids) for ids in (things.of(ROUTES[endpoint]), {}))
        assert (theirs.status_code, settled(theirs.text)) == (404, settled(unknown.text)), endpoint
    page = call(both, (from_there, sent), ("admin_platforms.one", "GET"), {"registration_id": things.registration_id}).text
    assert "second" in page
    assert f"/admin/tenants/{things.deployment_id}" not in page
    for path in ("/admin", "/admin/scores"):
        assert things.score_id not in from_there.get(path).text
        assert "Sam" not in from_there.get(path).text
    assert from_there.post("/admin/scores/retry", data=sent).status_code == 303
    assert snapshot(both) == before
    assert ada.tenant_id == things.deployment_id


def open_at(db, place, visit_id):
    """A visit of an administrator in a second place of the platform, with what a launch told in the first."""
    told = from_content(db.get_one(VisitRecord, visit_id).content)
    return open_visit(db, place.registration, place, replace(told, sub="tess"), hours=12)


def test_what_concerns_several_tenants_is_for_operators(house):
    things = furnish(house)
    client, sent = client_of(house, "administrator")
    before = snapshot(house)
    for endpoint, method in admin_rules(house):
        route = ROUTES[endpoint]
        if route.audience != OPERATOR:
            continue
        answer = call(house, (client, sent), (endpoint, method), things.of(route))
        expected = (404, "not-found") if route.ids else (403, "operators-only")
        assert answer.status_code == expected[0], endpoint
        assert expected[1] in answer.text, endpoint
    assert snapshot(house) == before


@pytest.mark.parametrize("who", ["administrator", "operator"])
def test_whoever_administers_comes_in_everywhere_else(house, who):
    things = furnish(house)
    client, sent = client_of(house, who)
    for endpoint, method in admin_rules(house):
        route = ROUTES[endpoint]
        if endpoint in SLOW or endpoint == "admin.rotate_key" or (who == "administrator" and route.audience == OPERATOR):
            continue
        if endpoint in {"admin_platforms.set_status", "admin_platforms.set_place"}:
            continue
        answer = call(house, (client, sent), (endpoint, method), things.of(route))
        expected = {400} if endpoint == "admin_connect.add" else {200, 303}
        assert answer.status_code in expected, f"{method} {endpoint} {answer.status_code}"


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 40, "1.0", "x", "%00", "1 or 1=1"])
@pytest.mark.parametrize("path", ["/admin/platforms/{}", "/admin/tenants/{}"])
def test_ids_that_are_no_ids_are_not_found(both, path, number):
    both.arrive()
    client = both.operate()
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("end", ["suspended tenant", "suspended platform", "other role", "idle"])
def test_an_administrators_rights_end_with_the_visit(house, end):
    guest = house.arrive("ada", role=Role.ADMINISTRATOR)
    assert guest.client.get("/admin").status_code == 200
    with house.installation.database.write() as db:
        if end == "suspended tenant":
            db.get_one(Deployment, guest.visit.tenant_id).status = "suspended"
        if end == "suspended platform":
            db.get_one(Registration, guest.visit.visitor.registration_id).status = "suspended"
    if end == "other role":
        house.visit("ada", "a", Role.TEACHER)
    with clock.held(clock.now() + timedelta(hours=3 if end == "idle" else 0)):
        answer = guest.client.get("/admin")
    assert (answer.status_code, "session-over" in answer.text) == (403, True)


def test_forms_of_another_tab_are_refused(house):
    """Two administrators in one browser: the form of the first must not act in the second one's tenant (threat L19)."""
    things = furnish(house, "b")
    ada = house.arrive("ada", "a", Role.ADMINISTRATOR)
    client, sent = client_of(house, "administrator elsewhere")
    answer = client.post(f"/admin/tenants/{things.deployment_id}", data={**body(ROUTES["admin_tenant.change"], sent), "visit": ada.visit.id})
    assert (answer.status_code, "other-visitor" in answer.text) == (403, True)


def test_ids_of_unknown_things_have_rows():
    assert {name for route in ADMINISTRATION.values() for name in route.ids} <= set(UNKNOWN)


def test_an_operators_pages_are_in_no_frame(house):
    things = furnish(house)
    client, _ = client_of(house, "operator")
    for endpoint, method in admin_rules(house):
        if method == "GET":
            policy = client.get(address(house, endpoint, things.of(ROUTES[endpoint]))).headers["Content-Security-Policy"]
            assert policy.endswith("frame-ancestors 'none'"), endpoint


@pytest.mark.parametrize("session_id", ["0" * 32, "", "x", 1, None, ["a"]])
def test_a_cookie_without_a_session_opens_nothing(house, session_id):
    client = house.app.test_client()
    with client.session_transaction() as session:
        session["operator"] = session_id
    assert client.get("/admin").status_code == 403


def test_a_visit_is_no_operators_session(house):
    """The id of a visit in the operator's place of the cookie, and the other way round."""
    ada = house.arrive("ada", role=Role.ADMINISTRATOR)
    with house.installation.database.write() as db:
        operator = operators.enter(db, operators.make_link(db))
    for key, value in (("operator", ada.visit.id), ("visit", operator)):
        client = house.app.test_client()
        with client.session_transaction() as session:
            session[key] = value
        assert client.get("/admin").status_code == 403
