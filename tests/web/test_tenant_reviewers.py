"""The desk's door: staff who are not listed find a page where they may ask; everybody else a refusal (threats L17, L18)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from lti_tool import clock, history
from lti_tool.launch import reviewers
from lti_tool.launch.records import Deployment, Reviewer
from lti_tool.launch.visit import Role

BOTH = frozenset({Role.STAFF, Role.ADMINISTRATOR})


@pytest.fixture
def listing(house):
    """A house in which tenants list their reviewers; every launch of `house` would say otherwise."""
    arrive = house.arrive

    def listed(*arguments, **more):
        guest = arrive(*arguments, **more)
        with house.installation.database.write() as session:
            session.execute(sa.update(Deployment).values(reviewers=reviewers.LISTED))
        return guest

    house.arrive = listed
    return house


def decide(guest, state):
    with guest.house.installation.database.write() as session:
        reviewers.decide(session, guest.visit.tenant_id, guest.visit.visitor.id, state, "operator")


def standings(house):
    with house.installation.database.read() as session:
        return session.scalars(sa.select(Reviewer.state)).all()


def test_staff_ask_wait_and_are_let_in(listing):
    sam = listing.arrive("sam", role=Role.STAFF)
    answer = sam.client.get("/review")
    assert (answer.status_code, answer.location) == (303, "/asking")
    page = sam.client.get("/asking")
    assert page.status_code == 200
    assert "Ask to become a reviewer" in page.text
    assert "List me" not in page.text
    assert sam.client.post("/asking", data=sam.token("/asking")).location == "/asking"
    page = sam.client.get("/asking").text
    assert "You have asked to become a reviewer" in page
    assert str(clock.now().year) in page
    assert '<button class="btn btn-primary"' not in page
    assert sam.client.get("/review").status_code == 303
    decide(sam, reviewers.LISTED)
    assert sam.client.get("/review").status_code == 200
    assert sam.client.get("/asking").location == "/review"
    decide(sam, reviewers.REMOVED)
    assert sam.client.get("/review").location == "/asking"
    assert "Ask to become a reviewer" in sam.client.get("/asking").text


def test_an_administrator_who_is_staff_lists_themself(listing):
    ada = listing.arrive("ada", role=Role.STAFF, roles=BOTH)
    assert "List me as a reviewer" in ada.client.get("/asking").text
    assert ada.client.post("/asking/list", data=ada.token("/asking")).location == "/review"
    assert ada.client.get("/review").status_code == 200
    with listing.installation.database.read() as session:
        actors = {event.actor for event in session.scalars(sa.select(history.Event)) if event.kind.startswith("reviewer-")}
    assert actors == {str(ada.visit.visitor.id)}


def test_staff_who_are_no_administrators_do_not_list_themselves(listing):
    sam = listing.arrive("sam", role=Role.STAFF)
    answer = sam.client.post("/asking/list", data=sam.token("/asking"))
    assert (answer.status_code, "admin-only" in answer.text) == (403, True)
    assert standings(listing) == []


OTHERS = [
    ("a teacher", frozenset({Role.TEACHER})),
    ("an observer", frozenset({Role.OBSERVER})),
    ("an administrator who is not staff", frozenset({Role.ADMINISTRATOR})),
    ("an administrator who learns here", frozenset({Role.ADMINISTRATOR, Role.TEACHER})),
]


@pytest.mark.parametrize("roles", [roles for _, roles in OTHERS], ids=[name for name, _ in OTHERS])
@pytest.mark.parametrize(("method", "path"), [("GET", "/review"), ("GET", "/asking"), ("POST", "/asking"), ("POST", "/asking/list")])
def test_to_everybody_else_it_stays_a_refusal(listing, roles, method, path):
    guest = listing.arrive("olga", role=Role.OBSERVER, roles=roles)
    fields = guest.token("/apply")
    answer = guest.client.open(path, method=method, data=fields if method == "POST" else None)
    assert (answer.status_code, "not-a-reviewer" in answer.text) == (403, True)
    assert standings(listing) == []


FORGED = [{"person_id": "1"}, {"state": "listed"}, {"role": "administrator"}, {"tenant": "1"}, {"reviewer": "1", "is_staff": "true"}]


@pytest.mark.parametrize("fields", FORGED, ids="-".join)
def test_form_fields_list_nobody(listing, fields):
    sam = listing.arrive("sam", role=Role.STAFF)
    assert sam.client.post("/asking", data={**sam.token("/asking"), **fields}).status_code == 303
    assert standings(listing) == ["asked"]
    assert sam.client.get("/review").status_code == 303


def test_ids_still_answer_staff_who_are_not_listed_like_unknown_ones(listing):
    anna = listing.arrive("anna")
    document, application = anna.add(), anna.application
    anna.submit()
    sam = listing.arrive("sam", role=Role.STAFF)
    fields = {**sam.token("/asking"), "version": "1", "message": "please"}
    for theirs, unknown in ((application, "0" * 32), ("f" * 32, "0" * 32)):
        for path in (f"/review/{theirs}", f"/review/{theirs}/award", f"/piece/{theirs}/{document}"):
            answers = [sam.client.get(each) for each in (path, path.replace(theirs, unknown))]
            assert [answer.status_code for answer in answers] == [404, 404], path
            texts = [re.sub(r'[0-9A-F]{4}-[0-9A-F]{4}|nonce="[^"]+"', "", answer.text) for answer in answers]
            assert texts[0] == texts[1], path
        for path in (f"/review/{theirs}/award", f"/review/{theirs}/changes"):
            assert sam.client.post(path, data=fields).status_code == 404


def test_removed_between_reading_and_deciding(listing):
    anna = listing.arrive("anna")
    anna.add()
    application = anna.submit()
    sam = listing.arrive("sam", role=Role.STAFF)
    sam.client.post("/asking", data=sam.token("/asking"))
    decide(sam, reviewers.LISTED)
    page = sam.client.get(f"/review/{application}").text
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    fields = {**sam.token("/review"), "version": version}
    decide(sam, reviewers.REMOVED)
    assert sam.client.post(f"/review/{application}/award", data=fields).status_code == 404
    decide(sam, reviewers.LISTED)
    assert sam.client.post(f"/review/{application}/award", data=fields).status_code == 303


def test_listed_in_one_tenant_and_staff_of_two(listing):
    anna = listing.arrive("anna", "b")
    anna.add()
    application = anna.submit()
    sam = listing.arrive("sam", "a", Role.STAFF)
    sam.client.post("/asking", data=sam.token("/asking"))
    decide(sam, reviewers.LISTED)
    other = listing.arrive("sam", "b", Role.STAFF)
    assert sam.client.get("/review").status_code == 200
    assert other.client.get("/review").location == "/asking"
    assert sam.client.get(f"/review/{application}").status_code == 404
    assert other.client.get(f"/review/{application}").status_code == 404


def test_a_listed_reviewer_does_not_decide_their_own(listing):
    sam = listing.arrive("sam", role=Role.STAFF)
    sam.add()
    application = sam.submit()
    sam.client.post("/asking", data=sam.token("/asking"))
    decide(sam, reviewers.LISTED)
    answer = sam.client.post(f"/review/{application}/award", data={**sam.token("/review"), "version": "2"})
    assert (answer.status_code, "own-application" in answer.text) == (403, True)
