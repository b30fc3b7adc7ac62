"""The PDF seal: PAdES (ETSI EN 319 142-1) in one revision, certified so that nothing may be changed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Array, Dictionary, Name, String

from certificate_signing.errors import TimestampFailed
from certificate_signing.key_types import SealKey
from certificate_signing.pdf_increment import Increment
from certificate_signing.seal_archive import with_archive_timestamp
from certificate_signing.seal_cms import CmsTemplate
from certificate_signing.seal_field import FIELD, add_field
from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.seal_revision import TOKEN_ROOM, OpenSeal, with_room
from certificate_signing.seal_validation import Revocations, ValidationData
from certificate_signing.timestamps import TimestampAuthority

_NO_CHANGES: Final = 1  # DocMDP permission: any change voids the seal (ISO 32000-1, table 254)
_ATTRIBUTE: Final = 64  # bytes at most that a CMS grows by beside the timestamp itself


def seal(  # noqa: PLR0913 - each is a thing of its own that a seal states
    pdf: bytes, key: SealKey, *, at: datetime, reason: str, organisation: str, policy: SealPolicy | None = None
) -> bytes:
    """Seal a tagged PDF; the result is PDF/A-3a and PDF/UA-1 if `pdf` is (at level B-LTA the latter alone).

    The same input and time give the same bytes at level B-B, and the same but for what others answered above it. Without a
    policy the level is B-B. Raises pikepdf.PdfError or AttributeError for what is no tagged PDF, ValueError for one that has form
    fields or a seal already, TimestampFailed or ValidationMissing where the policy can't be fulfilled: then nothing is sealed.
    """
    stated = _Stated(pdf, key, at, reason, organisation)
    if policy is None or policy.authority is None or policy.level is SealLevel.B_B:
        return stated.sealed(None, None)
    if policy.revocations is None or policy.level is SealLevel.B_T:
        return stated.sealed(policy.authority, None)
    sealed = _with_validation(stated, policy.authority, policy.revocations)
    return with_archive_timestamp(sealed, policy.authority) if policy.level is SealLevel.B_LTA else sealed


@dataclass(frozen=True, slots=True)
class _Stated:
    """What is to be sealed, by whom, and what the seal says."""

    pdf: bytes
    key: SealKey
    at: datetime
    reason: str
    organisation: str

    def sealed(self, authority: TimestampAuthority | None, data: ValidationData | None) -> bytes:
        template = _template((self.key.certificate, *self.key.chain), self.key.signature_length)
        room = template.size + (0 if authority is None else TOKEN_ROOM)
        to_fill = self._prepared(room, data)
        digest = to_fill.digest()
        signature = self.key.sign(template.signed(digest))
        if authority is None:
            return to_fill.filled(template.filled(digest, signature))
        stamp = authority.stamp(hashlib.sha256(signature).digest())
        if data is not None and not set(stamp.path) <= set(data.certificates):
            raise TimestampFailed("other-signer")
        if len(stamp.token) > TOKEN_ROOM - _ATTRIBUTE:
            raise TimestampFailed("too-large")
        return to_fill.filled(template.filled(digest, signature, stamp.token))

    def _prepared(self, room: int, data: ValidationData | None) -> OpenSeal:
        """Add the field, the certification, proof that certificates are good, and room for a CMS."""
        increment = Increment(self.pdf)
        root = increment.document.Root
        if Name.AcroForm in root:
            raise ValueError("the document has form fields already; nothing is sealed twice")
        signature = increment.add(Dictionary())
        add_field(increment, FIELD, f"Electronic seal of {self.organisation}", signature)
        root.Perms = Dictionary(DocMDP=signature)
        if data is not None:
            root.DSS = _security_store(increment, data)
        increment.touch(root)
        return with_room(increment, signature, _entries(self.at, self.reason), room)


def _with_validation(stated: _Stated, authority: TimestampAuthority, revocations: Revocations) -> bytes:
    """Seal with proof that the seal's and the authority's certificates are good; who the authority is, only a timestamp tells."""
    own = tuple(each.public_bytes(Encoding.DER) for each in (stated.key.certificate, *stated.key.chain))
    try:
        return stated.sealed(authority, revocations.data([own, authority.path()]))
    except TimestampFailed as failed:
        if failed.code != "other-signer":
            raise
        # It stamps with another certificate than before: ask once more who it is now.
        return stated.sealed(authority, revocations.data([own, authority.path(anew=True)]))


def _security_store(increment: Increment, data: ValidationData) -> Dictionary:
    """Return the DSS, in the very revision that the seal covers: nothing in it is unsigned."""
    stored = Dictionary(Type=Name.DSS)
    for name, each in (("/Certs", data.certificates), ("/CRLs", data.crls), ("/OCSPs", data.ocsps)):
        if each:
            stored[name] = Array([increment.add(Dictionary(), der) for der in each])
    return stored


def _entries(at: datetime, reason: str) -> bytes:
    moment = at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    changes = Dictionary(Type=Name.TransformParams, V=Name("/1.2"), P=_NO_CHANGES)
    rule = Dictionary(Type=Name.SigRef, TransformMethod=Name.DocMDP, TransformParams=changes)
    return b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (%s) /Reason %s /Reference [ %s ]" % (
        moment.encode(),
        String(reason).unparse(),
        rule.unparse(),
    )


@lru_cache(maxsize=8)
def _template(certificates: tuple[x509.Certificate, ...], signature_bytes: int) -> CmsTemplate:
    return CmsTemplate(certificates, signature_bytes)
