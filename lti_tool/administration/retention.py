"""The daily end of what is no longer needed: evidence whose retention is over, and rows that ended long ago (threat W07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.administration.records import OperatorLink, OperatorSession
from lti_tool.decision.forgetting import forget
from lti_tool.decision.records import ParticipantRecord
from lti_tool.evidence import quota, resuming, retention
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.evidence.shared_files import ERASED, ERASING
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import PersonRecord, Reviewer, VisitRecord
from lti_tool.launch.sweeping import sweep

_KEPT: Final = timedelta(days=1)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, or would do: ids of applications and documents, counts of files, people and rows. Nothing personal."""

    applications: tuple[str, ...]
    documents: tuple[str, ...]
    files: int = 0
    people: int = 0
    swept: int = 0


def run(installation: Installation, *, dry_run: bool = False) -> Outcome:
    """Do what is due now; doing it again changes nothing. With `dry_run` only say which evidence is due."""
    now, days = clock.now(), installation.settings.retention_days
    with installation.database.read() as session:
        due = Outcome(tuple(retention.due(session, now, days)), tuple(retention.removed_due(session, now, days)))
    if dry_run:
        return due
    applications = tuple(each for each in due.applications if _erase_if_due(installation, each))
    documents = tuple(each for each in due.documents if _erase_removed(installation, each))
    files = retention.delete_marked(installation, is_certificate) + retention.delete_unnamed(installation, is_certificate)
    files += resuming.sweep(installation)
    with installation.database.write() as session:
        quota.recount(session)
        swept = sum(sweep(session, now).values()) + _sweep_operators(session)
        people = _forget_names(session)
    return Outcome(applications, documents, files, people, swept)


def work(installation: Installation) -> None:
    """Run as durable work, and log counts alone."""
    done = run(installation)
    _log.info(
        "retention-run", applications=len(done.applications), documents=len(done.documents), files=done.files, people=done.people, swept=done.swept
    )


def erase(installation: Installation, application_id: str) -> None:
    """Erase the evidence of one application now, whatever its age; erasing it again changes nothing."""
    with installation.database.write() as session:
        application = session.get(ApplicationRecord, application_id, with_for_update=True)
        if application is not None and application.erased_at is None:
            forget(session, application, clock.now())
    failpoint("retention-marked")
    retention.delete_marked(installation, is_certificate)
    resuming.sweep(installation)


def is_certificate(session: Session, digest: str) -> bool:
    """Tell whether a certificate in the register has these bytes: somebody may have handed in their certificate as evidence."""
    kept = CertificateRecord
    files = (column == digest for column in (kept.pdf_sha256, kept.credential_sha256, kept.jwt_sha256, kept.elm_sha256))
    return session.scalars(sa.select(CertificateRecord.number).where(sa.or_(*files)).limit(1)).first() is not None


def _erase_if_due(installation: Installation, application_id: str) -> bool:
    now, days = clock.now(), installation.settings.retention_days
    with installation.database.write() as session:
        application = session.get_one(ApplicationRecord, application_id, with_for_update=True)
        # Its applicant may have come back since the list was made.
        if not retention.is_due(session, application, now, days):
            return False
        forget(session, application, now)
    failpoint("retention-marked")
    return True


def _erase_removed(installation: Installation, document_id: str) -> bool:
    with installation.database.write() as session:
        document = session.get_one(DocumentRecord, document_id, with_for_update=True)
        if document.state in (ERASING, ERASED):
            return False
        retention.mark_document(session, document, clock.now())
    return True


def _sweep_operators(session: Session) -> int:
    before = clock.now() - _KEPT
    ended: list[Any] = [session.execute(sa.delete(record).where(record.expires_at < before)) for record in (OperatorLink, OperatorSession)]
    return sum(result.rowcount for result in ended)


def _forget_names(session: Session) -> int:
    """Forget names and addresses of people who have neither a session, nor evidence, nor a place among the reviewers.

    They come back with the next launch.
    """
    needed = (
        sa.select(VisitRecord.id).where(VisitRecord.person_id == PersonRecord.id),
        sa.select(ApplicationRecord.id).where(ApplicationRecord.person_id == PersonRecord.id, ApplicationRecord.erased_at.is_(None)),
        sa.select(Reviewer.id).where(Reviewer.person_id == PersonRecord.id, Reviewer.state != "removed"),
        sa.select(ParticipantRecord.id).where(ParticipantRecord.person_id == PersonRecord.id, ParticipantRecord.decision_id.is_(None)),
    )
    named = sa.or_(*(column != "" for column in (PersonRecord.given_name, PersonRecord.family_name, PersonRecord.full_name, PersonRecord.email)))
    nameless = {"given_name": "", "family_name": "", "full_name": "", "email": ""}
    done: Any = session.execute(sa.update(PersonRecord).where(named, *(~each.exists() for each in needed)).values(nameless))
    return int(done.rowcount)
