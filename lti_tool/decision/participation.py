"""Participants of an event: confirmed by its organisers, then awarded in the background, each once for each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.database import new_id
from lti_tool.decision.awarding import PROGRAM, Grounds, record_award
from lti_tool.decision.events import find, frozen_event
from lti_tool.decision.freezing import digest
from lti_tool.decision.outcome import Award, Checked
from lti_tool.decision.records import EventRecord, ParticipantRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.upserts import upsert
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.work import ISSUING

# People that one confirmation may name, and awards made in one transaction: others write in between.
MOST_AT_ONCE: Final = 1000
_TOGETHER: Final = 20

_log = structlog.get_logger(__name__)


def confirm(installation: Installation, visit: Visit, event_id: str, people: Mapping[str, str]) -> int:
    """Confirm people as participants and ask for their certificates; return how many are new.

    `people` maps each person's sub to the name that will be certified, letter by letter. Whoever was confirmed before stays
    as they were: asking twice gives the same certificate. Raises Problem("not-a-reviewer", "not-found", "event-not-over",
    "nobody-chosen", "too-many-people", "own-participation", "name-missing").
    """
    _refuse_wrong(visit, people)
    with installation.database.write() as session:
        event = find(session, visit, event_id, lock=True)
        if event.ends_on > clock.today(visit.time_zone or shipped().get_event_scheme().time_zone):
            raise Problem("event-not-over")
        known = _people(session, visit, list(people))
        before = set(session.scalars(sa.select(ParticipantRecord.person_id).filter_by(event_id=event_id)))
        new = {known[sub]: name for sub, name in people.items() if known[sub] not in before}
        if new:
            _add(session, installation, visit, event, new)
        return len(new)


def award_batch(installation: Installation, batch: str) -> None:
    """Award what was confirmed together, as durable work; begun again after a crash it goes on where it stopped.

    Names and event must still be what was confirmed (threat S03): else nothing more is awarded, loudly.
    """
    try:
        while _awarded_some(installation, batch):
            failpoint("participants-awarded")
    except Problem as problem:
        if problem.code != "award-drifted":
            raise
        _log.critical("participation-refused", batch=batch, code=problem.code)
        with installation.database.write() as session:
            history.append(session, "participation.refused", batch, PROGRAM, {"code": problem.code})


def _refuse_wrong(visit: Visit, people: Mapping[str, str]) -> None:
    if not people:
        raise Problem("nobody-chosen")
    if len(people) > MOST_AT_ONCE:
        raise Problem("too-many-people", most=MOST_AT_ONCE)
    if visit.visitor.sub in people:
        raise Problem("own-participation")
    if not all(name.strip() for name in people.values()):
        raise Problem("name-missing")


def _people(session: Session, visit: Visit, subs: list[str]) -> dict[str, int]:
    registration_id = visit.visitor.registration_id
    for sub in subs:
        # Nothing but the key: what they are called is for their own launch to tell.
        upsert(session, PersonRecord, {"registration_id": registration_id, "sub": sub}, _UNNAMED, replace=False)
    query = sa.select(PersonRecord.sub, PersonRecord.id).where(PersonRecord.registration_id == registration_id, PersonRecord.sub.in_(subs))
    return {row.sub: row.id for row in session.execute(query)}


_UNNAMED: Final = {"given_name": "", "family_name": "", "full_name": "", "email": ""}


def _add(session: Session, installation: Installation, visit: Visit, event: EventRecord, new: Mapping[int, str]) -> None:
    batch, now = new_id(), clock.now()
    rows = [
        ParticipantRecord(event_id=event.id, person_id=person_id, holder_name=name, batch=batch, confirmed_by=visit.visitor.id, confirmed_at=now)
        for person_id, name in new.items()
    ]
    session.add_all(rows)
    session.flush()
    noted = {"event": event.id, "people": len(rows), "sha256": _digest(event, rows)}
    history.append(session, "participation.confirmed", batch, str(visit.visitor.id), noted)
    installation.work.ask(session, "award-participants", ISSUING, batch)


def _awarded_some(installation: Installation, batch: str) -> bool:
    with installation.database.write() as session:
        rows = session.scalars(sa.select(ParticipantRecord).filter_by(batch=batch).order_by(ParticipantRecord.id).with_for_update()).all()
        waiting = [row for row in rows if row.decision_id is None]
        if not waiting:
            return False
        event = session.get_one(EventRecord, rows[0].event_id)
        _refuse_drift(session, batch, event, rows)
        for row in waiting[:_TOGETHER]:
            grounds = Grounds(actor=str(row.confirmed_by), decided_by=row.confirmed_by)
            row.decision_id = record_award(session, installation, _award(event, row), grounds)
        return True


def _award(event: EventRecord, row: ParticipantRecord) -> Award:
    scheme = shipped().get_event_scheme(day=row.confirmed_at.date())
    return Award(
        holder_name=row.holder_name,
        scheme_id=scheme.id,
        scheme_edition=scheme.edition,
        scheme_sha256=scheme.sha256,
        checked=Checked.ORGANISERS,
        application_day=row.confirmed_at.date(),
        event=frozen_event(event),
    )


def _refuse_drift(session: Session, batch: str, event: EventRecord, rows: Sequence[ParticipantRecord]) -> None:
    noted = session.scalars(sa.select(history.Event).filter_by(kind="participation.confirmed", subject=batch)).all()
    if [entry.content.get("sha256") for entry in noted] != [_digest(event, rows)]:
        raise Problem("award-drifted", note=batch)


def _digest(event: EventRecord, rows: Sequence[ParticipantRecord]) -> str:
    people = sorted([row.person_id, row.holder_name, row.confirmed_by] for row in rows)
    return digest({"event": frozen_event(event).to_json(), "people": people})
