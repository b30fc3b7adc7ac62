"""The frozen value that issuing gives to verification and delivery: what a certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lti_tool.decision.outcome import LearningEvent


class CertificateState(StrEnum):
    """How far a certificate is (design rule 5), and what became of it."""

    PREPARED = "prepared"
    SIGNED = "signed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """The content to be signed, stored before anything is signed and never changed afterwards.

    `number` is the public identifier (24 characters, at least 100 random bits and a check character); `issued_at` is in
    UTC and `issued_on` its day in the scheme's time zone; `status_index` the position in the status list; `areas` the
    names of what was shown; `checked` is ``proved``, ``read``, ``person`` or ``organisers``; `address` the public page, from
    the configured base URL; `event` what a certificate of participation is about.
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


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and what became of it; both hashes stand side by side in the register."""

    content: CertificateContent
    state: CertificateState
    pdf_sha256: str | None
    credential_sha256: str | None
    revoked_at: datetime | None = None
    revoked_reason: str = ""
    superseded_by: str | None = None
