"""A certification authority that says whom it has revoked, a seal under it, and a real timestamping authority: openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from certificate_signing.development_pki import DOCUMENT_SIGNING
from certificate_signing.errors import TimestampFailed, ValidationMissing
from certificate_signing.key_types import SealKey
from certificate_signing.seal_validation import Revocations
from certificate_signing.timestamps import TimestampAuthority

RESPONDER = "http://ca.example.org/ocsp"
POLICY = "1.2.3.4.1"
_CONFIGURATION = """[tsa]
default_tsa = t
[t]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/others.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def real_now() -> datetime:
    """The machine's clock: openssl looks at no other."""
    return datetime.now(UTC)


@dataclass
class Ca:
    """A root that issues seals and timestamping authorities, publishes a list of the revoked, and answers OCSP."""

    address: str = "http://ca.example.org/list.crl"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    revoked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = real_now().replace(microsecond=0) - timedelta(days=2)
        self.certificate = self._certificate("Example Root", self.key.public_key(), [(x509.BasicConstraints(ca=True, path_length=None), True)])

    def issue(
        self,
        name: str,
        key: rsa.RSAPublicKey,
        uses: list[x509.ObjectIdentifier],
        *,
        critical: bool = False,
        responder: bool = False,
        days: tuple[int, int] = (0, 1000),
    ) -> x509.Certificate:
        """Issue a certificate for some extended key usages, valid between days after two days ago."""
        where: x509.ExtensionType = x509.CRLDistributionPoints(
            [x509.DistributionPoint([x509.UniformResourceIdentifier(self.address)], None, None, None)]
        )
        if responder:
            where = x509.AuthorityInformationAccess(
                [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(RESPONDER))]
            )
        extensions = [(x509.BasicConstraints(ca=False, path_length=None), True), (x509.ExtendedKeyUsage(uses), critical), (where, False)]
        return self._certificate(name, key, extensions, days)

    def seal_key(self, *, responder: bool = False, days: tuple[int, int] = (0, 1000)) -> SealKey:
        key = rsa.generate_private_key(65537, 2048)
        uses = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        certificate = self.issue("Example Academy Seal", key.public_key(), uses, responder=responder, days=days)
        return SealKey("seal-of-ca", key, certificate, (self.certificate,))

    def list_of_revoked(self) -> bytes:
        now = real_now().replace(microsecond=0)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(now - timedelta(hours=1)).next_update(now + timedelta(days=30)).add_extension(x509.CRLNumber(1), False)
        for serial in self.revoked:
            gone = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(hours=2)).build()
            builder = builder.add_revoked_certificate(gone)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def respond(self, certificate: x509.Certificate) -> bytes:
        now = real_now().replace(microsecond=0)
        gone = certificate.serial_number in self.revoked
        answer = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate, issuer=self.certificate, algorithm=hashes.SHA256(), this_update=now - timedelta(hours=1),
            cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD, next_update=now + timedelta(days=1),
            revocation_time=now - timedelta(hours=2) if gone else None, revocation_reason=None,
        )  # fmt: skip
        signed = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate).sign(self.key, hashes.SHA256())
        return signed.public_bytes(Encoding.DER)

    def revocations(self, *certificates: x509.Certificate) -> Revocations:
        """Answer for what points to the list, and by OCSP for these."""

        def fetch(address: str, request: bytes | None) -> bytes:
            if address == self.address and request is None:
                return self.list_of_revoked()
            asked = ocsp.load_der_ocsp_request(request or b"").serial_number
            for certificate in certificates:
                if address == RESPONDER and certificate.serial_number == asked:
                    return self.respond(certificate)
            raise ValidationMissing("nobody answers")

        return Revocations(fetch, real_now)

    def _certificate(
        self,
        name: str,
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        extensions: list[tuple[x509.ExtensionType, bool]],
        days: tuple[int, int] = (0, 4000),
    ) -> x509.Certificate:
        named = [(NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, "Example Academy"), (NameOID.COMMON_NAME, name)]
        subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in named])
        is_ca = key == self.key.public_key()
        usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
        usage |= {"digital_signature": True, "content_commitment": True, "key_cert_sign": is_ca, "crl_sign": is_ca}
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject if is_ca else self.certificate.subject).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(self.begun + timedelta(days=days[0]))
        builder = builder.not_valid_after(self.begun + timedelta(days=days[1])).add_extension(x509.KeyUsage(**usage), True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256())


class Openssl:
    """`openssl ts` as a timestamping authority in a folder, under a CA."""

    def __init__(self, folder: Path, ca: Ca, uses: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)) -> None:
        folder.mkdir(parents=True)
        self.folder, self.ca = folder, ca
        key = rsa.generate_private_key(65537, 2048)
        self.certificate = ca.issue("Example Timestamping", key.public_key(), list(uses), critical=True)
        (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "tsa.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        (folder / "others.pem").write_bytes(ca.certificate.public_bytes(Encoding.PEM))
        (folder / "ts.cnf").write_text(_CONFIGURATION.format(folder=folder))
        self.asked = 0

    def answer(self, request: bytes) -> bytes:
        """Answer a request as openssl does; a request that it refuses gets its refusal."""
        self.asked += 1
        (self.folder / "request").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", self.folder / "ts.cnf", "-section", "t", "-queryfile", self.folder / "request"]
        done = subprocess.run([*command, "-out", self.folder / "answer"], capture_output=True, timeout=300, check=False)
        if done.returncode:
            raise TimestampFailed("unreachable")
        return (self.folder / "answer").read_bytes()

    def trusted(self) -> TimestampAuthority:
        return TimestampAuthority(self.answer, (self.ca.certificate,), real_now)
