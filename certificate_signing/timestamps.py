"""Timestamps of an RFC 3161 authority: asking for one, and checking one so strictly that no other bytes mean the same.

Steps of a check, of which the first that fails ends it: the token is written as DER, holds nothing unsigned, is about the very
bytes, is signed by whom it names, and that one is a timestamping authority trusted at the time that it tells.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from certificate_signing.errors import TimestampFailed
from certificate_signing.unwaited import finished

_HASH: Final = "sha256"
_NONCE_BITS: Final = 64
# The authority's clock and ours may differ by this much, the way to it included.
TOLERANCE: Final = timedelta(minutes=5)


class _Response(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp (RFC 3161, section 2.4.2): asn1crypto's own knows no refusal, which has no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012 - as asn1crypto wants it


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A checked token (DER): the time it tells, the latest instant that it may mean by its accuracy (both UTC), its policy, and who made it.

    `path` leads from the authority's certificate to the trusted one, in DER.
    """

    token: bytes
    at: datetime
    latest: datetime
    policy: str
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class TimestampAuthority:
    """An authority as an installation trusts it.

    `ask` sends a request (DER, application/timestamp-query) and returns the answer's bytes, or raises TimestampFailed.
    `trusted` are its own certificates or those of its CAs; `policy` the policy that its tokens must follow, if given.
    Whoever stamps with the key of one of the `refused` certificates is not trusted, whatever CA vouches for it.
    """

    ask: Callable[[bytes], bytes]
    trusted: tuple[x509.Certificate, ...]
    now: Callable[[], datetime]
    policy: str | None = None
    refused: tuple[x509.Certificate, ...] = ()
    _paths: list[tuple[bytes, ...]] = field(default_factory=list, compare=False, repr=False)

    def path(self, *, anew: bool = False) -> tuple[bytes, ...]:
        """Return the path of the certificate that it stamps with, as a stamp over nothing tells, once or anew. Raises TimestampFailed."""
        if anew or not self._paths:
            self._paths[:] = [self.stamp(hashlib.sha256().digest()).path]
        return self._paths[0]

    def stamp(self, digest: bytes) -> Timestamp:
        """Return a timestamp over a SHA-256. Raises TimestampFailed for every answer that is not exactly right."""
        nonce = secrets.randbits(_NONCE_BITS) | 1 << (_NONCE_BITS - 1)
        begun = self.now()
        answer = _token_of(self.ask(_request(digest, nonce, self.policy)))
        info = _info(answer)
        if info["nonce"].native != nonce:
            raise TimestampFailed("other-nonce")
        found = check_token(_normal(answer, self.trusted, digest), digest, self.trusted)
        if self.policy is not None and found.policy != self.policy:
            raise TimestampFailed("other-policy")
        if _leads_over(found.path, self.refused):
            raise TimestampFailed("other-signer")
        if not begun - TOLERANCE <= found.at <= self.now() + TOLERANCE:
            raise TimestampFailed("other-time")
        return found


def check_token(token: bytes, digest: bytes, trusted: Sequence[x509.Certificate]) -> Timestamp:
    """Check a timestamp over a SHA-256, at whatever time. Raises TimestampFailed; its code says what is wrong."""
    try:
        return _checked(token, digest, trusted)
    except TimestampFailed:
        raise
    except Exception:
        # Forged tokens make parsers raise nearly anything.
        raise TimestampFailed("unreadable") from None


def public_key_of(certificate: x509.Certificate) -> bytes:
    """Return the public key that a certificate is of, in DER: one key may have several certificates."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _leads_over(path: Sequence[bytes], certificates: Sequence[x509.Certificate]) -> bool:
    keys = {public_key_of(each) for each in certificates}
    return bool(keys) and any(public_key_of(x509.load_der_x509_certificate(der)) in keys for der in path)


def _request(digest: bytes, nonce: int, policy: str | None) -> bytes:
    imprint = tsp.MessageImprint({"hash_algorithm": algos.DigestAlgorithm({"algorithm": _HASH}), "hashed_message": digest})
    asked: dict[str, Any] = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    if policy is not None:
        asked["req_policy"] = policy
    written: bytes = tsp.TimeStampReq(asked).dump()
    return written


def _token_of(answer: bytes) -> bytes:
    try:
        response = _Response.load(answer, strict=True)
        if response["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise TimestampFailed("refused")
        if isinstance(response["time_stamp_token"], core.Void):
            raise TimestampFailed("unreadable")
        token: bytes = response["time_stamp_token"].dump()
    except (ValueError, TypeError, KeyError):
        raise TimestampFailed("unreadable") from None
    return token


def _info(token: bytes) -> Any:
    try:
        return cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    except (ValueError, TypeError, KeyError, AttributeError):
        raise TimestampFailed("unreadable") from None


def _normal(token: bytes, trusted: Sequence[x509.Certificate], digest: bytes) -> bytes:
    """Return a token without what its authority did not sign and nobody needs: certificates beside its own path, lists, notes."""
    try:
        data = cms.ContentInfo.load(token)["content"]
        _, path = _judged(data, digest, trusted)
        return _written(data, sorted(set(_certificates(data)) & set(path)), path[0])
    except TimestampFailed:
        raise
    except Exception:
        raise TimestampFailed("unreadable") from None


def _checked(token: bytes, digest: bytes, trusted: Sequence[x509.Certificate]) -> Timestamp:
    data = cms.ContentInfo.load(token, strict=True)["content"]
    info, path = _judged(data, digest, trusted)
    certificates = _certificates(data)
    in_order = certificates == sorted(set(certificates)) and set(certificates) <= set(path)
    if not in_order or _written(data, certificates, path[0]) != token:
        raise TimestampFailed("broken")
    at = info["gen_time"].native.astimezone(UTC)
    return Timestamp(token, at, at + _accuracy(info["accuracy"]), info["policy"].native, path)


def _certificates(data: Any) -> list[bytes]:
    return [choice.chosen.dump() for choice in data["certificates"]]


def _written(data: Any, certificates: Sequence[bytes], signer: bytes) -> bytes:
    """Write a token anew from what its authority signed and the certificates: equal bytes mean that there is nothing else in it."""
    was, by = data["signer_infos"][0], asn1_x509.Certificate.load(signer)
    content = bytes(data["encap_content_info"]["content"])
    digest_algorithm = algos.DigestAlgorithm(_plain(was["digest_algorithm"]))
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": by.issuer, "serial_number": by.serial_number}}),
        "digest_algorithm": digest_algorithm,
        # Signed as a SET OF, whatever tag the attributes carry in the message (RFC 5652, section 5.4).
        "signed_attrs": cms.CMSAttributes.load(b"\x31" + was["signed_attrs"].dump()[1:]),
        "signature_algorithm": algos.SignedDigestAlgorithm(_plain(was["signature_algorithm"])),
        "signature": was["signature"].native,
    }
    written = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digest_algorithm],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [asn1_x509.Certificate.load(der) for der in certificates],
            "signer_infos": [cms.SignerInfo(info)],
        }
    )
    token: bytes = cms.ContentInfo({"content_type": "signed_data", "content": written}).dump()
    return token


def _plain(algorithm: Any) -> dict[str, Any]:
    """Return an algorithm that has no parameters, or NULL for them: whatever else stood there would be signed by nobody."""
    if not isinstance(algorithm["parameters"], core.Null | core.Void):
        raise TimestampFailed("broken")
    return {"algorithm": algorithm["algorithm"].native, "parameters": type(algorithm["parameters"])()}


def _judged(data: Any, digest: bytes, trusted: Sequence[x509.Certificate]) -> tuple[Any, tuple[bytes, ...]]:
    """Return what a token says and the path of its signer, if all of it is right; pyHanko knows how to tell."""
    info = data["encap_content_info"]["content"].parsed
    if len(data["signer_infos"]) != 1 or not isinstance(info, tsp.TSTInfo):
        raise TimestampFailed("unreadable")
    if not {each["type"].native for each in data["signer_infos"][0]["signed_attrs"]} & {"signing_certificate", "signing_certificate_v2"}:
        raise TimestampFailed("broken")  # RFC 3161, section 2.4.2: the token names whom it is by
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != _HASH or imprint["hashed_message"].native != digest:
        raise TimestampFailed("other-imprint")
    moment = info["gen_time"].native.astimezone(UTC)
    roots = [asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")
    found = finished(validate_tst_signed_data(data, context, lambda _: digest))
    if not (found["intact"] and found["valid"]):
        raise TimestampFailed("broken")
    if found["validation_path"] is None or found.get("trust_problem_indic") is not None:
        raise TimestampFailed("other-signer")
    path = tuple(each.dump() for each in reversed(list(found["validation_path"].iter_certs(include_root=True))))
    if not _is_authority(x509.load_der_x509_certificate(path[0]), moment):
        raise TimestampFailed("other-signer")
    return info, path


def _is_authority(certificate: x509.Certificate, moment: datetime) -> bool:
    """Tell whether a certificate is for timestamps alone, and says so critically (RFC 3161, section 2.3), and was valid then."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    alone = uses.critical and list(uses.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    return alone and certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _accuracy(stated: Any) -> timedelta:
    if isinstance(stated, core.Void):
        return timedelta()
    parts = {name: stated[name].native or 0 for name in ("seconds", "millis", "micros")}
    return timedelta(seconds=parts["seconds"], milliseconds=parts["millis"], microseconds=parts["micros"])
