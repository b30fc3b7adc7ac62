"""Keys in a hardware token (PKCS#11 v2.40): they sign there and never leave it. Needs the package `python-pkcs11`.

A key is named by an RFC 7512 URI, ``pkcs11:token=LABEL;object=LABEL`` (or ``;id=%01``); its PIN comes from elsewhere.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import unquote, unquote_to_bytes

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from certificate_signing.errors import KeyWrong
from certificate_signing.key_folder import KeyAccess
from certificate_signing.signatures import p256_sha256_fits

_T = TypeVar("_T")
# One call at a time in the whole process: two sessions of one module at once make SoftHSM2 fail.
_TURN: Final = threading.Lock()
_TRIAL: Final = b"sealwright: is this key the one that its certificate names?"
# Attributes of a URI's path that are read; others would be ignored in silence, and another key be found.
_KNOWN: Final = frozenset({"token", "object", "id", "type"})


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a key lies: the token's label, and the label or id of the private key in it."""

    token: str
    label: str | None
    id: bytes | None

    @classmethod
    def parse(cls, uri: str) -> TokenPlace:
        """Read an RFC 7512 URI. Raises KeyWrong for anything that does not name one private key, and for one that holds a PIN."""
        scheme, _, rest = uri.partition(":")
        path, _, query = rest.partition("?")
        parts = dict(part.partition("=")[::2] for part in path.split(";") if part)
        if scheme != "pkcs11" or query or not set(parts) <= _KNOWN or parts.get("type", "private") != "private":
            raise KeyWrong(f"{uri.partition('?')[0]} is no address of a key: pkcs11:token=…;object=… (module and PIN are set elsewhere)")
        if not parts.get("token") or not (parts.get("object") or parts.get("id")):
            raise KeyWrong(f"{uri} names no token, or neither object nor id in it")
        label = unquote(parts["object"]) if parts.get("object") else None
        return cls(unquote(parts["token"]), label, unquote_to_bytes(parts["id"]) if parts.get("id") else None)


class TokenKey:
    """A private key in a token. A session that broke is opened anew, once a call."""

    def __init__(self, place: TokenPlace, access: KeyAccess, mechanism: str) -> None:
        self._place = place
        self._access = access
        self._mechanism = mechanism
        self._session: Any = None
        self._key: Any = None

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over `data`. Raises KeyWrong if the token does not answer, or has not got the key."""
        return self._with_key(lambda key, library: bytes(key.sign(data, mechanism=library.Mechanism[self._mechanism])))

    def attribute(self, name: str, of_public: bool) -> bytes:
        """Return an attribute of the private key or of its public half. Raises KeyWrong."""
        return self._with_key(lambda key, library: self._read(key, library, name, of_public))

    def _read(self, key: Any, library: Any, name: str, of_public: bool) -> bytes:
        if of_public:
            wanted = {library.Attribute.CLASS: library.ObjectClass.PUBLIC_KEY, library.Attribute.ID: key[library.Attribute.ID]}
            key = next(iter(self._session.get_objects(wanted)), None)
            if key is None:
                raise KeyWrong("the token holds no public key beside the private one")
        return bytes(key[library.Attribute[name]])

    def _with_key(self, job: Callable[[Any, Any], _T]) -> _T:
        library = _library()
        with _TURN:
            try:
                return job(self._opened(library), library)
            except library.PKCS11Error:
                # The token was pulled, or its daemon started anew: everything that was opened is worth nothing now.
                self._close()
            try:
                return job(self._opened(library), library)
            except library.PKCS11Error as error:
                self._close()
                raise KeyWrong(f"the token {self._place.token} does not do it: {type(error).__name__}") from None

    def _opened(self, library: Any) -> Any:
        if self._key is None:
            if not self._access.module:
                raise KeyWrong("no PKCS#11 module is set")
            found = library.lib(self._access.module).get_token(token_label=self._place.token)
            self._session = _session(found, self._access.pin, library)
            self._key = self._session.get_key(object_class=library.ObjectClass.PRIVATE_KEY, label=self._place.label, id=self._place.id)
        return self._key

    def _close(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            with suppress(Exception):
                session.close()


class TokenEd25519(TokenKey):
    """An Ed25519 key in a token (mechanism EDDSA, PKCS#11 v3.0)."""

    def __init__(self, place: TokenPlace, access: KeyAccess, public: Ed25519PublicKey | None = None) -> None:
        super().__init__(place, access, "EDDSA")
        self._public = public

    def public_key(self) -> Ed25519PublicKey:
        """Return the public key: the one it was opened with, or the token's. Raises KeyWrong."""
        if self._public is None:
            # An OCTET STRING of 32 bytes in DER; some modules leave its two bytes out.
            self._public = Ed25519PublicKey.from_public_bytes(self.attribute("EC_POINT", of_public=True)[-32:])
        return self._public


class TokenP256(TokenKey):
    """A P-256 key in a token (mechanism ECDSA, which takes a hash; PKCS#11 v2.40, section 2.3.6)."""

    def __init__(self, place: TokenPlace, access: KeyAccess, public: EllipticCurvePublicKey | None = None) -> None:
        super().__init__(place, access, "ECDSA")
        self._public = public

    def sign(self, data: bytes, /) -> bytes:
        """Return the ES256 signature over `data`: r and s, 32 bytes each. Raises KeyWrong as any key in a token, and for another curve."""
        signature = super().sign(hashlib.sha256(data).digest())
        if len(signature) != 64:
            raise KeyWrong("the token's key is no P-256 key")
        return signature

    def public_key(self) -> EllipticCurvePublicKey:
        """Return the public key: the one it was opened with, or the token's. Raises KeyWrong."""
        if self._public is None:
            # An OCTET STRING in DER of 04, x and y; some modules leave its first two bytes out.
            point = self.attribute("EC_POINT", of_public=True)[-65:]
            try:
                self._public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
            except ValueError:
                raise KeyWrong("the token's key is no P-256 key") from None
        return self._public


def seal_in_token(uri: str, access: KeyAccess) -> TokenKey:
    """Return the RSA key at a URI; nothing is opened yet. Raises KeyWrong for a bad URI."""
    return TokenKey(TokenPlace.parse(uri), access, "SHA256_RSA_PKCS")


def ed25519_in_token(uri: str, access: KeyAccess, public: Ed25519PublicKey | None = None) -> TokenEd25519:
    """Return the Ed25519 key at a URI; nothing is opened yet. Raises KeyWrong for a bad URI."""
    return TokenEd25519(TokenPlace.parse(uri), access, public)


def p256_in_token(uri: str, access: KeyAccess, public: EllipticCurvePublicKey | None = None) -> TokenP256:
    """Return the P-256 key at a URI; nothing is opened yet. Raises KeyWrong for a bad URI."""
    return TokenP256(TokenPlace.parse(uri), access, public)


def refuse_other_seal(key: TokenKey, certificate: x509.Certificate) -> None:
    """Let the token sign once, and raise KeyWrong unless the certificate verifies it."""
    public = certificate.public_key()
    if not isinstance(public, RSAPublicKey):
        raise KeyWrong("the seal needs an RSA key of at least 2048 bits")
    try:
        public.verify(key.sign(_TRIAL), _TRIAL, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise KeyWrong("the first certificate is not the certificate of the token's key") from None


def refuse_other_ed25519(key: TokenEd25519) -> None:
    """Let the token sign once, and raise KeyWrong unless its public key verifies it."""
    try:
        key.public_key().verify(key.sign(_TRIAL), _TRIAL)
    except (InvalidSignature, ValueError):
        raise KeyWrong("the token's public key does not belong to its private key") from None


def refuse_other_p256(key: TokenP256) -> None:
    """Let the token sign once, and raise KeyWrong unless its public key verifies it."""
    if not p256_sha256_fits(key.public_key(), key.sign(_TRIAL), _TRIAL):
        raise KeyWrong("the token's public key does not belong to its private key")


def _session(token: Any, pin: str | None, library: Any) -> Any:
    try:
        return token.open(user_pin=pin)
    except library.UserAlreadyLoggedIn:
        # The login is the process's: another key of the same token made it.
        return token.open()


def _library() -> Any:
    try:
        import pkcs11  # noqa: PLC0415 - only who has a token installs it
    except ImportError:
        raise KeyWrong("keys in a token need the package python-pkcs11 (requirements-hsm.lock)") from None
    return pkcs11
