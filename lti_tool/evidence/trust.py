"""The trust list of an installation: whose seals, credentials and verification pages prove a document.

Nobody is trusted unless an administrator wrote them into `trust.toml`. Whatever is there was checked when it was read; nothing
is fetched to check a document.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from certificate_signing.foreign_keys import public_key
from lti_tool.evidence.addresses import is_prefix, leads_to
from lti_tool.problem import Problem

FILE: Final = "trust.toml"
LARGEST: Final = 4 << 20
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
KeyId = Annotated[str, Field(pattern=r"^(did:[a-z0-9]+:|https://)[^\s#]+#[^\s#]+$", max_length=500)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TrustedIssuer(_Frozen):
    """One body and what proves its documents.

    `certificates` are PEM texts of its seals or of the CA of its seals, and of its time-stamping authority; `organisation` is the
    organisation (O) or organisation identifier that a signer's certificate must name, needed as soon as one certificate is a CA's;
    `keys` are the keys of its Open Badges, key id → multibase, PEM or JWK; `addresses` are prefixes of its verification pages.
    """

    name: Name
    organisation: Name | None = None
    certificates: tuple[str, ...] = ()
    keys: dict[KeyId, str] = Field(default_factory=dict)
    addresses: tuple[str, ...] = ()

    @field_validator("certificates")
    @classmethod
    def _certificates_are_read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            _certificates(text)
        return value

    @field_validator("keys")
    @classmethod
    def _keys_are_read(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            public_key(text)
        return value

    @field_validator("addresses")
    @classmethod
    def _addresses_are_prefixes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            if not is_prefix(text):
                raise ValueError(f"{text!r} is no prefix such as https://verify.example.org/certificates/")
        return value

    @model_validator(mode="after")
    def _says_enough(self) -> TrustedIssuer:
        if not (self.certificates or self.keys or self.addresses):
            raise ValueError("it needs certificates, keys or addresses, or nothing could prove a document of it")
        if self.organisation is None and any(is_authority(certificate) for certificate in self.parsed()):
            raise ValueError("a certificate of a CA trusts everybody that it certifies: name the organisation whose seals are meant")
        return self

    def parsed(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates."""
        return tuple(certificate for text in self.certificates for certificate in _certificates(text))


class TrustList(_Frozen):
    """Everybody whom this installation trusts; `sha256` tells two lists apart."""

    issuers: tuple[TrustedIssuer, ...] = ()

    @field_validator("issuers")
    @classmethod
    def _told_apart(cls, value: tuple[TrustedIssuer, ...]) -> tuple[TrustedIssuer, ...]:
        names = [issuer.name.casefold() for issuer in value]
        keys = [key for issuer in value for key in issuer.keys]
        for entry in (*names, *keys):
            if (*names, *keys).count(entry) > 1:
                raise ValueError(f"{entry!r} stands there twice")
        return value

    @property
    def sha256(self) -> str:
        """The SHA-256 of what the list says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def of_address(self, address: str) -> str:
        """Return the name of the issuer to whose verification pages an address leads, else an empty text."""
        return next((issuer.name for issuer in self.issuers if any(leads_to(address, prefix) for prefix in issuer.addresses)), "")


NOBODY: Final = TrustList()


def load_trust(source: Path | str) -> TrustList:
    """Read a trust list from a file, or from TOML text. Raises Problem("trust-list-wrong") with the details file, key and reason."""
    name = FILE if isinstance(source, str) else source.name
    try:
        text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(name, "the whole file", str(error)) from None
    return _valid(table, name)


def _valid(table: dict[str, Any], name: str) -> TrustList:
    try:
        return TrustList.model_validate(table)
    except ValidationError as error:
        first = min(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"])
        raise _wrong(name, key or "the whole file", first["msg"].removeprefix("Value error, ")) from None


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell a certificate of a CA, also one so old that it does not say what it is."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return certificate.issuer == certificate.subject


def _certificates(text: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValueError("no certificate in PEM (-----BEGIN CERTIFICATE-----)") from None


def _wrong(file: str, key: str, reason: str) -> Problem:
    return Problem("trust-list-wrong", file=file, key=key, reason=reason)
