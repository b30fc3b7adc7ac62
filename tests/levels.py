"""One page sealed at every level, by a CA and a timestamping authority that are made for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from authorities import Ca, Openssl

from certificate_signing.key_types import SealKey
from certificate_signing.pdf_check import PdfCheck, check_pdf
from certificate_signing.pdf_seal import seal
from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.seal_validation import Revocations
from certificate_signing.timestamp_trust import Authority


@dataclass
class Sealed:
    """What the levels were made of, and the file of each."""

    unsealed: bytes
    ca: Ca
    tsa: Openssl
    key: SealKey
    begun: datetime
    revocations: Revocations
    files: dict[SealLevel, bytes] = field(default_factory=dict)

    def check(self, pdf: bytes) -> PdfCheck:
        return check_pdf(pdf, (self.key.certificate,), (Authority(self.ca.certificate),))


def policy_of(level: SealLevel, made: Sealed) -> SealPolicy:
    if level is SealLevel.B_B:
        return SealPolicy()
    return SealPolicy(level, made.tsa.trusted(), None if level is SealLevel.B_T else made.revocations)


def sealed_at(level: SealLevel, made: Sealed) -> bytes:
    return seal(made.unsealed, made.key, at=made.begun, reason="Certificate issued", organisation="Example Academy", policy=policy_of(level, made))
