"""Signatures that must not fit, and keys that nobody has: what Wycheproof's vectors leave out."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_keys import PublicKey
from certificate_signing.samples import badge
from certificate_signing.signatures import ed25519_fits, p256_sha256_fits, rsa_sha256_fits, weak_ed25519

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DID = "did:web:issuer.example"
BADGE = badge(DID, "Anna Muster", "MOOC 3: Teaching and learning", NOW)
MESSAGE = b"the signed bytes"
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
ED = Ed25519PrivateKey.generate()
P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
PUBLIC = ED.public_key().public_bytes_raw()
SIGNATURE = ED.sign(MESSAGE)


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


R, S = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")
# RFC 8032, section 5.1.7: what an implementation takes that skips a step.
ED25519: dict[str, tuple[bytes, bytes, bytes, bool]] = {
    "as made": (PUBLIC, SIGNATURE, MESSAGE, True),
    "s and the order of the group": (PUBLIC, R + little(S + ORDER), MESSAGE, False),
    "s negated": (PUBLIC, R + little(ORDER - S), MESSAGE, False),
    "another r": (PUBLIC, bytes(32) + little(S), MESSAGE, False),
    "s of zero": (PUBLIC, R + bytes(32), MESSAGE, False),
    "a byte more": (PUBLIC, SIGNATURE + b"\0", MESSAGE, False),
    "a byte less": (PUBLIC, SIGNATURE[:-1], MESSAGE, False),
    "nothing": (PUBLIC, b"", MESSAGE, False),
    "zeros": (PUBLIC, bytes(64), MESSAGE, False),
    "another message": (PUBLIC, SIGNATURE, MESSAGE + b".", False),
    "no message": (PUBLIC, SIGNATURE, b"", False),
    "the sign of x turned": (PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 0x80]), SIGNATURE, MESSAGE, False),
    "another key": (Ed25519PrivateKey.generate().public_key().public_bytes_raw(), SIGNATURE, MESSAGE, False),
    "a key of 31 bytes": (PUBLIC[:-1], SIGNATURE, MESSAGE, False),
    "a key of 33 bytes": (PUBLIC + b"\0", SIGNATURE, MESSAGE, False),
    "no key": (b"", SIGNATURE, MESSAGE, False),
    "a key of all ones": (b"\xff" * 32, SIGNATURE, MESSAGE, False),
}


@pytest.mark.parametrize("name", ED25519)
def test_only_what_the_key_made_fits(name: str) -> None:
    public, signature, message, fits = ED25519[name]
    assert ed25519_fits(public, signature, message) is fits


def torsion() -> list[bytes]:
    """Find the eight points of small order by the curve's own law, and write each in every way that decoders take."""
    factor = -121665 * pow(121666, -1, PRIME) % PRIME

    def x_of(y: int) -> int | None:
        square = (y * y - 1) * pow(factor * y * y + 1, -1, PRIME) % PRIME
        x = pow(square, (PRIME + 3) // 8, PRIME)
        x = x if (x * x - square) % PRIME == 0 else x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
        return x if (x * x - square) % PRIME == 0 else None

    def sum_of(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
        (x1, y1), (x2, y2) = first, second
        both = factor * x1 * x2 * y1 * y2
        return (x1 * y2 + x2 * y1) * pow(1 + both, -1, PRIME) % PRIME, (y1 * y2 + x1 * x2) * pow(1 - both, -1, PRIME) % PRIME

    def times(number: int, point: tuple[int, int]) -> tuple[int, int]:
        found = (0, 1)
        while number:
            found = sum_of(found, point) if number & 1 else found
            point, number = sum_of(point, point), number >> 1
        return found

    found = {times(ORDER, (x, y))[1] for y in range(2, 60) if (x := x_of(y)) is not None}
    assert len(found) == 5
    spellings = {y + more for y in found for more in (0, PRIME) if y + more < 2**255}
    return [little(y | sign << 255) for y in sorted(spellings) for sign in (0, 1)]


TORSION = torsion()


@pytest.mark.parametrize("public", TORSION, ids=[each.hex()[:8] + each.hex()[-4:] for each in TORSION])
def test_no_key_of_small_order_is_anybodys(public: bytes) -> None:
    assert weak_ed25519(public)
    # With such a key the same bytes fit many messages: r is a point of small order too, s is zero.
    assert not any(ed25519_fits(public, r + bytes(32), message) for r in TORSION for message in (b"", MESSAGE))


def test_ordinary_keys_are_not_weak() -> None:
    assert not any(weak_ed25519(Ed25519PrivateKey.generate().public_key().public_bytes_raw()) for _ in range(64))


def emsa(digest_info: bytes, start: bytes = b"\x00\x01", filler: bytes = b"\xff", size: int = 256) -> bytes:
    """Pad what stands for a hash (EMSA-PKCS1-v1_5, RFC 8017, section 9.2), rightly or as forgers do."""
    return start + filler * (size - len(start) - 1 - len(digest_info)) + b"\0" + digest_info


def raw(padded: bytes) -> bytes:
    """Apply the private key to padded bytes, as they are."""
    numbers = RSA.private_numbers()
    return pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")


def digest(message: bytes = MESSAGE) -> bytes:
    hashed = hashes.Hash(SHA256())
    hashed.update(message)
    return hashed.finalize()


SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
MODULUS = RSA.public_key().public_numbers().n
RIGHT = raw(emsa(SHA256_INFO + digest()))
RSA_ROWS: dict[str, tuple[bytes, bool]] = {
    "as made": (RIGHT, True),
    "no NULL": (raw(emsa(bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + digest())), False),
    "a long length (BER)": (raw(emsa(b"\x30\x81" + SHA256_INFO[1:] + digest())), False),
    "a hash without its name": (raw(emsa(digest())), False),
    "bytes after the hash": (raw(emsa(SHA256_INFO + digest() + b"\0\0")), False),
    "short padding and a free end": (raw(b"\0\x01" + b"\xff" * 8 + b"\0" + SHA256_INFO + digest() + b"\x5a" * 194), False),
    "padding of another kind": (raw(emsa(SHA256_INFO + digest(), start=b"\x00\x02")), False),
    "padding with other bytes": (raw(emsa(SHA256_INFO + digest(), filler=b"\xfe")), False),
    "the name of SHA-1": (raw(emsa(bytes.fromhex("3021300906052b0e03021a05000414") + digest()[:20])), False),
    "PSS": (RSA.sign(MESSAGE, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()), False),
    "SHA-384": (RSA.sign(MESSAGE, padding.PKCS1v15(), SHA384()), False),
    "a number above the modulus": ((int.from_bytes(RIGHT, "big") + MODULUS).to_bytes(257, "big"), False),
    "a zero before": (b"\0" + RIGHT, False),
    "a zero after": (RIGHT + b"\0", False),
    "the first byte cut": (RIGHT[1:], False),
    "zero": (bytes(256), False),
    "one": (bytes(255) + b"\x01", False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("name", RSA_ROWS)
def test_only_one_padding_fits(name: str) -> None:
    signature, fits = RSA_ROWS[name]
    assert rsa_sha256_fits(RSA.public_key(), signature, MESSAGE) is fits


def test_r_and_s_have_one_spelling_and_one_curve() -> None:
    # Signed until s begins with a zero, which a careless reader takes with and without.
    signature = next(made for made in iter(lambda: sign("p256", MESSAGE), b"") if made[32] == 0)
    public = P256.public_key()
    assert p256_sha256_fits(public, signature, MESSAGE)
    r, s = signature[:32], signature[32:]
    for other in (r + s[1:], r + b"\0" + s, b"\0" + r + s, r + s + b"\0", r, b"", r + s[1:] + b"\0"):
        assert not p256_sha256_fits(public, other, MESSAGE)
    assert not p256_sha256_fits(ec.generate_private_key(ec.SECP256K1()).public_key(), signature, MESSAGE)


def test_short_rsa_keys_sign_nothing() -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
    assert not rsa_sha256_fits(short.public_key(), short.sign(MESSAGE, padding.PKCS1v15(), SHA256()), MESSAGE)


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def token(kind: str, header: dict[str, Any] | bytes | None = None, *, key: Any = None, claims: bytes = json.dumps(BADGE).encode()) -> str:
    """Sign a JSON Web Signature by hand, with the header that is wanted and the algorithm that the key has."""
    header = {"alg": {"ed": "EdDSA", "p256": "ES256", "rsa": "RS256"}[kind]} if header is None else header
    start = f"{part(header if isinstance(header, bytes) else json.dumps(header).encode())}.{part(claims)}"
    return f"{start}.{part(sign(kind, start.encode(), key))}"


def sign(kind: str, message: bytes, key: Any = None, hashed: HashAlgorithm | None = None) -> bytes:
    hashed = hashed or SHA256()
    if kind == "ed":
        return (key or ED).sign(message)
    if kind == "rsa":
        return (key or RSA).sign(message, padding.PKCS1v15(), hashed)
    r, s = decode_dss_signature((key or P256).sign(message, ECDSA(hashed)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def by_secret(public: Any, algorithm: str = "HS256") -> str:
    """The public key, which everybody has, used as a secret of HMAC."""
    start = f"{part(json.dumps({'alg': algorithm}).encode())}.{part(json.dumps(BADGE).encode())}"
    mac = HMAC(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), SHA256())
    mac.update(start.encode())
    return f"{start}.{part(mac.finalize())}"


def resigned(kind: str, signature: bytes) -> str:
    return f"{token(kind).rpartition('.')[0]}.{part(signature)}"


def der_signature() -> str:
    start = token("p256").rpartition(".")[0]
    return f"{start}.{part(P256.sign(start.encode(), ECDSA(SHA256())))}"


def general_form() -> str:
    header, payload, signature = token("ed").split(".")
    return json.dumps({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})


JWK = {"kty": "OKP", "crv": "Ed25519", "x": part(PUBLIC)}
LARGE = json.dumps({**BADGE, "image": {"id": "data:image/png;base64," + "A" * 400_000, "type": "Image"}}).encode()
GOOD: dict[str, str] = {
    "EdDSA": token("ed"),
    "Ed25519 (RFC 9864)": token("ed", {"alg": "Ed25519"}),
    "ES256": token("p256"),
    "RS256": token("rsa"),
    "a type and a key's name": token("ed", {"alg": "EdDSA", "typ": "vc+jwt", "kid": f"{DID}#key-1"}),
    "a key in the header, as Open Badges 3.0 allows": token("rsa", {"alg": "RS256", "jwk": {"kty": "RSA", "e": "AQAB", "n": "A" * 342}}),
    "three certificates in the header": token("p256", {"alg": "ES256", "x5c": ["A" * 1800] * 3}),
    "a parameter that is nobody's": token("ed", {"alg": "EdDSA", "iss": DID, "x-house": [1]}),
    "a picture of 300 kB": token("ed", claims=LARGE),
}
WRONG: dict[str, str] = {
    # RFC 7515 and 7518, and the mistakes that implementers of them made.
    "none": token("ed", {"alg": "none"}),
    "none, unsigned": token("ed", {"alg": "none"}).rpartition(".")[0] + ".",
    "nOnE": token("ed", {"alg": "nOnE"}).rpartition(".")[0] + ".",
    "no algorithm": token("ed", {}),
    "an algorithm that is no text": token("ed", {"alg": 1}),
    "an algorithm twice": token("ed", b'{"alg":"EdDSA","alg":"none"}'),
    "two algorithms": token("ed", b'{"alg":["EdDSA"]}'),
    "EdDSA by an RSA key": token("rsa", {"alg": "EdDSA"}),
    "RS256 by an Ed25519 key": token("ed", {"alg": "RS256"}),
    "ES256 by an Ed25519 key": token("ed", {"alg": "ES256"}),
    "ES256K": token("p256", {"alg": "ES256K"}),
    "ES384": token("p256", {"alg": "ES384"}),
    "RS384": token("rsa", {"alg": "RS384"}),
    "RS512": token("rsa", {"alg": "RS512"}),
    "RS1": token("rsa", {"alg": "RS1"}),
    "PS256, but padded as RS256": token("rsa", {"alg": "PS256"}),
    "the Ed25519 key as a secret": by_secret(ED.public_key()),
    "the P-256 key as a secret": by_secret(P256.public_key()),
    "the RSA key as a secret": by_secret(RSA.public_key()),
    "critical and unknown": token("ed", {"alg": "EdDSA", "crit": ["exp"], "exp": 1}),
    "critical and nothing": token("ed", {"alg": "EdDSA", "crit": []}),
    "critical and no list": token("ed", {"alg": "EdDSA", "crit": "b64"}),
    "critical and not there": token("ed", {"alg": "EdDSA", "crit": ["b64"]}),
    "not encoded (RFC 7797)": token("ed", {"alg": "EdDSA", "crit": ["b64"], "b64": False}),
    "a key in the header": token("ed", {"alg": "EdDSA", "jwk": JWK}, key=Ed25519PrivateKey.generate()),
    "an address of keys in the header": token("ed", {"alg": "EdDSA", "jku": "https://issuer.example/keys"}, key=Ed25519PrivateKey.generate()),
    "another Ed25519 key": token("ed", key=Ed25519PrivateKey.generate()),
    "another P-256 key": token("p256", key=ec.generate_private_key(ec.SECP256R1())),
    "a header that is no JSON": token("ed", b"alg=EdDSA"),
    "a header that is a list": token("ed", b'["EdDSA"]'),
    "an empty header": token("ed", b""),
    "a signature in DER": der_signature(),
    "r and s of zero": resigned("p256", bytes(64)),
    "r and s of the order": resigned("p256", 2 * bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")),
    "half of r and s": resigned("p256", sign("p256", b"")[:32]),
    "the hash of another length": resigned("p256", sign("p256", token("p256").rpartition(".")[0].encode(), hashed=SHA384())),
    "no signature": resigned("ed", b""),
    "a longer signature": token("ed") + "AA",
    "a signature of another token": f"{token('ed').rpartition('.')[0]}.{token('ed', {'alg': 'EdDSA', 'typ': 'JWT'}).rpartition('.')[2]}",
    "four parts": token("ed") + ".AA",
    "two parts": token("ed").rpartition(".")[0],
    "the general JSON form": general_form(),
}  # fmt: skip
KEYS: dict[str, PublicKey] = {f"{DID}#ed": ED.public_key(), f"{DID}#p256": P256.public_key(), f"{DID}#rsa": RSA.public_key()}


@pytest.mark.parametrize("name", GOOD)
def test_tokens_that_are_signed_rightly_are_good(name: str) -> None:
    assert foreign_credential(GOOD[name].encode(), KEYS, NOW).code == "good"


@pytest.mark.parametrize("name", WRONG)
def test_tokens_that_are_not_are_never_good(name: str) -> None:
    assert foreign_credential(WRONG[name].encode(), KEYS, NOW).code in {"broken", "unreadable", "unchecked", "unsigned"}
