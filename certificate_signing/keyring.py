"""The ring of keys of one issuer: what seals PDFs, what proves credentials, what signs LTI messages."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from certificate_signing.development_pki import development_seal
from certificate_signing.errors import KeyMissing
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyState, KeyUse
from certificate_signing.key_types import CredentialKey, LtiKey, SealKey, private_pem

__all__ = ["CredentialKey", "KeyEntry", "KeyRing", "KeyState", "KeyUse", "LtiKey", "SealKey", "create_key", "store_credential", "store_seal"]


@dataclass(frozen=True)
class KeyRing:
    """The keys of a folder. Each private key is read and parsed at its first use, once (parsing RSA-3072 costs 0.2 s)."""

    folder: KeyFolder
    entries: tuple[KeyEntry, ...]

    @classmethod
    def open(cls, folder: Path) -> KeyRing:
        """Open the ring in a folder. Raises KeyMissing if there is none, KeyUnsafe if others have access, KeyWrong."""
        opened = KeyFolder(folder)
        entries = opened.entries()
        if not entries:
            raise KeyMissing("seal", str(folder))
        for entry in entries:
            opened.read(entry)
        return cls(opened, entries)

    @classmethod
    def create_for_development(cls, folder: Path, organisation: str, country: str, now: datetime) -> KeyRing:
        """Make whatever key the folder lacks, and open it. Processes that start together end with the same ring.

        A folder that lacks nothing is only read, so that it may be one that this process can't write to.
        """
        opened = KeyFolder(folder)
        if _lacking(opened):
            with opened.locked():
                for use in _lacking(opened):
                    _create(opened, use, organisation, country, now)
        return cls.open(folder)

    @cached_property
    def seal(self) -> SealKey:
        """The key that seals PDFs. Raises KeyMissing."""
        entry = self._active(KeyUse.SEAL)
        return SealKey.from_pem(entry.id, self.folder.read(entry))

    @cached_property
    def credential(self) -> CredentialKey:
        """The key that proves credentials. Raises KeyMissing."""
        return CredentialKey.from_pem(self.folder.read(self._active(KeyUse.CREDENTIAL)))

    @cached_property
    def credential_public(self) -> dict[str, bytes]:
        """Every credential key that is still trusted: fragment → 32 public bytes. Retired keys stay, or old proofs die."""
        keys = [CredentialKey.from_pem(self.folder.read(entry)) for entry in self._trusted(KeyUse.CREDENTIAL)]
        return {key.key_id: key.public_bytes for key in keys}

    @cached_property
    def lti(self) -> LtiKey:
        """The key that signs LTI messages. Raises KeyMissing."""
        return LtiKey.from_pem(self.folder.read(self._active(KeyUse.LTI)))

    @cached_property
    def lti_all(self) -> tuple[LtiKey, ...]:
        """The LTI keys to publish: the active one and those retired, for LMSs that hold an older JWKS."""
        active = self._active(KeyUse.LTI)
        retired = [entry for entry in self._trusted(KeyUse.LTI) if entry is not active]
        return (self.lti, *(LtiKey.from_pem(self.folder.read(entry)) for entry in retired))

    def trusted_seals(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates whose seals are ours: active and retired, never compromised ones."""
        return self._seal_certificates

    @cached_property
    def _seal_certificates(self) -> tuple[x509.Certificate, ...]:
        return tuple(x509.load_pem_x509_certificates(self.folder.read(entry))[0] for entry in self._trusted(KeyUse.SEAL))

    def _trusted(self, use: KeyUse) -> list[KeyEntry]:
        return [entry for entry in self.entries if entry.use is use and entry.state is not KeyState.COMPROMISED]

    def _active(self, use: KeyUse) -> KeyEntry:
        for entry in self.entries:
            if entry.use is use and entry.state is KeyState.ACTIVE:
                return entry
        raise KeyMissing(use.value, str(self.folder.path))


def create_key(folder: Path, use: KeyUse, organisation: str, country: str, now: datetime) -> KeyEntry:
    """Make a new active key; the one before it is retired. A new seal has a development certificate."""
    opened = KeyFolder(folder)
    with opened.locked():
        return _create(opened, use, organisation, country, now)


def store_seal(folder: Path, key: SealKey, now: datetime, *, development: bool = False) -> KeyEntry:
    """Make a seal key the active one; the one before it is retired."""
    opened = KeyFolder(folder)
    with opened.locked():
        return _add_seal(opened, key, now, development=development)


def store_credential(folder: Path, key: CredentialKey, now: datetime) -> KeyEntry:
    """Make a credential key the active one; the one before it is retired."""
    opened = KeyFolder(folder)
    with opened.locked():
        return _add_credential(opened, key, now)


def _lacking(folder: KeyFolder) -> list[KeyUse]:
    present = {entry.use for entry in folder.entries() if entry.state is KeyState.ACTIVE}
    return [use for use in KeyUse if use not in present]


def _create(folder: KeyFolder, use: KeyUse, organisation: str, country: str, now: datetime) -> KeyEntry:
    if use is KeyUse.SEAL:
        key = development_seal(f"seal-{secrets.token_hex(4)}", organisation, country, now)
        return _add_seal(folder, key, now, development=True)
    if use is KeyUse.CREDENTIAL:
        return _add_credential(folder, CredentialKey.of(Ed25519PrivateKey.generate()), now)
    pem = private_pem(generate_private_key(65537, 2048))
    kid = LtiKey.from_pem(pem).kid
    name = hashlib.sha256(kid.encode()).hexdigest()[:16]
    entry = KeyEntry(kid, KeyUse.LTI, "RSA-2048", KeyState.ACTIVE, f"lti-{name}.pem", xsd_instant(now))
    folder.add(entry, pem)
    return entry


def _add_seal(folder: KeyFolder, key: SealKey, now: datetime, *, development: bool) -> KeyEntry:
    certificate = key.certificate
    entry = KeyEntry(
        id=key.id,
        use=KeyUse.SEAL,
        algorithm=f"RSA-{key.private_key.key_size}",
        state=KeyState.ACTIVE,
        file=f"{key.id}.pem",
        created=xsd_instant(now),
        valid_from=xsd_instant(certificate.not_valid_before_utc),
        valid_until=xsd_instant(certificate.not_valid_after_utc),
        development=development,
    )
    folder.add(entry, key.to_pem())
    return entry


def _add_credential(folder: KeyFolder, key: CredentialKey, now: datetime) -> KeyEntry:
    entry = KeyEntry(key.key_id, KeyUse.CREDENTIAL, "Ed25519", KeyState.ACTIVE, f"credential-{key.key_id}.pem", xsd_instant(now))
    folder.add(entry, private_pem(key.private_key))
    return entry
