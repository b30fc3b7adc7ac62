"""Proof that no certificate of a path is revoked, gathered to be kept inside a seal (the DSS of ISO 32000-2, 12.8.4.3).

Where to ask stands in the certificates themselves: revocation lists first, which hold for all seals of a day, else OCSP. What
was fetched is believed only once pyHanko's validator has found that it proves every path.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from certificate_signing.errors import ValidationMissing
from certificate_signing.unwaited import finished

# How long what was fetched serves the seals that follow; a list is good for longer, but a revocation should be noticed.
_KEPT: Final = timedelta(minutes=30)
Path = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ValidationData:
    """What proves paths: certificates, revocation lists and OCSP responses, in DER."""

    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]


@dataclass
class Revocations:
    """Asks the CAs of paths for revocation.

    `fetch` gets an address (with None) or posts an OCSP request (DER, application/ocsp-request) and returns the answer's bytes,
    or raises ValidationMissing.
    """

    fetch: Callable[[str, bytes | None], bytes]
    now: Callable[[], datetime]
    _kept: dict[frozenset[Path], tuple[datetime, ValidationData]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def data(self, paths: Iterable[Path]) -> ValidationData:
        """Return proof for paths (DER; leaf first, trusted certificate last). Raises ValidationMissing, also for what is revoked."""
        wanted = frozenset(paths)
        with self._lock:
            now = self.now()
            found = self._kept.get(wanted)
            if found is None or not now - _KEPT <= found[0] <= now:
                found = self._kept[wanted] = (now, self._fetched(sorted(wanted), now))
            return found[1]

    def _fetched(self, paths: Sequence[Path], now: datetime) -> ValidationData:
        crls, ocsps, lists = dict[bytes, None](), dict[bytes, None](), dict[str, bytes]()
        for path in paths:
            for der, issuer in pairwise(path):
                kind, answer = self._asked(x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(issuer), lists)
                (crls if kind == "crl" else ocsps)[answer] = None
        data = ValidationData(tuple(dict.fromkeys(der for path in paths for der in path)), tuple(crls), tuple(ocsps))
        for path in paths:
            _prove(path, data, now)
        return data

    def _asked(self, certificate: x509.Certificate, issuer: x509.Certificate, lists: dict[str, bytes]) -> tuple[str, bytes]:
        if address := _list_address(certificate):
            if address not in lists:
                lists[address] = self.fetch(address, None)
            return "crl", lists[address]
        if address := _responder(certificate):
            request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303 - RFC 6960 names by SHA-1
            answer = asn1_ocsp.OCSPResponse.load(self.fetch(address, request.public_bytes(Encoding.DER)))
            return "ocsp", answer.dump()
        raise ValidationMissing(f"{certificate.subject.rfc4514_string()} says nowhere whether it is revoked")


def _list_address(certificate: x509.Certificate) -> str | None:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return None
    return _http(name for point in points for name in point.full_name or ())


def _responder(certificate: x509.Certificate) -> str | None:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return None
    return _http(each.access_location for each in access if each.access_method == AuthorityInformationAccessOID.OCSP)


def _http(names: Iterable[x509.GeneralName]) -> str | None:
    found = (str(name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return next((address for address in found if address.startswith(("http://", "https://"))), None)


def _prove(path: Path, data: ValidationData, now: datetime) -> None:
    """Raise ValidationMissing unless the data prove that a path is good now."""
    *certificates, root = [asn1_x509.Certificate.load(der) for der in path]
    try:
        context = ValidationContext(
            trust_roots=[root],
            other_certs=certificates[1:],
            crls=[asn1_crl.CertificateList.load(der) for der in data.crls],
            ocsps=[asn1_ocsp.OCSPResponse.load(der) for der in data.ocsps],
            allow_fetching=False,
            moment=now,
            revocation_mode="require",
        )
        if certificates:
            validator = CertificateValidator(certificates[0], certificates[1:], context)
            finished(validator.async_validate_path())
    except (PathError, ValidationError, ValueError) as error:
        raise ValidationMissing(f"a path is not proved: {type(error).__name__}") from None
