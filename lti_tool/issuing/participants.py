"""Who took part in an event, and how far each certificate is."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lti_tool.decision.events import find
from lti_tool.decision.records import EventRecord, ParticipantRecord
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.register import PUBLISHED, of_person
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.visit import Visit

MAKING = "making"


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant; `state` is making, or that of the certificate: issued, superseded or revoked. `number` None while making."""

    sub: str
    holder_name: str
    state: str
    number: str | None


def participants(installation: Installation, visit: Visit, event_id: str) -> tuple[Participant, ...]:
    """Return the participants of an event of the visit's course by name. Raises Problem("not-a-reviewer", "not-found")."""
    query = (
        sa.select(ParticipantRecord.holder_name, PersonRecord.sub, CertificateRecord)
        .join(PersonRecord, PersonRecord.id == ParticipantRecord.person_id)
        .outerjoin(CertificateRecord, sa.and_(CertificateRecord.decision_id == ParticipantRecord.decision_id, CertificateRecord.state.in_(PUBLISHED)))
        .where(ParticipantRecord.event_id == event_id)
    )
    with installation.database.read() as session:
        find(session, visit, event_id)
        found = [_participant(*row) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda one: (one.holder_name.casefold(), one.sub)))


def own(installation: Installation, visit: Visit) -> tuple[Certificate, ...]:
    """Return the visitor's certificates of participation in this tenant, the latest first."""
    return tuple(one for one in of_person(installation, visit) if one.content.event is not None)


def under_way(installation: Installation, visit: Visit) -> bool:
    """Tell whether a certificate of participation of the visitor is being made."""
    query = (
        sa.select(ParticipantRecord.id)
        .join(EventRecord, EventRecord.id == ParticipantRecord.event_id)
        .outerjoin(CertificateRecord, sa.and_(CertificateRecord.decision_id == ParticipantRecord.decision_id, CertificateRecord.state.in_(PUBLISHED)))
        .where(ParticipantRecord.person_id == visit.visitor.id, EventRecord.tenant_id == visit.tenant_id, CertificateRecord.number.is_(None))
    )
    with installation.database.read() as session:
        return session.scalars(query).first() is not None


def _participant(holder_name: str, sub: str, certificate: CertificateRecord | None) -> Participant:
    if certificate is None:
        return Participant(sub, holder_name, MAKING, None)
    replaced = certificate.state == CertificateState.SUPERSEDED and certificate.superseded_by
    return Participant(sub, holder_name, certificate.state, replaced or certificate.number)
