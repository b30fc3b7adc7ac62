"""The frozen value that issuing gives to verification and delivery: what a certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lti_tool.decision.outcome import CheckedFile, LearningEvent


class CertificateState(StrEnum):
    """How far a certificate is (design rule 5), and what became of it."""

    PREPARED = "prepared"
    SIGNED = "signed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """The issuing body before the law: its identifier (VAT or register number) and country (ISO 3166-1 alpha-2)."""

    identifier: str
    country: str


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """The content to be signed, stored before anything is signed and never changed afterwards.

    `number` is the public identifier (24 characters, at least 100 random bits and a check character); `issued_at` is in
    UTC and `issued_on` its day in the scheme's time zone; `status_index` the position in the status lists
    (`status.place`); `areas` the
    names of what was shown; `checked` is ``proved``, ``read``, ``person`` or ``organisers``; `address` the public page, from
    the configured base URL; `event` what a certificate of participation is about; `evidence` the
    files that were checked, each as a commitment; `legal` is the
    issuing body for European Digital Credentials, None if it is not configured.
    """

    number: str
    holder_name: str
    title: str
    sentence: str
    level: str
    areas: tuple[str, ...]
    issuer_name: str
    issued_at: datetime
    issued_on: date
    expires_on: date | None
    scheme_id: str
    scheme_edition: str
    checked: str
    address: str
    base_url: str
    status_index: int
    language: str = "en"
    event: LearningEvent | None = None
    evidence: tuple[CheckedFile, ...] = ()
    legal: LegalEntity | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and what became of it; the hashes of its files stand side by side in the register.

    `jwt_sha256` is None for certificates of before there were JWTs, `elm_sha256` where no European Digital Credential was sealed.
    """

    content: CertificateContent
    state: CertificateState
    pdf_sha256: str | None
    credential_sha256: str | None
    revoked_at: datetime | None = None
    revoked_reason: str = ""
    superseded_by: str | None = None
    jwt_sha256: str | None = None
    elm_sha256: str | None = None
