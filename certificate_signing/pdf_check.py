"""Tell whether a PDF is one that we sealed, all of it, unchanged.

Eight steps, and the first that fails ends the check. The first six look at bytes alone, so that a file cannot lead a PDF
parser astray; the last two ask pyHanko, whose reader then has nothing left to be told but what we signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certificate_signing.seal_cms import CmsWrong, SealCms, read_cms
from certificate_signing.seal_layout import LayoutWrong, SealLayout, find_seal

LARGEST: Final = 50_000_000  # bytes; our certificates have some 60,000


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What a check of a PDF found; only `sealed and whole and intact and ours` is a certificate of ours.

    `sealed`: there is exactly one seal. `whole`: it covers the entire file. `intact`: the covered bytes are those sealed.
    `ours`: one of our certificates sealed it. `signer_name` is what the seal *claims* unless `ours`. `codes` says what ended
    the check: ``unreadable-pdf``, ``no-seal``, ``more-than-one-seal``, ``seal-broken``, ``changed-after-sealing``,
    ``other-signer``, ``content-changed``, ``not-certified`` (it would allow changes), ``cannot-be-verified``.
    """

    sealed: bool = False
    whole: bool = False
    intact: bool = False
    ours: bool = False
    signer_name: str = ""
    codes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Tell whether everything holds."""
        return self.sealed and self.whole and self.intact and self.ours and not self.codes


class _Ended(Exception):
    """A step failed; carries what is known so far."""

    def __init__(self, known: PdfCheck, code: str) -> None:
        super().__init__(code)
        self.known = replace(known, codes=(code,))


def check_pdf(pdf: bytes, trusted: Sequence[x509.Certificate]) -> PdfCheck:
    """Check a PDF against the certificates of our seals. Never raises."""
    try:
        return _check(pdf, trusted)
    except _Ended as ended:
        return ended.known
    except Exception:
        # Forged files make parsers raise nearly anything (TypeError and ValueError leak out of pyHanko).
        return PdfCheck(codes=("cannot-be-verified",))


def _check(pdf: bytes, trusted: Sequence[x509.Certificate]) -> PdfCheck:
    known = PdfCheck()
    _readable(pdf, known)  # 1
    layout = _layout(pdf, known)  # 2 and 3
    known = replace(known, sealed=True, whole=True)
    cms = _cms(layout, known)  # 4
    known = replace(known, signer_name=cms.signer_name())
    certificate = cms.pinned(trusted)
    if certificate is None:  # 5
        raise _Ended(known, "other-signer")
    if cms.digest != layout.digest(pdf):  # 6
        raise _Ended(replace(known, ours=cms.signed_by(certificate)), "content-changed")
    if not cms.signed_by(certificate):
        raise _Ended(known, "seal-broken")
    known = replace(known, intact=True, ours=True)
    _second_opinion(pdf, known)  # 7 and 8
    return known


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
        return read_cms(layout.cms)
    except (CmsWrong, ValueError, TypeError, KeyError, AttributeError):
        raise _Ended(known, "seal-broken") from None


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
