"""Keys in a real PKCS#11 token (SoftHSM2): they seal and prove from inside, and everything that is not the right key is refused."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import token_parts
from certificate_parts import AWARD, CONTENT, NOW, make_ring
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc import jws
from joserfc.jwk import ECKey

from certificate_signing.checkpoint import Checkpoint, NoteKey, open_checkpoint, sign_checkpoint
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import did_web, jwk_address, jwt_keys, verification_keys
from certificate_signing.errors import KeyWrong
from certificate_signing.key_folder import KeyAccess, KeyFolder, KeyUse
from certificate_signing.key_import import import_ed25519_in_token, import_p256_in_token, import_seal_in_token
from certificate_signing.key_token import TokenPlace, ed25519_in_token, seal_in_token
from certificate_signing.key_types import private_pem, public_pem
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.signatures import p256_sha256_fits
from certificate_signing.vc_jwt import check_jwt
from lti_tool.issuing.make import make, signed_jwt

SEAL, OTHER, CREDENTIAL, JWT, LOG, P384 = (
    f"pkcs11:token={token_parts.LABEL};object={label}" for label in ("seal", "other-seal", "credential", "jwt", "log", "other-curve")
)


@pytest.fixture(scope="module")
def token(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyAccess]:
    rules = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    found = token_parts.module()
    if found is None:
        rules.skip_or_fail("softhsm2 is not installed")
    try:
        import pkcs11  # noqa: F401
    except ImportError:
        rules.skip_or_fail("python-pkcs11 is not installed")
    before = os.environ.get("SOFTHSM2_CONF")
    # Read by the module when it is loaded, which is in this process.
    made = token_parts.make_token(tmp_path_factory.mktemp("token"), str(found), os.environ)  # type: ignore[arg-type]
    token_parts.fill(made).close()
    yield KeyAccess(module=made.module, pin=token_parts.PIN)
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


def certified(key: rsa.RSAPublicKey, *, days: int = 30) -> bytes:
    """A chain for a public key: its certificate, and the root that issued it."""
    issuer = rsa.generate_private_key(65537, 2048)

    def certificate(name: str, public: Any, *, ca: bool) -> x509.Certificate:
        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("Token root")).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(NOW - timedelta(days=60)).not_valid_after(NOW + timedelta(days=days))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if not ca:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        return builder.sign(issuer, hashes.SHA256())

    chain = (certificate("Token seal", key, ca=False), certificate("Token root", issuer.public_key(), ca=True))
    return b"".join(each.public_bytes(Encoding.PEM) for each in chain)


def public_key(uri: str, access: KeyAccess) -> rsa.RSAPublicKey:
    held = seal_in_token(uri, access)
    modulus, exponent = (int.from_bytes(held.attribute(name, of_public=True), "big") for name in ("MODULUS", "PUBLIC_EXPONENT"))
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


@pytest.fixture(scope="module")
def chain(token: KeyAccess) -> bytes:
    return certified(public_key(SEAL, token))


@pytest.fixture(scope="module")
def in_token(token: KeyAccess, chain: bytes, tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """A ring whose every signing key lies in the token."""
    folder = KeyFolder(tmp_path_factory.mktemp("in-token") / "keys", token)
    make_ring(folder)
    import_seal_in_token(folder, SEAL, chain, NOW)
    import_ed25519_in_token(folder, KeyUse.CREDENTIAL, CREDENTIAL, NOW)
    import_ed25519_in_token(folder, KeyUse.LOG, LOG, NOW)
    import_p256_in_token(folder, JWT, NOW)
    return KeyRing.open(folder)


def test_a_certificate_is_sealed_and_proved_inside_the_token(in_token: KeyRing, judge: Callable[[str], str], tmp_path: Path) -> None:
    made = make(CONTENT, AWARD, in_token)
    assert check_pdf(made.pdf, in_token.trusted_seals()).good
    import json

    assert check_proof(json.loads(made.credential), verification_keys(CONTENT.base_url, in_token.credential_public)).ok
    file = tmp_path / "sealed.pdf"
    file.write_bytes(made.pdf)
    told = subprocess.run([judge("pdfsig"), "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_a_jwt_is_signed_inside_the_token(in_token: KeyRing) -> None:
    token = signed_jwt(CONTENT, AWARD, in_token)
    assert token is not None
    # Whoever checks has the manifest and no token.
    public = KeyRing.open(in_token.folder.path)
    checked = check_jwt(token, jwt_keys(CONTENT.base_url, public.jwt_public), did_web(CONTENT.base_url))
    assert (checked.ok, checked.key_id) == (True, jwk_address(CONTENT.base_url, in_token.jwt.key_id))
    # Not of this library either.
    jws.deserialize_compact(token, ECKey.import_key(public_pem(in_token.jwt.public_key)), algorithms=["ES256"])


def test_a_checkpoint_of_the_log_is_signed_inside_the_token(in_token: KeyRing) -> None:
    name = "certificates.example.org/log"
    key = NoteKey(name, in_token.log.public_bytes)
    note = sign_checkpoint(Checkpoint(name, 1, bytes(32)), key, in_token.log.sign)
    public = KeyRing.open(in_token.folder.path)
    assert open_checkpoint(note, [NoteKey(name, each) for each in public.log_public.values()]).size == 1


def test_the_folder_holds_no_private_key_and_no_pin(in_token: KeyRing) -> None:
    entries = {entry.token: entry for entry in in_token.entries if entry.token}
    assert set(entries) == {SEAL, CREDENTIAL, JWT, LOG}
    assert all(entry.file == "" for entry in entries.values())
    everything = b"".join(file.read_bytes() for file in in_token.folder.path.iterdir())
    assert token_parts.PIN.encode() not in everything
    assert token_parts.PIN not in repr(in_token)


def test_a_key_in_a_token_does_not_leave_it(in_token: KeyRing) -> None:
    with pytest.raises(KeyWrong):
        private_pem(in_token.seal.private_key)
    with pytest.raises(KeyWrong):
        private_pem(in_token.jwt.private_key)
    with pytest.raises(KeyWrong):
        in_token.seal.to_pem()


def test_the_whole_certificate_can_be_verified_without_the_token(in_token: KeyRing) -> None:
    made = make(CONTENT, AWARD, in_token)
    public = KeyRing.open(in_token.folder.path)
    assert check_pdf(made.pdf, public.trusted_seals()).good


def test_threads_take_turns(in_token: KeyRing) -> None:
    public = Ed25519PublicKey.from_public_bytes(in_token.credential.public_bytes)

    def signed(number: int) -> None:
        public.verify(in_token.credential.sign(b"%d" % number), b"%d" % number)
        assert len(in_token.seal.sign(b"%d" % number)) == in_token.seal.signature_length
        assert p256_sha256_fits(in_token.jwt.public_key, in_token.jwt.sign(b"%d" % number), b"%d" % number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(signed, range(40)))


def test_a_session_that_broke_is_opened_anew(in_token: KeyRing) -> None:
    key = in_token.seal
    key.sign(b"before")
    held: Any = key.private_key
    held._session.close()
    assert len(key.sign(b"after")) == key.signature_length


WRONG: dict[str, Callable[[KeyAccess], KeyAccess]] = {
    "a wrong PIN": lambda access: KeyAccess(module=access.module, pin="0000-wrong"),
    "no PIN": lambda access: KeyAccess(module=access.module),
    "no module": lambda access: KeyAccess(pin=access.pin),
    "a module that is not there": lambda access: KeyAccess(module="/nowhere/module.so", pin=access.pin),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_open_the_token_signs_nothing(token: KeyAccess, case: str) -> None:
    import pkcs11

    # A login is the process's: with one that is right still standing, a wrong PIN would not be looked at.
    pkcs11.lib(token.module).reinitialize()
    with pytest.raises(KeyWrong):
        seal_in_token(SEAL, WRONG[case](token)).sign(b"x")


@pytest.mark.parametrize("uri", [f"pkcs11:token={token_parts.LABEL};object=nobody", "pkcs11:token=nobody;object=seal"])
def test_a_key_that_is_not_in_the_token_is_told(token: KeyAccess, uri: str) -> None:
    with pytest.raises(KeyWrong):
        seal_in_token(uri, token).sign(b"x")


@pytest.mark.parametrize(
    "case",
    [
        "another key's certificate",
        "an expired certificate",
        "no certificate",
        "an Ed25519 key for a seal",
        "an RSA key for credentials",
        "a P-256 key for the log",
        "an RSA key for JWTs",
        "an Ed25519 key for JWTs",
        "a key on another curve for JWTs",
    ],
)
def test_what_is_not_the_tokens_key_is_not_taken(token: KeyAccess, chain: bytes, tmp_path: Path, case: str) -> None:
    folder = KeyFolder(tmp_path / "keys", token)
    make_ring(folder)
    before = (folder.path / "keys.json").read_bytes()
    takes: dict[str, Callable[[], object]] = {
        "another key's certificate": lambda: import_seal_in_token(folder, OTHER, chain, NOW),
        "an expired certificate": lambda: import_seal_in_token(folder, SEAL, certified(public_key(SEAL, token), days=-1), NOW),
        "no certificate": lambda: import_seal_in_token(folder, SEAL, b"hello", NOW),
        "an Ed25519 key for a seal": lambda: import_seal_in_token(folder, CREDENTIAL, chain, NOW),
        "an RSA key for credentials": lambda: import_ed25519_in_token(folder, KeyUse.CREDENTIAL, SEAL, NOW),
        "a P-256 key for the log": lambda: import_ed25519_in_token(folder, KeyUse.LOG, JWT, NOW),
        "an RSA key for JWTs": lambda: import_p256_in_token(folder, SEAL, NOW),
        "an Ed25519 key for JWTs": lambda: import_p256_in_token(folder, CREDENTIAL, NOW),
        "a key on another curve for JWTs": lambda: import_p256_in_token(folder, P384, NOW),
    }
    with pytest.raises(KeyWrong):
        takes[case]()
    assert (folder.path / "keys.json").read_bytes() == before


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("pkcs11:token=My%20token;object=seal", TokenPlace("My token", "seal", None)),
        ("pkcs11:object=seal;token=a;type=private", TokenPlace("a", "seal", None)),
        ("pkcs11:token=a;id=%01%FF", TokenPlace("a", None, b"\x01\xff")),
    ],
)
def test_an_address_is_read(uri: str, place: TokenPlace) -> None:
    assert TokenPlace.parse(uri) == place


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "seal",
        "pkcs11:",
        "pkcs11:token=a",
        "pkcs11:object=seal",
        "pkcs11:token=;object=seal",
        "pkcs11:token=a;object=",
        "pkcs11:token=a;object=b;type=public",
        "pkcs11:token=a;object=b;manufacturer=c",
        "pkcs11:token=a;object=b?pin-value=1234",
        "pkcs11:token=a;object=b?module-path=/tmp/evil.so",
        "file:token=a;object=b",
    ],
)
def test_what_names_no_single_key_is_refused(uri: str) -> None:
    with pytest.raises(KeyWrong) as refused:
        ed25519_in_token(uri, KeyAccess())
    assert "1234" not in str(refused.value)
