"""Participants of events: who may confirm whom, once each, and that only what was confirmed is awarded."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from record_parts import Tenant, person, tenant

from lti_tool import clock, history
from lti_tool.decision import events
from lti_tool.decision.events import Particulars
from lti_tool.decision.freezing import approved
from lti_tool.decision.outcome import Checked
from lti_tool.decision.participation import MOST_AT_ONCE, award_batch, confirm
from lti_tool.decision.records import DecisionRecord, EventRecord, ParticipantRecord
from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.issuing.participants import own, participants, under_way
from lti_tool.issuing.register import by_number
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem

SAID = Particulars("Digital storytelling", date(2026, 11, 12), date(2026, 11, 14), 360)
PEOPLE = {"p1": "Þóra Guðmundsdóttir", "p2": "Ελένη Παπαδοπούλου"}


def organiser(installation: Installation, where: Tenant, sub: str = "sam", **more: Any) -> Visit:
    return dataclasses.replace(person(installation, where, sub=sub, given="Sam", family="Staff", role=Role.STAFF), **more)


def batches(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return list(session.scalars(sa.select(ParticipantRecord.batch).distinct()))


def decisions(installation: Installation) -> list[str]:
    with installation.database.read() as session:
        return list(session.scalars(sa.select(DecisionRecord.id)))


def test_who_was_confirmed_gets_one_certificate_that_says_so(either_tool: Installation) -> None:
    where = tenant(either_tool)
    sam = organiser(either_tool, where)
    event_id = events.begin(either_tool, sam, SAID)
    assert confirm(either_tool, sam, event_id, PEOPLE) == 2
    thora = person(either_tool, where, sub="p1")
    assert under_way(either_tool, thora)
    for batch in batches(either_tool):
        award_batch(either_tool, batch)
        award_batch(either_tool, batch)
    numbers = [issue(either_tool, ring(either_tool), decision, lambda *_: None) for decision in decisions(either_tool)]
    assert len(numbers) == 2
    (held,) = own(either_tool, thora)
    assert held.content.holder_name == "Þóra Guðmundsdóttir"
    assert held.content.event is not None
    assert (held.content.event.id, held.content.event.title, held.content.event.minutes) == (event_id, SAID.title, 360)
    assert (held.content.checked, held.content.scheme_id) == ("organisers", "participation")
    assert not under_way(either_tool, thora)
    assert [(one.sub, one.state) for one in participants(either_tool, sam, event_id)] == [("p1", "issued"), ("p2", "issued")]
    with either_tool.database.read() as session:
        decision = approved(session, decisions(either_tool)[0])
        assert (decision.decided_by, decision.award.checked) == (sam.visitor.id, Checked.ORGANISERS)
        assert history.first_break(session) is None


def test_asking_twice_gives_the_same_certificate(either_tool: Installation) -> None:
    sam = organiser(either_tool, tenant(either_tool))
    event_id = events.begin(either_tool, sam, SAID)
    assert events.begin(either_tool, sam, SAID) == event_id
    assert confirm(either_tool, sam, event_id, PEOPLE) == 2
    assert confirm(either_tool, sam, event_id, {"p1": "Another Name", "p3": "Mia Müller"}) == 1
    assert confirm(either_tool, sam, event_id, PEOPLE) == 0
    names = [one.holder_name for one in participants(either_tool, sam, event_id)]
    assert sorted(names) == sorted([*PEOPLE.values(), "Mia Müller"])


def test_of_many_at_once_each_person_is_confirmed_once(either_tool: Installation) -> None:
    sam = organiser(either_tool, tenant(either_tool))
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: events.begin(either_tool, sam, SAID), range(8)))
        assert len(ids) == 1
        event_id = ids.pop()
        new = list(pool.map(lambda _: confirm(either_tool, sam, event_id, PEOPLE), range(8)))
        assert sum(new) == 2
        for batch in batches(either_tool):
            list(pool.map(lambda _, batch=batch: award_batch(either_tool, batch), range(8)))  # type: ignore[misc]
    assert len(decisions(either_tool)) == 2


def test_people_who_never_came_here_are_known_by_their_key_alone(tool: Installation) -> None:
    sam = organiser(tool, tenant(tool))
    confirm(tool, sam, events.begin(tool, sam, SAID), PEOPLE)
    with tool.database.read() as session:
        rows = session.scalars(sa.select(PersonRecord).where(PersonRecord.sub.in_(PEOPLE))).all()
        assert [(row.given_name, row.family_name, row.full_name, row.email) for row in rows] == [("", "", "", "")] * 2


REFUSED: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "a teacher": ({"roles": frozenset({Role.TEACHER})}, PEOPLE, "not-a-reviewer"),
    "an observer": ({"roles": frozenset({Role.OBSERVER})}, PEOPLE, "not-a-reviewer"),
    "an administrator who does not teach": ({"roles": frozenset({Role.ADMINISTRATOR})}, PEOPLE, "not-a-reviewer"),
    "staff who is no reviewer": ({"is_reviewer": False}, PEOPLE, "not-a-reviewer"),
    "a reviewer in another course": ({"context_id": "course-2"}, PEOPLE, "not-found"),
    "a reviewer without a course": ({"context_id": ""}, PEOPLE, "not-found"),
    "nobody": ({}, {}, "nobody-chosen"),
    "oneself": ({}, PEOPLE | {"sam": "Sam Staff"}, "own-participation"),
    "no name": ({}, {"p1": ""}, "name-missing"),
    "a name of spaces": ({}, {"p1": "   "}, "name-missing"),
    "too many": ({}, {f"p{number}": "Somebody" for number in range(MOST_AT_ONCE + 1)}, "too-many-people"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_may_not_confirm_whom(case: str, tool: Installation) -> None:
    changes, people, code = REFUSED[case]
    sam = organiser(tool, tenant(tool))
    event_id = events.begin(tool, sam, SAID)
    with pytest.raises(Problem, match=code):
        confirm(tool, dataclasses.replace(sam, **changes), event_id, people)
    assert batches(tool) == []


def test_another_tenants_event_is_an_unknown_one(either_tool: Installation) -> None:
    """Also with the same course id, and for the same person in both (threat L16)."""
    event_id = events.begin(either_tool, organiser(either_tool, tenant(either_tool)), SAID)
    stranger = organiser(either_tool, tenant(either_tool, url="http://127.0.0.1:8"))
    assert events.events(either_tool, stranger) == ()
    assert events.begin(either_tool, stranger, SAID) != event_id
    acts: list[Any] = [
        lambda: events.event(either_tool, stranger, event_id),
        lambda: events.change(either_tool, stranger, event_id, SAID),
        lambda: events.remove(either_tool, stranger, event_id),
        lambda: confirm(either_tool, stranger, event_id, PEOPLE),
        lambda: participants(either_tool, stranger, event_id),
    ]
    for act in acts:
        with pytest.raises(Problem, match="not-found"):
            act()


def test_the_certificate_is_seen_in_its_own_tenant_alone(tool: Installation) -> None:
    sam = organiser(tool, tenant(tool))
    confirm(tool, sam, events.begin(tool, sam, SAID), {"p1": "Þóra Guðmundsdóttir"})
    for batch in batches(tool):
        award_batch(tool, batch)
    issue(tool, ring(tool), decisions(tool)[0], lambda *_: None)
    elsewhere = tenant(tool, url="http://127.0.0.1:8")
    assert own(tool, person(tool, elsewhere, sub="p1")) == ()
    assert own(tool, sam) == ()


def _other_name(session: Any) -> None:
    session.scalars(sa.select(ParticipantRecord)).first().holder_name = "Mallory"


def _other_title(session: Any) -> None:
    session.scalars(sa.select(EventRecord)).one().title = "A grander event"


def _other_days(session: Any) -> None:
    session.scalars(sa.select(EventRecord)).one().starts_on = date(2020, 1, 1)


def _one_more(session: Any) -> None:
    row = session.scalars(sa.select(ParticipantRecord)).first()
    stranger = session.scalars(sa.select(PersonRecord).filter_by(sub="sam")).one()
    copied = {name: getattr(row, name) for name in ("event_id", "holder_name", "batch", "confirmed_by", "confirmed_at")}
    session.add(ParticipantRecord(person_id=stranger.id, **copied))


def _other_organiser(session: Any) -> None:
    session.scalars(sa.select(ParticipantRecord)).first().confirmed_by = session.scalars(sa.select(PersonRecord.id).filter_by(sub="p1")).one()


@pytest.mark.parametrize("drift", [_other_name, _other_title, _other_days, _one_more, _other_organiser])
def test_what_drifted_after_it_was_confirmed_is_not_awarded(drift: Any, tool: Installation) -> None:
    sam = organiser(tool, tenant(tool))
    confirm(tool, sam, events.begin(tool, sam, SAID), PEOPLE)
    with tool.database.write() as session:
        drift(session)
    for batch in batches(tool):
        award_batch(tool, batch)
    assert decisions(tool) == []
    with tool.database.read() as session:
        assert session.scalars(sa.select(history.Event).filter_by(kind="participation.refused")).one().content == {"code": "award-drifted"}


def test_a_corrected_name_stays_its_owners(tool: Installation) -> None:
    where = tenant(tool)
    sam = organiser(tool, where)
    confirm(tool, sam, events.begin(tool, sam, SAID), {"p1": "Thora Gudmundsdottir"})
    for batch in batches(tool):
        award_batch(tool, batch)
    old = issue(tool, ring(tool), decisions(tool)[0], lambda *_: None)
    decision = revoking.reissue(tool, old, holder_name="Þóra Guðmundsdóttir", reason="misspelt", actor="administrator")
    new = issue(tool, ring(tool), decision, lambda *_: None)
    held = own(tool, person(tool, where, sub="p1"))
    assert [(one.content.number, one.state.value) for one in held] == [(new, "issued"), (old, "superseded")]
    with tool.database.read() as session:
        found = by_number(session, new)
    assert found is not None
    assert found.content.event is not None
    assert found.content.event.title == SAID.title


def test_an_event_counts_when_it_is_over(tool: Installation) -> None:
    sam = organiser(tool, tenant(tool), time_zone="Europe/Brussels")
    today = clock.today("Europe/Brussels")
    event_id = events.begin(tool, sam, dataclasses.replace(SAID, starts_on=today, ends_on=today + timedelta(days=1)))
    with pytest.raises(Problem, match="event-not-over"):
        confirm(tool, sam, event_id, PEOPLE)
    with clock.held(clock.now() + timedelta(days=1)):
        assert confirm(tool, sam, event_id, PEOPLE) == 2


def test_what_was_certified_is_not_changed_any_more(tool: Installation) -> None:
    sam = organiser(tool, tenant(tool))
    event_id = events.begin(tool, sam, SAID)
    better = dataclasses.replace(SAID, title="Better storytelling")
    events.change(tool, sam, event_id, better)
    assert events.event(tool, sam, event_id).event.title == "Better storytelling"
    confirm(tool, sam, event_id, PEOPLE)
    for act in (lambda: events.change(tool, sam, event_id, SAID), lambda: events.remove(tool, sam, event_id)):
        with pytest.raises(Problem, match="event-certified"):
            act()
    another = events.begin(tool, sam, SAID)
    events.remove(tool, sam, another)
    assert [view.event.id for view in events.events(tool, sam)] == [event_id]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "event-title-missing"),
    ({"title": "x" * 201}, "event-title-missing"),
    ({"ends_on": date(2026, 11, 11)}, "event-dates-wrong"),
    ({"starts_on": date(1999, 12, 31)}, "event-dates-wrong"),
    ({"ends_on": date(2200, 1, 1)}, "event-dates-wrong"),
    ({"minutes": 0}, "event-length-wrong"),
    ({"minutes": -60}, "event-length-wrong"),
    ({"minutes": 60_001}, "event-length-wrong"),
]


@pytest.mark.parametrize(("changes", "code"), WRONG)
def test_what_is_no_event(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        dataclasses.replace(SAID, **changes)


def test_events_of_a_course_have_an_end(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_EVENTS", 1)
    sam = organiser(tool, tenant(tool))
    events.begin(tool, sam, SAID)
    with pytest.raises(Problem, match="too-many-events"):
        events.begin(tool, sam, dataclasses.replace(SAID, title="Another"))
