"""Openssl on the seal of a European Digital Credential: the chain in it leads to its root, and the signature is of the certificate it names."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID
from record_parts import issued, with_settings

from certificate_signing.development_pki import DOCUMENT_SIGNING
from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.issuing import europass
from lti_tool.issuing.keys import ring
from tests.conftest import skip_or_fail

pytestmark = pytest.mark.judge
PASSWORD = b"a password of the organisation's"


@pytest.fixture(scope="module")
def openssl() -> Callable[..., str]:
    def run(*arguments: str | Path) -> str:
        try:
            done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
        except FileNotFoundError:
            skip_or_fail("openssl is not installed")
        return done.stdout + done.stderr

    return run


@dataclass
class Authority:
    """One certificate authority with its key."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def certified(name: str, above: Authority | None = None, *, authority: bool = True) -> Authority:
    """A certificate for a new key, signed by the one above or by itself."""
    key, now = rsa.generate_private_key(65537, 2048), clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    usage |= {"key_cert_sign": authority, "crl_sign": authority, "digital_signature": not authority, "content_commitment": not authority}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.certificate.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=700))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((above.key if above else key).public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    return Authority(key, builder.sign(above.key if above else key, hashes.SHA256()))


def imported(tool: Installation, folder: Path) -> x509.Certificate:
    """Bring in a seal of three steps as PKCS#12, by the command; return its root."""
    root = certified("Example Root of Seals")
    between = certified("Example Seals 7", root)
    seal = certified("Example Academy", between, authority=False)
    content = pkcs12.serialize_key_and_certificates(
        b"seal", seal.key, seal.certificate, [root.certificate, between.certificate], BestAvailableEncryption(PASSWORD)
    )
    (folder / "seal.p12").write_bytes(content)
    (folder / "password").write_bytes(PASSWORD)
    command = ["--home", str(tool.settings.home), "keys", "import", "seal", "--pkcs12", str(folder / "seal.p12"), "--password-file"]
    done = CliRunner().invoke(sealwright, [*command, str(folder / "password")])
    assert done.exit_code == 0, done.output
    assert ring(tool).seal.certificate == seal.certificate
    return root.certificate


def of_development(tool: Installation, _: Path) -> x509.Certificate:
    return ring(tool).seal.chain[-1]


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def pem(file: Path, *certificates: x509.Certificate) -> Path:
    file.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates))
    return file


@pytest.mark.parametrize("bring", [of_development, imported])
def test_the_chain_leads_to_its_root_and_the_signature_is_its_first_ones(
    tool: Installation, openssl: Callable[..., str], tmp_path: Path, bring: Callable[[Installation, Path], x509.Certificate]
) -> None:
    root = bring(tool, tmp_path)
    sealing = with_settings(tool, legal_identifier="VATBE-0123456789")
    made = json.loads(europass.stored_or_made(sealing, europass.of_number(sealing, issued(sealing))))
    (signature,) = made["signatures"]
    told: dict[str, Any] = json.loads(decoded(signature["protected"]))
    chain = [x509.load_der_x509_certificate(base64.b64decode(der, validate=True)) for der in told["x5c"]]
    assert len(chain) == 3
    assert told["x5t#S256"] == base64.urlsafe_b64encode(hashlib.sha256(base64.b64decode(told["x5c"][0])).digest()).rstrip(b"=").decode()

    leaf, others = pem(tmp_path / "leaf.pem", chain[0]), pem(tmp_path / "others.pem", *chain[1:])
    roots, stranger = pem(tmp_path / "root.pem", root), pem(tmp_path / "stranger.pem", certified("Example Root of Seals").certificate)
    assert f"{leaf}: OK" in openssl("verify", "-x509_strict", "-no-CApath", "-CAfile", roots, "-untrusted", others, leaf)
    assert "OK" not in openssl("verify", "-no-CApath", "-CAfile", stranger, "-untrusted", others, leaf)
    # Each vouches for the one before it: the order is that of RFC 7515, section 4.1.6.
    for child, parent in itertools.pairwise(chain):
        child.verify_directly_issued_by(parent)

    key, value, signed = tmp_path / "key.pem", tmp_path / "value", tmp_path / "signed"
    key.write_bytes(chain[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    value.write_bytes(decoded(signature["signature"]))
    signed.write_bytes(signature["protected"].encode() + b"." + made["payload"].encode())
    assert "Verified OK" in openssl("dgst", "-sha256", "-verify", key, "-signature", value, signed)
    signed.write_bytes(signed.read_bytes().replace(b"VATBE-0123456789", b"VATBE-0123456780"))
    assert "Verified OK" not in openssl("dgst", "-sha256", "-verify", key, "-signature", value, signed)
