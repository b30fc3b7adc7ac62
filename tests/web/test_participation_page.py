"""Certificates of participation in the browser: enter an event, choose people, confirm exactly those (threats L16, L17, S03)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from roster_parts import URL, course, member

from lti_tool.decision.participation import award_batch
from lti_tool.decision.records import DecisionRecord, EventRecord, ParticipantRecord
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.launch.roster import Roster
from lti_tool.launch.visit import Activity, Role
from lti_tool.problem import Problem
from lti_tool.web import choosing
from lti_tool.web.choosing import choices, pasted
from lti_tool.web.event_form import particulars

__all__ = ["course"]

EVENT = {"title": "Digital storytelling", "starts_on": "2026-11-12", "ends_on": "2026-11-14", "hours": "6"}


def organiser(house, who="sam", tenant="a", **more):
    return house.arrive(who, tenant, Role.STAFF, **{"members_url": URL, "activity": Activity.PARTICIPATION, **more})


def entered(guest, **changes):
    answer = guest.client.post("/participation", data=guest.token("/participation") | EVENT | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def chosen(guest, path, *people, mark="go", **more):
    return guest.client.post(f"{path}/choose", data=guest.token("/participation") | {"person": list(people), "mark": mark, **more})


def confirmed(guest, path, *people):
    page = chosen(guest, path, *people)
    assert page.status_code == 200, page.text
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', page.text) for name in ("csrf_token", "visit", "seen", "person")}
    return guest.client.post(f"{path}/issue", data={**fields, "csrf_token": fields["csrf_token"][0], "visit": fields["visit"][0]})


def work(house):
    """What the worker does."""
    installation = house.installation
    with installation.database.read() as session:
        batches = list(session.scalars(sa.select(ParticipantRecord.batch).distinct()))
    for batch in batches:
        award_batch(installation, batch)
    with installation.database.read() as session:
        decisions = list(session.scalars(sa.select(DecisionRecord.id)))
    for decision in decisions:
        issue(installation, ring(installation), decision, lambda *_: None)


def people(house):
    with house.installation.database.read() as session:
        return sorted(session.scalars(sa.select(ParticipantRecord.holder_name)))


def test_from_an_event_to_certificates(both, course):
    sam = organiser(both)
    assert 'value="Course"' in sam.client.get("/participation").text
    path = entered(sam)
    html = sam.client.get(path).text
    assert "12 November 2026 to 14 November 2026" in html
    assert "6 hours" in html
    page = chosen(sam, path, "thora", "anna")
    assert "2 people get this certificate" in page.text
    assert re.findall(r"<li><bdi>([^<]+)</bdi></li>", page.text) == ["Anna Ellis", "Þóra Guðmundsdóttir"]
    assert people(both) == []
    assert confirmed(sam, path, "thora", "anna").status_code == 303
    assert "0 of 2 certificates are issued" in sam.client.get(path).text
    anna = both.arrive("anna", activity=Activity.PARTICIPATION)
    assert "being made" in anna.client.get("/participation").text
    work(both)
    html = sam.client.get(path).text
    assert html.count("</svg> issued<") == 2
    assert 'data-poll="0"' in html
    assert "Digital storytelling" in anna.client.get("/participation").text
    number = re.search(r"/certificate/([0-9A-Z]{24})\.pdf", anna.client.get("/participation").text).group(1)
    assert anna.client.get(f"/certificate/{number}.pdf").data.startswith(b"%PDF")
    assert anna.client.get(f"/certificate/{number}.png").data.startswith(b"\x89PNG")
    assert both.arrive("bob").client.get(f"/certificate/{number}.pdf").status_code == 404
    public = both.app.test_client().get(f"/c/{number}").text
    for said in (
        "Valid",
        "Anna Ellis",
        "took part in",
        "Digital storytelling",
        "12 November 2026 to 14 November 2026",
        "confirmed by the organisers",
    ):
        assert said in public
    for unsaid in ("Shown in", "documents", "Level"):
        assert unsaid not in public.replace("identity document", "")


def test_a_learner_without_one_is_told_kindly(house, course):
    for role in (Role.TEACHER, Role.OBSERVER):
        answer = house.arrive("anna", role=role, activity=Activity.PARTICIPATION).client.get("/participation")
        assert answer.status_code == 200
        assert "no certificate of participation for you yet" in answer.text
        assert "Enter an event" not in answer.text
    assert course.asked == 0


def test_pressing_twice_makes_one_event_and_one_certificate_each(house, course):
    sam = organiser(house)
    assert entered(sam) == entered(sam)
    path = entered(sam)
    page = chosen(sam, path, "anna")
    fields = sam.token("/participation") | {"person": "anna", "seen": re.search(r'name="seen" value="(\w+)"', page.text).group(1)}
    assert [sam.client.post(f"{path}/issue", data=fields).status_code for _ in range(3)] == [303] * 3
    assert people(house) == ["Anna Ellis"]
    assert "confirmed" in sam.client.get(path).text


def test_what_changed_since_it_was_shown_is_not_confirmed(house, course):
    sam = organiser(house)
    path = entered(sam)
    page = chosen(sam, path, "anna")
    fields = sam.token("/participation") | {"person": "anna", "seen": re.search(r'name="seen" value="(\w+)"', page.text).group(1)}
    tampered = [{"person": ["anna", "bob"]}, {"person": "bob"}, {"seen": "0" * 64}, {"seen": ""}, {"person": []}]
    for change in tampered:
        assert sam.client.post(f"{path}/issue", data=fields | change).status_code in {400, 409}
    sam.client.post(f"{path}/change", data=sam.token("/participation") | EVENT | {"hours": "7"})
    assert sam.client.post(f"{path}/issue", data=fields).status_code == 409
    sam.client.post(f"{path}/change", data=sam.token("/participation") | EVENT)
    course.members[0] = member("anna", "Anna Renamed")
    chosen(sam, path, mark="reload")
    assert sam.client.post(f"{path}/issue", data=fields).status_code == 409
    assert people(house) == []


NOT_CHOSEN = {
    "somebody without a name": "nameless",
    "oneself": "sam",
    "somebody who left": "gone",
    "somebody who was never there": "mallory",
    "somebody of another course": "zoe",
    "nothing": "",
}


@pytest.mark.parametrize("sub", NOT_CHOSEN.values(), ids=NOT_CHOSEN)
def test_who_can_not_be_chosen(house, course, sub):
    house.arrive("zoe")
    sam = organiser(house)
    path = entered(sam)
    assert "nobody-chosen" in chosen(sam, path, sub).text
    forged = sam.token("/participation") | {"person": [sub, "anna"], "seen": "0" * 64}
    assert "not-in-course" in sam.client.post(f"{path}/issue", data=forged).text
    assert people(house) == []


def test_those_who_can_not_be_chosen_say_why(house, course):
    sam = organiser(house)
    path = entered(sam)
    html = sam.client.get(path).text
    assert html.count("disabled") == 2
    assert "the platform shares no name" in html
    assert "that is you: a colleague confirms you" in html
    assert "mia.one@mail.example" in html
    assert "Gone Away" not in html


MARKS = [
    ("all", {}, {"anna", "bob", "thora", "mia-1", "mia-2", "formula", "tina"}),
    ("none", {}, set()),
    ("pasted", {"names": "Anna Ellis"}, {"bob", "anna"}),
    ("pasted", {"names": ""}, {"bob"}),
    ("nonsense", {}, {"bob"}),
]


@pytest.mark.parametrize(("mark", "more", "expected"), MARKS)
def test_marks_work_without_a_script(house, course, mark, more, expected):
    sam = organiser(house)
    html = chosen(sam, entered(sam), "bob", mark=mark, **more).text
    assert set(re.findall(r'name="person" value="([^"]+)" checked', html)) == expected


LINES = [
    ("Þóra Guðmundsdóttir", {"thora"}, 0, 0),
    ("  þóra   GUÐMUNDSDÓTTIR  ", {"thora"}, 0, 0),
    ("Guðmundsdóttir, Þóra", {"thora"}, 0, 0),
    ("Guðmundsdóttir,Þóra", {"thora"}, 0, 0),
    ("Anna Ellis\nAnna Ellis\n\n", {"anna"}, 0, 0),
    ("Mia Müller", set(), 0, 1),
    ("MIA.TWO@mail.example", {"mia-2"}, 0, 0),
    ("Nobody Known\nanna", set(), 2, 0),
    ("Gone Away", set(), 1, 0),
    ("Sam Ellis", set(), 0, 0),
    ("Anna", set(), 1, 0),
    ("' or 1=1 --", set(), 1, 0),
    ("x" * 5000, set(), 1, 0),
    ("", set(), 0, 0),
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0][:30])
def test_pasted_names_find_people_of_the_course_alone(house, course, line):
    typed, subs, unknown, several = line
    visit = organiser(house).visit
    roster: Roster = course.read()
    found = pasted(typed, choices(roster, visit, ()), roster)
    assert (found.subs, len(found.unknown), len(found.several)) == (subs, unknown, several)


def test_a_long_course_is_listed_in_part_and_found_whole(house, course, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_SHOWN", 2)
    sam = organiser(house)
    path = entered(sam)
    html = sam.client.get(path).text
    assert html.count('name="person"') == 2
    assert "the first 2 of 9 people" in html
    html = chosen(sam, path, mark="pasted", names="Þóra Guðmundsdóttir").text
    assert 'value="thora" checked' in html


def test_without_a_roster_nobody_can_be_chosen(house, course):
    course.trouble = "service-refused"
    sam = organiser(house)
    path = entered(sam)
    answer = sam.client.get(path)
    assert answer.status_code == 200
    assert "refused our request" in answer.text
    assert 'name="person"' not in answer.text
    assert "nobody-chosen" in chosen(sam, path, "anna").text
    course.trouble = ""
    assert 'value="anna"' in chosen(sam, path, mark="reload").text


def test_an_event_of_tomorrow_waits(house, course):
    sam = organiser(house)
    path = entered(sam, ends_on="2199-01-01")
    assert "not over yet" in sam.client.get(path).text
    assert confirmed(sam, path, "anna").status_code == 409
    assert people(house) == []


STRANGERS = {
    "a learner": ("bob", "a", Role.TEACHER, {}),
    "an observer": ("olga", "a", Role.OBSERVER, {}),
    "an administrator who does not teach": ("ada", "a", Role.ADMINISTRATOR, {}),
    "staff of another tenant": ("sam", "b", Role.STAFF, {}),
    "staff of another course": ("sue", "a", Role.STAFF, {"context_id": "other"}),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_an_event_of_others_is_an_unknown_one(both, course, stranger):
    path = entered(organiser(both))
    who, tenant, role, more = STRANGERS[stranger]
    guest = both.arrive(who, tenant, role, members_url=URL, activity=Activity.PARTICIPATION, **more)
    fields = guest.token("/participation" if role is Role.STAFF else "/apply") | EVENT | {"person": "anna", "mark": "all", "seen": "0"}
    for address in (path, "/participation/" + "e" * 32):
        assert guest.client.get(address).status_code == 404
        for act in ("change", "remove", "choose", "issue"):
            assert guest.client.post(f"{address}/{act}", data=fields).status_code == 404, act
    assert "Digital storytelling" not in guest.client.get("/participation").text
    with both.installation.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EventRecord)) == 1


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OBSERVER, Role.ADMINISTRATOR])
def test_events_are_entered_by_organisers_alone(house, course, role):
    # The roster calls "sam" an instructor; the launch did not.
    guest = house.arrive("sam", "a", role, members_url=URL, activity=Activity.PARTICIPATION)
    answer = guest.client.post("/participation", data=guest.token("/apply") | EVENT)
    assert answer.status_code == 403
    assert "not-a-reviewer" in answer.text


FORMS = [
    ({"hours": "1.5"}, 90),
    ({"hours": "1,5"}, 90),
    ({"hours": "0.25"}, 15),
    ({"hours": ""}, None),
    ({"ends_on": ""}, 360),
    ({"title": "  A <b>bold</b>\ttitle\u202e "}, 360),
]


@pytest.mark.parametrize(("changes", "minutes"), FORMS)
def test_what_is_typed_is_understood(changes, minutes):
    said = particulars(EVENT | changes)
    assert said.minutes == minutes
    assert said.title in {"Digital storytelling", "A bold title"}


WRONG = [
    ({"title": ""}, "event-title-missing"),
    ({"title": " \u200b "}, "event-title-missing"),
    ({"title": "x" * 201}, "event-title-missing"),
    ({"starts_on": ""}, "event-dates-wrong"),
    ({"starts_on": "soon"}, "event-dates-wrong"),
    ({"starts_on": "2026-02-30"}, "event-dates-wrong"),
    ({"starts_on": "2026-11-15"}, "event-dates-wrong"),
    ({"starts_on": "0001-01-01"}, "event-dates-wrong"),
    ({"hours": "many"}, "event-length-wrong"),
    ({"hours": "-1"}, "event-length-wrong"),
    ({"hours": "0"}, "event-length-wrong"),
    ({"hours": "0.1"}, "event-length-wrong"),
    ({"hours": "1001"}, "event-length-wrong"),
    ({"hours": "NaN"}, "event-length-wrong"),
    ({"hours": "Infinity"}, "event-length-wrong"),
    ({"hours": "1e9999"}, "event-length-wrong"),
    ({"hours": "٣"}, "event-length-wrong"),
]


@pytest.mark.parametrize(("changes", "code"), WRONG)
def test_what_is_typed_wrong_is_refused(changes, code):
    with pytest.raises(Problem, match=code):
        particulars(EVENT | changes)


def test_a_hostile_title_is_text_everywhere(house, course):
    sam = organiser(house)
    path = entered(sam, title='"><img src=x onerror=alert(1)> {{7*7}}')
    for address in (path, "/participation"):
        html = sam.client.get(address).text
        assert "<img src=x" not in html
        assert "49" not in re.sub(r"[0-9a-f]{32}|\w{20,}", "", html.partition("<main")[2].partition("name=")[0])


def test_the_scheme_of_events_can_not_be_applied_for(house):
    """A link that names it leads applicants nowhere, and nothing of it can be awarded as an application."""
    guest = house.arrive("anna", scheme_id="participation")
    answer = guest.client.get("/apply")
    assert answer.status_code == 404
    assert "scheme-unknown" in answer.text
