"""The signatures of other bodies' PDFs (PAdES, ETSI EN 319 142-1): who signed, all of it or not, unchanged or not, trusted or not.

Beside `pdf_check.py`, which knows our own seals letter by letter, this takes whatever signers write, by pyHanko's validation. It
fetches nothing: trust is in the anchors that it is given, and revocation is known only as far as the file carries it. It
parses hostile files, so it runs where it can be killed and where memory is capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificate_signing.unwaited import finished

MOST_SIGNATURES: Final = 8
_USES: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_GAP: Final = re.compile(rb"<[0-9A-Fa-f\s]*>")
_START: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that seals are trusted by, itself or as their CA; `organisation` is what the signer must then be named."""

    issuer: str
    certificate: x509.Certificate
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignSeal:
    """What was found of one signature.

    `code` is ``good``, ``changed-after`` (something but timestamps was added to the file afterwards), ``partial`` (it covers
    not all that stood there when it was made), ``broken`` (the content is not what was signed), ``expired`` (a trusted one, whose
    time is over or has not come), ``look-alike`` (it
    bears the name of somebody trusted who did not sign), ``unknown`` (intact, by nobody trusted), ``removed`` (only its place
    is left), or ``unchecked``. `signer` is what the signature claims; `issuer` the anchor's name, only if ``good``.
    """

    code: str
    signer: str = ""
    issuer: str = ""


def foreign_seals(pdf: bytes, anchors: Sequence[Anchor], at: datetime) -> tuple[ForeignSeal, ...]:
    """Check every signature of a PDF at an instant. Never raises, but for MemoryError."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = reader.embedded_regular_signatures
        empty = sum(1 for _ in enumerate_sig_fields(reader, filled_status=False))
    except MemoryError:
        raise
    except Exception:
        # Forged files make parsers raise nearly anything.
        return (ForeignSeal("unchecked"),)
    found = [_Check(pdf, reader, signature, anchors, at).seal() for signature in signatures[:MOST_SIGNATURES]]
    if len(signatures) > MOST_SIGNATURES:
        found.append(ForeignSeal("unchecked"))
    if not signatures and (empty or b"/ByteRange" in pdf):
        found.append(ForeignSeal("removed"))
    return tuple(found)


@dataclass(frozen=True)
class _Check:
    pdf: bytes
    reader: PdfFileReader
    signature: EmbeddedPdfSignature
    anchors: Sequence[Anchor]
    at: datetime

    def seal(self) -> ForeignSeal:
        signer = ""
        try:
            signer = common_name(self.signature.signer_cert)
            return self._judged(signer)
        except MemoryError:
            raise
        except Exception:
            # Whatever can't be checked is told so and proves nothing.
            return ForeignSeal("unchecked", signer)

    def _judged(self, signer: str) -> ForeignSeal:
        status = self._status(self.at)
        if not (status.intact and status.valid):
            return ForeignSeal("broken", signer)
        if (coverage := self._coverage(status)) != "whole":
            return ForeignSeal(coverage, signer)
        issuer = self._issuer(status, self.at) or self._issuer_when_stamped(status)
        if issuer:
            return ForeignSeal("good", signer, issuer)
        last = self._validity()[1]
        if self._issuer(self._status(last), last):
            return ForeignSeal("expired", signer)
        return ForeignSeal("look-alike" if self._claims_anchor() else "unknown", signer)

    def _status(self, moment: datetime) -> PdfSignatureStatus:
        roots = [_asn1(anchor.certificate) for anchor in self.anchors]
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")
        return finished(async_validate_pdf_signature(self.signature, context, key_usage_settings=_USES))

    def _coverage(self, status: PdfSignatureStatus) -> str:
        start, end = self._gap()
        if not self.pdf.startswith(b"%PDF-") or not _GAP.fullmatch(self.pdf, start, end):
            return "partial"
        if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
            return "whole"
        if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
            return "partial"
        last = _START.search(self.pdf[-64:])
        lasting = status.modification_level is ModificationLevel.LTA_UPDATES and last and int(last.group(1)) == self.reader.last_startxref
        return "whole" if lasting else "changed-after"

    def _gap(self) -> tuple[int, int]:
        first, length, second, _rest = (int(number) for number in self.signature.byte_range)
        return first + length, second

    def _issuer(self, status: PdfSignatureStatus, moment: datetime) -> str:
        """Return the anchor's name that a signature is trusted by at a moment, else an empty text."""
        begins, ends = self._validity()
        # The validity of an anchor itself is nobody's business in RFC 5280; of a pinned seal it is.
        if not status.trusted or status.validation_path is None or not begins <= moment <= ends:
            return ""
        root = status.validation_path.trust_anchor.authority.certificate.dump()  # type: ignore[attr-defined]
        named = organisations(self.signature.signer_cert)
        fitting = (anchor for anchor in self.anchors if _asn1(anchor.certificate).dump() == root)
        return next((anchor.issuer for anchor in fitting if anchor.organisation is None or anchor.organisation in named), "")

    def _issuer_when_stamped(self, status: PdfSignatureStatus) -> str:
        """Return the anchor's name at the time at which a trusted authority saw the signature (RFC 3161)."""
        stamped = status.timestamp_validity
        if stamped is None or not (stamped.valid and stamped.intact and stamped.trusted):
            return ""
        return self._issuer(self._status(stamped.timestamp), stamped.timestamp)

    def _validity(self) -> tuple[datetime, datetime]:
        validity = self.signature.signer_cert["tbs_certificate"]["validity"].native
        return validity["not_before"], validity["not_after"]

    def _claims_anchor(self) -> bool:
        claimed = {_plain(name) for name in (*organisations(self.signature.signer_cert), common_name(self.signature.signer_cert))}
        names = {_plain(name) for anchor in self.anchors for name in _names(anchor)}
        return any(name and any(name in claim for claim in claimed) for name in names)


def common_name(certificate: asn1_x509.Certificate) -> str:
    """Return the common name that a certificate claims, else its organisation, else an empty text."""
    claimed = certificate.subject.native
    name = claimed.get("common_name") or claimed.get("organization_name") or ""
    return str(name if isinstance(name, str) else name[0])[:200]


def organisations(certificate: asn1_x509.Certificate) -> set[str]:
    """Return the organisations and their identifiers (EN 319 412-3) that a certificate names."""
    claimed = certificate.subject.native
    found = [claimed.get("organization_name"), claimed.get("organization_identifier")]
    return {str(name) for entry in found if entry for name in (entry if isinstance(entry, list) else [entry])}


def _names(anchor: Anchor) -> list[str]:
    """Return what an issuer is called; the names of its CA are those of many."""
    if anchor.organisation is not None:
        return [anchor.issuer, anchor.organisation]
    subject = anchor.certificate.subject
    names = [*subject.get_attributes_for_oid(NameOID.COMMON_NAME), *subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    return [anchor.issuer, *(str(name.value) for name in names)]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
