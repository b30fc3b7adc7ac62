"""Tell whether a PDF is one that we sealed, all of it, unchanged, and since when it provably exists.

Ten steps, and the first that fails ends the check. The first seven look at bytes alone, so that a file cannot lead a PDF
parser astray; the next two ask pyHanko, whose reader then has nothing left to be told but what we signed. An archive
timestamp behind the seal is looked at last, once all that it covers is known to be good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certificate_signing.errors import TimestampFailed
from certificate_signing.seal_archive import before_archive, check_archive
from certificate_signing.seal_cms import CmsWrong, SealCms, read_cms
from certificate_signing.seal_layout import MOST_UNUSED, LayoutWrong, SealLayout, find_seal
from certificate_signing.timestamp_trust import Authority, anchors, proved_at
from certificate_signing.timestamps import Timestamp, check_token

LARGEST: Final = 50_000_000  # bytes; our certificates have some 60,000
MOST_ARCHIVED: Final = 8  # archive timestamps around a seal: one in a decade or two


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What a check of a PDF found; only `sealed and whole and intact and ours` is a certificate of ours.

    `sealed`: there is exactly one seal. `whole`: it covers the entire file. `intact`: the covered bytes are those sealed.
    `ours`: one of our certificates sealed it. `signer_name` is what the seal *claims* unless `ours`. `codes` says what ended
    the check: ``unreadable-pdf``, ``no-seal``, ``more-than-one-seal``, ``seal-broken``, ``changed-after-sealing``,
    ``other-signer``, ``content-changed``, ``not-certified`` (it would allow changes), ``timestamp-wrong``, ``other-authority`` (the
    timestamp is by nobody trusted), ``cannot-be-verified``.

    `certificate` is the trusted one that sealed it. `proven_at` is an instant before which the seal surely existed, from its
    timestamps (the time told and its accuracy) as far as they count; None if nothing but our own word says when. `archived_at` are
    the times of the archive timestamps, the first one first. All in UTC. `stamps` are all its timestamps, the seal's own first.
    """

    sealed: bool = False
    whole: bool = False
    intact: bool = False
    ours: bool = False
    signer_name: str = ""
    codes: tuple[str, ...] = ()
    certificate: x509.Certificate | None = None
    proven_at: datetime | None = None
    archived_at: tuple[datetime, ...] = ()
    stamps: tuple[Timestamp, ...] = ()

    @property
    def good(self) -> bool:
        """Tell whether everything holds."""
        return self.sealed and self.whole and self.intact and self.ours and not self.codes


class _Ended(Exception):
    """A step failed; carries what is known so far."""

    def __init__(self, known: PdfCheck, code: str) -> None:
        super().__init__(code)
        self.known = replace(known, codes=(code,))


def check_pdf(pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[Authority] = ()) -> PdfCheck:
    """Check a PDF against the certificates of our seals, and its timestamps against those of the authorities. Never raises.

    Whether a key was compromised or a certificate had run out is for the caller to judge, by `certificate` and `proven_at`; who
    knows by other proof when this very file existed asks `timestamp_trust.proved_at` once more, of its `stamps`.
    """
    try:
        known = _archived(pdf, trusted, anchors(authorities), 0)
    except _Ended as ended:
        return ended.known
    except Exception:
        # Forged files make parsers raise nearly anything (TypeError and ValueError leak out of pyHanko).
        return PdfCheck(codes=("cannot-be-verified",))
    return replace(known, proven_at=proved_at(known.stamps, authorities))


def _archived(pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate], depth: int) -> PdfCheck:
    """Check a seal and then the archive timestamps around it, from the inside out."""
    _readable(pdf, PdfCheck())  # 1
    before = before_archive(pdf) if depth < MOST_ARCHIVED else None
    if before is None:
        return _sealed(pdf, trusted, authorities)
    known = _archived(before, trusted, authorities, depth + 1)
    stamp = _stamped(replace(known, whole=False), lambda: check_archive(pdf, before, authorities))  # 10
    return replace(known, archived_at=(*known.archived_at, stamp.at), stamps=(*known.stamps, stamp))


def _sealed(pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]) -> PdfCheck:
    layout = _layout(pdf, PdfCheck())  # 2 and 3
    known = PdfCheck(sealed=True, whole=True)
    cms = _cms(layout, known)  # 4
    known = replace(known, signer_name=cms.signer_name())
    certificate = cms.pinned(trusted)
    if certificate is None:  # 5
        raise _Ended(known, "other-signer")
    if cms.digest != layout.digest(pdf):  # 6
        raise _Ended(replace(known, ours=cms.signed_by(certificate)), "content-changed")
    if not cms.signed_by(certificate):
        raise _Ended(known, "seal-broken")
    known = replace(known, ours=True, certificate=certificate)
    token = cms.token
    if token is not None:  # 7
        stamp = _stamped(known, lambda: check_token(token, hashlib.sha256(cms.signature).digest(), authorities))
        known = replace(known, stamps=(stamp,))
    known = replace(known, intact=True)
    _second_opinion(pdf, known)  # 8 and 9
    return known


def _stamped(known: PdfCheck, check: Callable[[], Timestamp]) -> Timestamp:
    doubtful = replace(known, intact=False)
    try:
        return check()
    except TimestampFailed as failed:
        raise _Ended(doubtful, "other-authority" if failed.code == "other-signer" else "timestamp-wrong") from None


def _readable(pdf: bytes, known: PdfCheck) -> None:
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST:
        raise _Ended(known, "unreadable-pdf")


def _layout(pdf: bytes, known: PdfCheck) -> SealLayout:
    try:
        return find_seal(pdf)
    except LayoutWrong as wrong:
        code = str(wrong)
        raise _Ended(replace(known, sealed=code in {"changed-after-sealing", "seal-broken"}), code) from None


def _cms(layout: SealLayout, known: PdfCheck) -> SealCms:
    try:
        cms = read_cms(layout.cms)
    except (CmsWrong, ValueError, TypeError, KeyError, AttributeError):
        raise _Ended(known, "seal-broken") from None
    if cms.token is None and layout.unused > MOST_UNUSED:
        raise _Ended(known, "timestamp-wrong")
    return cms


def _second_opinion(pdf: bytes, known: PdfCheck) -> None:
    """Ask pyHanko: one signature in one field, covering the entire file, certified against every change."""
    doubtful = replace(known, intact=False)
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            raise _Ended(doubtful, "more-than-one-seal")
        signature = signatures[0]
        coverage = signature.evaluate_signature_coverage()
    except _Ended:
        raise
    except Exception:
        raise _Ended(doubtful, "cannot-be-verified") from None
    if coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Ended(replace(doubtful, whole=False), "changed-after-sealing")
    if not _certified(signature):
        raise _Ended(doubtful, "not-certified")


def _certified(signature: EmbeddedPdfSignature) -> bool:
    return signature.docmdp_level is MDPPerm.NO_CHANGES
