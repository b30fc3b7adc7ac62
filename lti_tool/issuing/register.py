"""The register of certificates: looking them up, and their files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.issuing.content import from_json
from lti_tool.issuing.number import parse
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

# What the public may know of; a certificate that is only prepared or signed does not exist yet.
PUBLISHED = (CertificateState.ISSUED.value, CertificateState.SUPERSEDED.value, CertificateState.REVOKED.value)


def of_application(installation: Installation, visit: Visit, application_id: str) -> Certificate | None:
    """Return the latest published certificate of an application, to its owner and to reviewers of the tenant; else None."""
    query = (
        sa.select(CertificateRecord)
        .join(DecisionRecord, DecisionRecord.id == CertificateRecord.decision_id)
        .join(ApplicationRecord, ApplicationRecord.id == DecisionRecord.application_id)
        .where(
            ApplicationRecord.id == application_id,
            ApplicationRecord.tenant_id == visit.tenant_id,
            sa.or_(ApplicationRecord.person_id == visit.visitor.id, sa.literal(visit.reviews)),
            CertificateRecord.state.in_(PUBLISHED),
        )
        .order_by(CertificateRecord.sequence.desc())
    )
    with installation.database.read() as session:
        found = session.scalars(query).first()
        return None if found is None else certificate(found)


def of_person(installation: Installation, visit: Visit) -> tuple[Certificate, ...]:
    """Return the visitor's published certificates in this tenant, the latest first."""
    query = (
        sa.select(CertificateRecord)
        .where(
            CertificateRecord.person_id == visit.visitor.id,
            CertificateRecord.tenant_id == visit.tenant_id,
            CertificateRecord.state.in_(PUBLISHED),
        )
        .order_by(CertificateRecord.sequence.desc())
    )
    with installation.database.read() as session:
        return tuple(certificate(record) for record in session.scalars(query))


def by_number(session: Session, number: str) -> Certificate | None:
    """Return the published certificate of this number, typed in whatever way; None if there is none."""
    found = record_of(session, number)
    return None if found is None else certificate(found)


def by_pdf(session: Session, sha256: str) -> Certificate | None:
    """Return the published certificate whose PDF has this SHA-256, or None."""
    found = session.scalars(
        sa.select(CertificateRecord).where(CertificateRecord.pdf_sha256 == sha256, CertificateRecord.state.in_(PUBLISHED))
    ).first()
    return None if found is None else certificate(found)


def pdf(installation: Installation, number: str) -> bytes:
    """Return the PDF of a published certificate. Raises Problem("certificate-unknown")."""
    return installation.files.get(_published(installation, number).pdf_sha256 or "")


def credential(installation: Installation, number: str) -> bytes:
    """Return the Open Badges credential (JSON) of a published certificate. Raises Problem("certificate-unknown")."""
    return installation.files.get(_published(installation, number).credential_sha256 or "")


def jwt(installation: Installation, number: str) -> bytes:
    """Return the credential of a published certificate as a JWT. Raises Problem("certificate-unknown", "form-missing")."""
    found = _published(installation, number)
    if found.jwt_sha256 is None:
        raise Problem("form-missing")
    return installation.files.get(found.jwt_sha256)


def record_of(session: Session, number: str, *, lock: bool = False) -> CertificateRecord | None:
    """Return the row of a published certificate, or None."""
    parsed = parse(number)
    if parsed is None:
        return None
    query = sa.select(CertificateRecord).where(CertificateRecord.number == parsed, CertificateRecord.state.in_(PUBLISHED))
    return session.scalars(query.with_for_update() if lock else query).first()


def certificate(record: CertificateRecord | sa.Row[*tuple[Any, ...]]) -> Certificate:
    """Return the frozen value of a record, or of a row that has its columns."""
    return Certificate(
        content=from_json(record.content),
        state=CertificateState(record.state),
        pdf_sha256=record.pdf_sha256,
        credential_sha256=record.credential_sha256,
        revoked_at=record.revoked_at,
        revoked_reason=record.revoked_reason,
        superseded_by=record.superseded_by,
        jwt_sha256=record.jwt_sha256,
        elm_sha256=record.elm_sha256,
    )


def _published(installation: Installation, number: str) -> Certificate:
    with installation.database.read() as session:
        found = by_number(session, number)
    if found is None:
        raise Problem("certificate-unknown")
    return found
