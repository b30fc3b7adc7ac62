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
from certificate_signing.lti_keys import signing, staged

__all__ = [
    "CredentialKey",
    "KeyEntry",
    "KeyRing",
    "KeyState",
    "KeyUse",
    "LtiKey",
    "SealKey",
    "create_key",
    "rotate_lti",
    "store_credential",
    "store_seal",
]


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
            if entry.file:
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

    def lti(self, now: datetime) -> LtiKey:
        """Return the key that signs LTI messages at `now`: the newest one that has been public for long enough. Raises KeyMissing."""
        found = signing(self.entries, now)
        if found is None:
            raise KeyMissing(KeyUse.LTI.value, str(self.folder.path))
        return self._lti_keys[found.id]

    def lti_published(self, now: datetime) -> tuple[LtiKey, ...]:
        """Return the LTI keys of our key set at `now`: the one that signs, the next one, and those that signed last week."""
        first = self.lti(now)
        others = (self._lti_keys[key.entry.id] for key in staged(self.entries, now) if key.published)
        return (first, *(key for key in others if key is not first))

    @cached_property
    def _lti_keys(self) -> dict[str, LtiKey]:
        own = [entry for entry in self.entries if entry.use is KeyUse.LTI and entry.file]
        return {entry.id: LtiKey.from_pem(self.folder.read(entry)) for entry in own}

    def trusted_seals(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates whose seals are ours: active and retired, never compromised ones."""
        return self._seal_certificates

    @cached_property
    def _seal_certificates(self) -> tuple[x509.Certificate, ...]:
        return tuple(x509.load_pem_x509_certificates(self.folder.read(entry))[0] for entry in self._trusted(KeyUse.SEAL))

    def _trusted(self, use: KeyUse) -> list[KeyEntry]:
        return [entry for entry in self.entries if entry.use is use and entry.state in {KeyState.ACTIVE, KeyState.RETIRED}]

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


def rotate_lti(folder: Path, now: datetime, *, at_once: bool = False) -> KeyEntry:
    """Make the LTI key that signs once it has been public for long enough, and delete private keys that nothing needs any more.

    `at_once` is for keys that somebody else may have: all others are compromised, deleted, and no longer published.
    """
    opened = KeyFolder(folder)
    with opened.locked():
        before = staged(opened.entries(), now)
        entry = _create(opened, KeyUse.LTI, "", "", now)
        given_up = {key.entry.id for key in before if key.entry.file and (at_once or not key.published)}
        opened.delete(given_up, KeyState.COMPROMISED if at_once else KeyState.GONE, xsd_instant(now))
        return entry


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
