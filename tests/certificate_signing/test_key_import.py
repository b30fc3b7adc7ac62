"""Bringing in production keys: what is taken, and everything that is refused before anything is stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from certificate_parts import NOW, make_ring
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from certificate_signing.errors import KeyWrong
from certificate_signing.key_import import import_credential, import_p256, import_seal, seal_from_container, seal_from_pem
from certificate_signing.keyring import KeyRing, KeyState, KeyUse


def pem(key: Any, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def chain(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def self_signed(key: Any, *, days: int = 30, usage: x509.KeyUsage | None = None) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(days=60)).not_valid_after(NOW + timedelta(days=days))
    if usage:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256())


def test_a_pkcs12_seal_becomes_the_active_one_and_the_old_one_stays_trusted(tmp_path: Path, other_ring: KeyRing) -> None:
    before = make_ring(tmp_path / "keys")
    seal = other_ring.seal
    content = pkcs12.serialize_key_and_certificates(
        b"seal", seal.private_key, seal.certificate, list(seal.chain[::-1]), BestAvailableEncryption(b"pw")
    )
    import_seal(before.folder.path, seal_from_container(content, b"pw", NOW), NOW)
    after = KeyRing.open(before.folder.path)
    assert after.seal.certificate == seal.certificate
    assert after.seal.chain == seal.chain
    assert set(after.trusted_seals()) == {before.seal.certificate, seal.certificate}
    entry = next(each for each in after.entries if each.use is KeyUse.SEAL and each.state is KeyState.ACTIVE)
    assert not entry.development


@pytest.mark.parametrize("password", [None, b"secret"])
def test_a_pem_seal_is_taken_and_lies_unencrypted_but_closed(tmp_path: Path, other_ring: KeyRing, password: bytes | None) -> None:
    folder = make_ring(tmp_path / "keys").folder.path
    seal = other_ring.seal
    import_seal(folder, seal_from_pem(pem(seal.private_key, password), chain(seal.certificate, *seal.chain), password, NOW), NOW)
    assert KeyRing.open(folder).seal.certificate == seal.certificate


def test_importing_makes_the_development_seal_unnecessary(tmp_path: Path, other_ring: KeyRing) -> None:
    folder = tmp_path / "keys"
    seal = other_ring.seal
    import_seal(folder, seal_from_pem(pem(seal.private_key), chain(seal.certificate, *seal.chain), None, NOW), NOW)
    assert make_ring(folder).seal.certificate == seal.certificate


def _other_key() -> Any:
    return rsa.generate_private_key(65537, 2048)


SMALL = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point is that it is refused
FAIR = rsa.generate_private_key(65537, 2048)
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
ENCIPHERMENT = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)

REFUSED = {
    "a key that is too short": lambda: (pem(SMALL), chain(self_signed(SMALL))),
    "an elliptic key": lambda: (pem(ELLIPTIC), chain(self_signed(ELLIPTIC))),
    "another key than the certificate's": lambda: (pem(_other_key()), chain(self_signed(FAIR))),
    "an expired certificate": lambda: (pem(FAIR), chain(self_signed(FAIR, days=-1))),
    "a certificate for something else": lambda: (pem(FAIR), chain(self_signed(FAIR, usage=ENCIPHERMENT))),
    "a chain of somebody else": lambda: (pem(FAIR), chain(self_signed(FAIR), self_signed(ELLIPTIC))),
    "no key at all": lambda: (b"hello", chain(self_signed(FAIR))),
    "no certificate at all": lambda: (pem(FAIR), b"hello"),
    "an encrypted key without its password": lambda: (pem(FAIR, b"secret"), chain(self_signed(FAIR))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_seal_is_refused(case: str) -> None:
    key, certificates = REFUSED[case]()
    with pytest.raises(KeyWrong):
        seal_from_pem(key, certificates, None, NOW)


@pytest.mark.parametrize(("content", "password"), [(b"", None), (b"junk", b"x"), (b"0\x82\x00\x00", None)])
def test_what_is_no_pkcs12_is_refused(content: bytes, password: bytes | None) -> None:
    with pytest.raises(KeyWrong):
        seal_from_container(content, password, NOW)


def test_a_wrong_password_is_refused(other_ring: KeyRing) -> None:
    seal = other_ring.seal
    content = pkcs12.serialize_key_and_certificates(b"seal", seal.private_key, seal.certificate, None, BestAvailableEncryption(b"right"))
    with pytest.raises(KeyWrong):
        seal_from_container(content, b"wrong", NOW)


def test_a_credential_key_is_taken_and_the_old_one_stays_listed(tmp_path: Path) -> None:
    before = make_ring(tmp_path / "keys")
    key = Ed25519PrivateKey.generate()
    import_credential(before.folder.path, NOW, pem(key))
    after = KeyRing.open(before.folder.path)
    assert after.credential.public_bytes == key.public_key().public_bytes(Encoding.Raw, serialization.PublicFormat.Raw)
    assert set(after.credential_public) == {before.credential.key_id, after.credential.key_id}


@pytest.mark.parametrize("content", [b"", b"junk", pem(FAIR)])
def test_what_is_no_ed25519_key_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyWrong):
        import_credential(tmp_path / "keys", NOW, content)


def test_a_p256_key_signs_jwts_and_the_one_before_is_retired(tmp_path: Path) -> None:
    folder = make_ring(tmp_path / "keys").folder
    (before,) = KeyRing.open(folder).jwt_public
    private = ec.generate_private_key(ec.SECP256R1())
    entry = import_p256(folder, NOW, pem(private, b"secret"), b"secret")
    ring = KeyRing.open(folder)
    assert (ring.jwt.key_id, ring.jwt.public_key) == (entry.id, private.public_key())
    assert set(ring.jwt_public) == {before, entry.id}
    with pytest.raises(KeyWrong):
        import_p256(folder, NOW, pem(private))


@pytest.mark.parametrize("content", [b"junk", pem(FAIR), pem(Ed25519PrivateKey.generate()), pem(ec.generate_private_key(ec.SECP384R1()))])
def test_what_is_no_p256_key_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyWrong):
        import_p256(tmp_path / "keys", NOW, content)
