"""From the list of grades to one person's submission: who gets to see what (threats L16, L23)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from lti_tool.evidence.records import ApplicationRecord
from lti_tool.launch.records import Deployment
from lti_tool.launch.visit import Activity, Role

ITEM = "https://lms-a.example/items/1"


def reviewer(house, of, who="sam", tenant="a", role=Role.STAFF, **more):
    return house.arrive(who, tenant, role, activity=Activity.SUBMISSION, for_sub=of, **more)


def listed_only(house):
    with house.installation.database.write() as session:
        session.execute(sa.update(Deployment).values(reviewers="listed"))


def put_aside(house, application, **values):
    with house.installation.database.write() as session:
        session.execute(sa.update(ApplicationRecord).where(ApplicationRecord.id == application).values(**values))


def test_what_was_submitted_opens(both):
    anna = both.arrive("anna")
    application = anna.submit()
    answer = reviewer(both, "anna").client.get("/submission")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/review/{application}")


def test_an_awarded_one_opens_read_only_with_its_certificate(house):
    anna = house.arrive("anna")
    anna.add()
    anna.submit()
    number = anna.certify()
    guest = reviewer(house, "anna")
    page = guest.client.get("/submission", follow_redirects=True)
    assert page.status_code == 200
    assert "Nothing is left to decide" in page.text
    assert "-".join(re.findall("....", number)) in page.text
    assert "Issued" in page.text
    assert "<textarea" not in page.text
    assert "/award" not in page.text


def test_a_revoked_certificate_is_said_to_be(house):
    from lti_tool import clock
    from lti_tool.issuing.records import CertificateRecord

    anna = house.arrive("anna")
    anna.submit()
    anna.certify()
    with house.installation.database.write() as session:
        session.execute(sa.update(CertificateRecord).values(state="revoked", revoked_at=clock.now()))
    assert "Revoked on" in reviewer(house, "anna").client.get("/submission", follow_redirects=True).text


def test_an_awarded_one_without_its_certificate_yet(house):
    anna = house.arrive("anna")
    application = anna.submit()
    put_aside(house, application, state="awarded")
    assert "The certificate is being made." in reviewer(house, "anna").client.get("/submission", follow_redirects=True).text


def elsewhere(house):
    """The same person, in another place of the same platform."""
    application = house.arrive("carla", "a").submit()
    with house.installation.database.write() as session:
        here = session.scalars(sa.select(Deployment)).first()
        place = Deployment(registration_id=here.registration_id, deployment_id="2", reviewers="course", created_at=here.created_at)
        session.add(place)
        session.flush()
        other = place.id
    put_aside(house, application, tenant_id=other)
    return "carla"


NOTHING = {
    "somebody nobody knows": lambda house: "nobody",
    "somebody who only began": lambda house: house.arrive("anna").application and "anna",
    "somebody who submitted in another tenant": lambda house: house.arrive("berta", "b").submit() and "berta",
    "somebody who submitted in another deployment of this platform": elsewhere,
    "a strange id": lambda house: "' or 1=1 --",
}


@pytest.mark.parametrize("prepare", NOTHING.values(), ids=NOTHING)
def test_nothing_submitted_is_always_the_same_answer(both, prepare):
    pages = [reviewer(both, sub).client.get("/submission") for sub in (prepare(both), "0")]
    assert [page.status_code for page in pages] == [200, 200]
    bodies = {re.sub(r'nonce="[^"]+"|name="(?:csrf_token|visit)" value="[^"]+"', "", page.text) for page in pages}
    assert len(bodies) == 1
    assert "Nothing was submitted yet" in bodies.pop()


def test_the_same_sub_in_another_tenant_is_somebody_else(house):
    house.arrive("anna", "b").submit()
    here = house.arrive("anna", "a").submit()
    assert reviewer(house, "anna").client.get("/submission").headers["Location"] == f"/review/{here}"


def test_of_several_the_one_whose_grade_was_asked_for(house):
    anna = house.arrive("anna", line_item=ITEM)
    first = anna.submit()
    put_aside(house, first, state="withdrawn", scheme_id="another-scheme", line_item=ITEM)
    second = house.arrive("anna", line_item=ITEM + "0").submit()
    assert first != second
    asked = {ITEM: first, ITEM + "0": second, ITEM + "9": second, None: second}
    for line_item, application in asked.items():
        answer = reviewer(house, "anna", line_item=line_item).client.get("/submission")
        assert answer.headers["Location"] == f"/review/{application}", line_item


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OBSERVER, Role.STAFF])
def test_ones_own_leads_to_ones_own_page(house, role):
    answer = reviewer(house, "anna", who="anna", role=role).client.get("/submission")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/final")


REFUSED = {
    "a teacher": (Role.TEACHER, "not-found", 404),
    "an observer": (Role.OBSERVER, "not-found", 404),
    "an administrator": (Role.ADMINISTRATOR, "not-a-reviewer", 403),
}


@pytest.mark.parametrize(("role", "code", "status"), REFUSED.values(), ids=REFUSED)
def test_who_may_not_review_learns_nothing(both, role, code, status):
    both.arrive("anna").submit()
    guests = [reviewer(both, sub, who="mallory", role=role) for sub in ("anna", "nobody")]
    listed_only(both)
    answers = [guest.client.get("/submission", headers={"Accept": "application/json"}) for guest in guests]
    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(status, code)] * 2


def test_staff_who_is_not_listed_may_ask_to_be_and_learns_nothing(both):
    both.arrive("anna").submit()
    guests = [reviewer(both, sub, who="mallory") for sub in ("anna", "nobody")]
    listed_only(both)
    answers = [guest.client.get("/submission") for guest in guests]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, "/asking")] * 2
    assert guests[0].client.get("/asking").status_code == 200


def test_a_link_is_no_way_to_somebodys_submission(house):
    house.arrive("anna").submit()
    answer = house.arrive("sam", role=Role.STAFF).client.get("/submission?for=anna&for_sub=anna", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "nobody-to-review")
