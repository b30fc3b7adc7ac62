"""The ring of keys of one issuer: what seals PDFs, proves credentials, signs LTI messages and the log's checkpoints.

Whoever only verifies needs no private key: every public half stands in the manifest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificate_signing.errors import KeyMissing, KeyWrong
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyState, KeyUse
from certificate_signing.key_making import (
    ED25519_USES,
    compromise,
    create_key,
    create_lacking,
    folder_of,
    rotate_lti,
    store_credential,
    store_ed25519,
    store_seal,
)
from certificate_signing.key_standing import KnownSeal, Standing, standing_of
from certificate_signing.key_token import ed25519_in_token, p256_in_token, seal_in_token
from certificate_signing.key_types import CredentialKey, Ed25519Key, JwtKey, LogKey, LtiKey, SealKey, ed25519_public, p256_public
from certificate_signing.lti_keys import signing, staged
from certificate_signing.timestamp_trust import Authority, authority_of

__all__ = [
    "CredentialKey",
    "JwtKey",
    "KeyEntry",
    "KeyRing",
    "KeyState",
    "KeyUse",
    "KnownSeal",
    "LogKey",
    "LtiKey",
    "SealKey",
    "Standing",
    "compromise",
    "create_key",
    "rotate_lti",
    "store_credential",
    "store_ed25519",
    "store_seal",
]

_Ed25519 = TypeVar("_Ed25519", bound=Ed25519Key)
# What signs for good, and so must never be in other hands; the key for LTI messages lives with whoever talks to LMSs.
SIGNING_USES = frozenset(KeyUse) - {KeyUse.LTI}


@dataclass(frozen=True)
class KeyRing:
    """The keys of a folder, and the timestamping authorities with a history, whose keys are others'.

    Each private key is read and parsed at its first use, once (parsing RSA-3072 costs 0.2 s).
    """

    folder: KeyFolder
    entries: tuple[KeyEntry, ...]
    authorities: tuple[Authority, ...] = ()

    @classmethod
    def open(cls, folder: Path | KeyFolder) -> KeyRing:
        """Open the ring in a folder. Private keys are opened at their first use: whoever only verifies may do without them.

        Raises KeyMissing if there is no key, KeyUnsafe if others have access to one, KeyWrong.
        """
        opened = folder_of(folder)
        entries = opened.entries()
        if not entries:
            raise KeyMissing("seal", str(opened.path))
        for entry in entries:
            if opened.holds(entry):
                opened.check(entry)
            elif entry.file and not entry.public:
                raise KeyWrong(f"{entry.id} has no public half in the manifest, and its file is not there")
        return cls(opened, entries, tuple(authority_of(entry) for entry in opened.authorities()))

    @classmethod
    def create_for_development(
        cls, folder: Path | KeyFolder, organisation: str, country: str, now: datetime, uses: Collection[KeyUse] = frozenset(KeyUse)
    ) -> KeyRing:
        """Make whatever key the folder lacks for these uses, and open it. Processes that start together end with the same ring.

        A folder that lacks nothing is only read, so that it may be one that this process can't write to.
        """
        opened = folder_of(folder)
        create_lacking(opened, uses, organisation, country, now)
        return cls.open(opened)

    def check_private(self, uses: Collection[KeyUse] = frozenset(KeyUse)) -> None:
        """Look whether the private keys that sign for these uses are at hand and closed to others; retired ones may be gone.

        Raises KeyMissing for a use without an active key, KeyUnsafe, KeyWrong.
        """
        for entry in [self._active(use) for use in sorted(uses)]:
            if not entry.token:
                self.folder.check(entry)

    @cached_property
    def seal(self) -> SealKey:
        """The key that seals PDFs. Raises KeyMissing, KeyUnsafe, KeyWrong."""
        entry = self._active(KeyUse.SEAL)
        if entry.token:
            known = self._known(entry)
            return SealKey(entry.id, seal_in_token(entry.token, self.folder.access), known.certificate, known.chain)
        return SealKey.from_pem(entry.id, self.folder.read(entry), self.folder.access.password)

    @cached_property
    def credential(self) -> CredentialKey:
        """The key that proves credentials. Raises KeyMissing, KeyUnsafe, KeyWrong."""
        return self._ed25519_private(CredentialKey, self._active(KeyUse.CREDENTIAL))

    @cached_property
    def log(self) -> LogKey:
        """The key that signs the checkpoints of the transparency log. Raises KeyMissing, KeyUnsafe, KeyWrong."""
        return self._ed25519_private(LogKey, self._active(KeyUse.LOG))

    @cached_property
    def credential_public(self) -> dict[str, bytes]:
        """Every credential key that is trusted for good: fragment → 32 public bytes. Retired keys stay, or old proofs die."""
        return {key_id: public for key_id, public in self.credential_known.items() if self._sound(key_id)}

    @cached_property
    def credential_known(self) -> dict[str, bytes]:
        """Every credential key that ever was ours, compromised ones too: ask `standing` what of them is believed."""
        return self._ed25519(KeyUse.CREDENTIAL)

    @cached_property
    def log_public(self) -> dict[str, bytes]:
        """Every log key that is trusted for good: key id → 32 public bytes."""
        return {key_id: public for key_id, public in self.log_known.items() if self._sound(key_id)}

    @cached_property
    def log_known(self) -> dict[str, bytes]:
        """Every log key that ever was ours, compromised ones too: ask `standing` what of them is believed."""
        return self._ed25519(KeyUse.LOG)

    def trusted_seals(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates whose seals are trusted for good: active and retired, never compromised ones."""
        return tuple(known.certificate for known in self.known_seals if known.standing.sound)

    @cached_property
    def known_seals(self) -> tuple[KnownSeal, ...]:
        """Every certificate that ever was ours with its chain and standing, compromised ones too."""
        return tuple(self._known(entry) for entry in self.entries if entry.use is KeyUse.SEAL)

    def standing(self, key_id: str) -> Standing | None:
        """Return how far what a key signed is believed; None for a key that never was ours. Seals are named as in `KnownSeal`."""
        return next((standing_of(entry) for entry in self.entries if entry.id == key_id), None)

    @cached_property
    def jwt(self) -> JwtKey:
        """The key that signs credentials as JWTs. Raises KeyMissing: rings of earlier releases get theirs from `sealwright init`."""
        entry = self._active(KeyUse.JWT)
        if entry.token:
            return JwtKey(entry.id, p256_in_token(entry.token, self.folder.access, p256_public(entry.public)))
        return JwtKey.from_pem(self.folder.read(entry), self.folder.access.password)

    @cached_property
    def jwt_public(self) -> dict[str, EllipticCurvePublicKey]:
        """Every key for JWTs that is trusted for good, by its id. Retired keys stay, or old JWTs die."""
        return {key_id: public for key_id, public in self.jwt_known.items() if self._sound(key_id)}

    @cached_property
    def jwt_known(self) -> dict[str, EllipticCurvePublicKey]:
        """Every key for JWTs that ever was ours, compromised ones too: ask `standing` what of them is believed."""
        return {entry.id: self._p256_public(entry) for entry in self.entries if entry.use is KeyUse.JWT}

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
        return {entry.id: LtiKey.from_pem(self.folder.read(entry), self.folder.access.password) for entry in own}

    def _known(self, entry: KeyEntry) -> KnownSeal:
        certificate, *chain = x509.load_pem_x509_certificates(entry.public.encode() or self.folder.read(entry))
        return KnownSeal(certificate, tuple(chain), standing_of(entry))

    def _ed25519_private(self, kind: type[_Ed25519], entry: KeyEntry) -> _Ed25519:
        if entry.token:
            public = Ed25519PublicKey.from_public_bytes(ed25519_public(entry.public))
            return kind(entry.id, ed25519_in_token(entry.token, self.folder.access, public))
        return kind.from_pem(self.folder.read(entry), self.folder.access.password)

    def _ed25519(self, use: KeyUse) -> dict[str, bytes]:
        return {entry.id: self._ed25519_public(entry) for entry in self.entries if entry.use is use}

    def _ed25519_public(self, entry: KeyEntry) -> bytes:
        if entry.public:
            return ed25519_public(entry.public)
        # The manifest is from before it held public halves.
        return ED25519_USES[entry.use].from_pem(self.folder.read(entry), self.folder.access.password).public_bytes

    def _p256_public(self, entry: KeyEntry) -> EllipticCurvePublicKey:
        if entry.public:
            return p256_public(entry.public)
        return JwtKey.from_pem(self.folder.read(entry), self.folder.access.password).public_key

    def _sound(self, key_id: str) -> bool:
        standing = self.standing(key_id)
        return standing is not None and standing.sound

    def _active(self, use: KeyUse) -> KeyEntry:
        for entry in self.entries:
            if entry.use is use and entry.state is KeyState.ACTIVE:
                return entry
        raise KeyMissing(use.value, str(self.folder.path))
