"""Verify a certificate with nothing but a trust kit: its PDF, its credential (JSON or JWT), or the text of its QR code.

What is shown besides the answer is what the issuer signed in that very file: there is no register to ask. The log decides what
became of the certificate, and the status lists for what is older than the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import pikepdf

from certificate_signing.cose_sign1 import key_id
from certificate_signing.credential_text import read_credential
from certificate_signing.data_integrity import check_proof
from certificate_signing.decimal_text import from_digits
from certificate_signing.did import did_web, jwt_keys, verification_keys
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.offline_token import LARGEST, TokenKey, check_token
from certificate_signing.pdf_check import PdfCheck, check_pdf
from certificate_signing.timestamp_trust import proved_at
from certificate_signing.vc_jwt import check_jwt, looks_like_jwt
from lti_tool.files import sha256
from lti_tool.issuing.number import parse, shown
from lti_tool.issuing.status import LIST_SIZE
from lti_tool.issuing.token import unpacked
from lti_tool.public_log import publishing
from lti_tool.verification.addresses import OWN_PATH
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

if TYPE_CHECKING:
    from lti_tool.issuing.certificate import Certificate

_STANDING: Final = ("not-revoked", "not-replaced", "in-time")
_PDF: Final = ("seal-present", "unchanged", "seal-ours", "kit-knows", *_STANDING)
_CREDENTIAL: Final = ("credential-readable", "proof-ours", "kit-knows", *_STANDING)
_TOKEN: Final = ("token-ours", "kit-knows", *_STANDING)
_SEAL_REASONS: Final = {
    "changed-after-sealing": "changed-after-sealing",
    "content-changed": "content-changed",
    "more-than-one-seal": "more-than-one-seal",
    "other-signer": "other-signer",
    "no-seal": "seal-removed",
}
# What a check of a JWT found → the reason why nothing can be said of it; everything else is one of ours that was changed.
_FOREIGN: Final = {"jwt-unreadable": "unreadable", "header-unknown": "not-ours", "method-unknown": "not-ours"}


@dataclass(frozen=True, slots=True)
class KitAnswer:
    """A verdict, and what the file itself says under the issuer's signature: empty unless that signature is right."""

    verdict: Verdict
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a signed file says: whose certificate it is, its place in the status lists, when it was issued and when it ends."""

    number: str
    status_index: int
    issued_at: datetime
    ends_at: datetime | None
    said: Mapping[str, str]


def verify_with_kit(kit: TrustKit, content: bytes, at: datetime) -> KitAnswer:
    """Answer for a file or text at an instant. Never raises for what it is shown."""
    steps, form, read = _way(content)
    said: Mapping[str, str] = {}
    try:
        claim = read(kit, steps, content)
        said = claim.said
        _know(kit, steps, claim, form, sha256(content))
        _stand(kit, steps, claim, at)
    except Ended as ended:
        return KitAnswer(steps.failed(ended), said)
    # There is no record of ours to answer with.
    return KitAnswer(steps.verdict(cast("Certificate", None)), said)


def _way(content: bytes) -> tuple[Steps, str, Callable[[TrustKit, Steps, bytes], _Claim]]:
    """Return the steps for what is shown, what the log calls the hash of such a file, and what reads it."""
    if content.lstrip()[:1] == b"{":
        return Steps(*_CREDENTIAL, shown=Shown.CREDENTIAL), "credential_sha256", _credential
    if looks_like_jwt(content):
        return Steps(*_CREDENTIAL, shown=Shown.JWT), "jwt_sha256", _jwt
    if b"%PDF" in content[:1024]:
        return Steps(*_PDF, shown=Shown.PDF), "pdf_sha256", _pdf
    return Steps(*_TOKEN, shown=Shown.TOKEN), "", _token


def _pdf(kit: TrustKit, steps: Steps, content: bytes) -> _Claim:
    checked = check_pdf(content, [known.certificate for known in kit.ring.known_seals], kit.authorities)
    if not checked.good:
        code = checked.codes[0] if checked.codes else ""
        ours = checked.ours or kit.organisation.casefold() in checked.signer_name.casefold() or kit.address.encode() in content
        raise Ended(*((VerdictOutcome.NOT_VALID, _SEAL_REASONS.get(code, "seal-broken")) if ours else (VerdictOutcome.CANNOT_TELL, "not-ours")))
    steps.held("seal-present")
    steps.held("unchanged")
    claim = _claim(kit, _embedded(content))
    if not _seal_believed(kit, checked, claim, sha256(content)):
        raise Ended(VerdictOutcome.CANNOT_TELL, "seal-not-trusted")
    steps.held("seal-ours")
    return claim


def _seal_believed(kit: TrustKit, checked: PdfCheck, claim: _Claim, digest: str) -> bool:
    """Tell whether the seal counts: a compromised key's only with a proof that it is older, a timestamp or a place in the log."""
    standing = next(known.standing for known in kit.ring.known_seals if known.certificate == checked.certificate)
    entry = kit.traced(claim.number).issued_with("pdf_sha256", digest)
    logged = None if entry is None else datetime.fromisoformat(entry.at)
    proved = [proved_at(checked.stamps, kit.authorities, logged), logged]
    return standing.sound or any(standing.believes(one) for one in proved)


def _embedded(content: bytes) -> dict[str, Any]:
    try:
        with pikepdf.open(BytesIO(content)) as document:
            return read_credential(document.attachments["credential.json"].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError, CredentialUnreadable):
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _credential(kit: TrustKit, steps: Steps, content: bytes) -> _Claim:
    try:
        document = read_credential(content)
    except CredentialUnreadable:
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None
    steps.held("credential-readable")
    checked = check_proof(document, verification_keys(kit.address, kit.ring.credential_public))
    if not checked.ok:
        ours = did_web(kit.address).encode() in content
        raise Ended(VerdictOutcome.NOT_VALID if ours else VerdictOutcome.CANNOT_TELL, "content-changed" if ours else "not-ours")
    steps.held("proof-ours")
    return _claim(kit, document)


def _jwt(kit: TrustKit, steps: Steps, content: bytes) -> _Claim:
    checked = check_jwt(content, jwt_keys(kit.address, kit.ring.jwt_public), did_web(kit.address))
    code = checked.codes[0] if checked.codes else ""
    if code in _FOREIGN:
        raise Ended(VerdictOutcome.CANNOT_TELL, _FOREIGN[code])
    steps.held("credential-readable")
    if checked.document is None or not checked.ok:
        raise Ended(VerdictOutcome.NOT_VALID, "content-changed")
    steps.held("proof-ours")
    return _claim(kit, checked.document)


def _token(kit: TrustKit, steps: Steps, content: bytes) -> _Claim:
    text = content[:4096].decode("utf-8", "replace").strip()
    address, _, token = text.partition("#")
    path = OWN_PATH.fullmatch(urlsplit(address).path) if address.startswith(f"{kit.address}/") else None
    number = parse(path.group(1) if path else text)
    if not token:
        # A number says nothing of what the paper claims, and the kit holds no names to compare with.
        raise Ended(VerdictOutcome.CANNOT_TELL, "kit-number-alone" if number else "not-recognised")
    keys = {key_id(key.public): key for key in _token_keys(kit)}
    try:
        checked = check_token(from_digits(token, LARGEST), keys)
    except ValueError:
        raise Ended(VerdictOutcome.CANNOT_TELL, "not-recognised") from None
    claims = checked.claims
    if not checked.ok or claims is None or number is None or unpacked(claims.number) != number:
        raise Ended(VerdictOutcome.NOT_VALID, "token-wrong")
    steps.held("token-ours")
    said = {"number": shown(number), "holder_name": claims.holder, "title": claims.award, "level": claims.level}
    issued_at = datetime(claims.issued_on.year, claims.issued_on.month, claims.issued_on.day, 23, 59, 59, tzinfo=UTC)
    return _Claim(number, claims.status_index, issued_at, claims.ends_at, said | {"issued_on": claims.issued_on.isoformat()})


def _token_keys(kit: TrustKit) -> list[TokenKey]:
    known = kit.ring.credential_known
    return [
        TokenKey(
            known[entry.id],
            datetime.fromisoformat(entry.created),
            None if entry.retired is None else datetime.fromisoformat(entry.retired),
            entry.id not in kit.ring.credential_public,
        )
        for entry in kit.ring.entries
        if entry.id in known
    ]


def _claim(kit: TrustKit, document: Mapping[str, Any]) -> _Claim:
    """Read what a credential of ours says. Raises Ended for one that is not of this kit's issuer."""
    try:
        path = OWN_PATH.fullmatch(urlsplit(document["id"]).path)
        number = parse(path.group(1)) if path else None
        if number is None or not document["id"].startswith(f"{kit.address}/"):
            raise Ended(VerdictOutcome.CANNOT_TELL, "not-ours")
        subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
        said = {
            "number": shown(number),
            "holder_name": subject["identifier"][0]["identityHash"],
            "title": achievement["name"],
            "level": subject["result"][0]["value"] if "result" in subject else "",
            "issuer_name": document["issuer"]["name"],
            "issued_on": document["awardedDate"],
        }
        return _Claim(number, _index(document), datetime.fromisoformat(document["validFrom"]), _end(document), said)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _index(document: Mapping[str, Any]) -> int:
    """Return the place in all lists counted through, as the register counts: (list - 1) * its size + bit."""
    status = document["credentialStatus"]
    entry = status[0] if isinstance(status, list) else status
    number = re.fullmatch(r".*/status/(\d+)", entry["statusListCredential"])
    return (int(number.group(1)) - 1) * LIST_SIZE + int(entry["statusListIndex"]) if number else -1


def _end(document: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(document["validUntil"]) if "validUntil" in document else None


def _know(kit: TrustKit, steps: Steps, claim: _Claim, form: str, digest: str) -> None:
    """Take the step "the log knows it". Wallets store a credential with other spaces, so only a PDF must be the very file."""
    traced = kit.traced(claim.number)
    if not traced.says(publishing.ISSUED):
        older = kit.begun_at is None or claim.issued_at < kit.begun_at
        if not older or kit.listed(claim.status_index) is None:
            # Made after the kit, or with a stolen key and never noted: the log of the kit doesn't know it.
            raise Ended(VerdictOutcome.CANNOT_TELL, "kit-unknown")
    elif form == "pdf_sha256" and traced.issued_with(form, digest) is None:
        # Sealed with the issuer's key, for a certificate that was issued as another file.
        raise Ended(VerdictOutcome.CANNOT_TELL, "sealed-not-registered")
    steps.held("kit-knows")


def _stand(kit: TrustKit, steps: Steps, claim: _Claim, at: datetime) -> None:
    traced, listed = kit.traced(claim.number), kit.listed(claim.status_index)
    replaced = traced.says(publishing.SUPERSEDED)
    # The list of what ended names what was replaced, too; the log tells the two apart.
    if traced.says(publishing.REVOKED) or (listed and not replaced):
        raise Ended(VerdictOutcome.NOT_VALID, "revoked")
    steps.held("not-revoked")
    if replaced:
        raise Ended(VerdictOutcome.WAS_VALID, "replaced")
    steps.held("not-replaced")
    if claim.ends_at is not None and at >= claim.ends_at:
        raise Ended(VerdictOutcome.WAS_VALID, "expired")
    steps.held("in-time")
