"""New keys in a folder: made here, or brought in; the one before is retired."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing.development_pki import development_seal
from certificate_signing.errors import KeyWrong
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyState, KeyUse
from certificate_signing.key_types import CredentialKey, Ed25519Key, JwtKey, LogKey, LtiKey, SealKey, load_private, private_pem, public_pem
from certificate_signing.lti_keys import staged

# Kinds of key that are an Ed25519 key, which may also come from elsewhere.
ED25519_USES: dict[KeyUse, type[Ed25519Key]] = {KeyUse.CREDENTIAL: CredentialKey, KeyUse.LOG: LogKey}


def folder_of(folder: Path | KeyFolder) -> KeyFolder:
    """Return the folder at a path, whose keys then need no password and no token; or the one given."""
    return folder if isinstance(folder, KeyFolder) else KeyFolder(folder)


def create_key(folder: Path | KeyFolder, use: KeyUse, organisation: str, country: str, now: datetime) -> KeyEntry:
    """Make a new active key; the one before it is retired. A new seal has a development certificate."""
    opened = folder_of(folder)
    with opened.locked():
        return _create(opened, use, organisation, country, now)


def create_lacking(folder: KeyFolder, uses: Collection[KeyUse], organisation: str, country: str, now: datetime) -> None:
    """Make a key for each of these uses that has no active one, and note the public halves of keys from before there were any.

    A folder that lacks nothing is only read.
    """
    if not _lacking(folder, uses) and not _unstated(folder):
        return
    with folder.locked():
        for use in _lacking(folder, uses):
            _create(folder, use, organisation, country, now)
        folder.change(replace(entry, public=_public_half(folder, entry)) for entry in _unstated(folder))


def rotate_lti(folder: Path | KeyFolder, now: datetime, *, at_once: bool = False) -> KeyEntry:
    """Make the LTI key that signs once it has been public for long enough, and delete private keys that nothing needs any more.

    `at_once` is for keys that somebody else may have: all others are compromised, deleted, and no longer published.
    """
    opened = folder_of(folder)
    with opened.locked():
        before = staged(opened.entries(), now)
        entry = _create(opened, KeyUse.LTI, "", "", now)
        given_up = {key.entry.id for key in before if key.entry.file and (at_once or not key.published)}
        opened.delete(given_up, KeyState.COMPROMISED if at_once else KeyState.GONE, xsd_instant(now))
        return entry


def store_seal(folder: Path | KeyFolder, key: SealKey, now: datetime, *, development: bool = False, token: str = "") -> KeyEntry:
    """Make a seal key the active one; the one before it is retired. `token` is the URI of a key that lies in a hardware token."""
    opened = folder_of(folder)
    with opened.locked():
        return _add_seal(opened, key, now, development=development, token=token)


def store_ed25519(folder: Path | KeyFolder, use: KeyUse, key: Ed25519Key, now: datetime, *, token: str = "") -> KeyEntry:
    """Make a key for credentials or for the log the active one; the one before it is retired. `token` as for `store_seal`."""
    opened = folder_of(folder)
    with opened.locked():
        return _add_ed25519(opened, use, key, now, token=token)


def store_jwt(folder: Path | KeyFolder, key: JwtKey, now: datetime, *, token: str = "") -> KeyEntry:
    """Make a key for JWTs the active one; the one before it is retired. `token` as for `store_seal`."""
    opened = folder_of(folder)
    with opened.locked():
        return _add_jwt(opened, key, now, token=token)


def store_credential(folder: Path | KeyFolder, key: CredentialKey, now: datetime) -> KeyEntry:
    """Make a credential key the active one; the one before it is retired."""
    return store_ed25519(folder, KeyUse.CREDENTIAL, key, now)


def compromise(folder: Path | KeyFolder, key_id: str, since: datetime, now: datetime) -> KeyEntry:
    """Declare that somebody else may have signed with a key from an instant on; its private half is deleted.

    For LTI keys there is `rotate_lti`. Raises KeyWrong for an unknown key, an LTI key, an instant that is still to come, or one
    later than what was declared before: what is void stays void.
    """
    opened = folder_of(folder)
    with opened.locked():
        entry = next((each for each in opened.entries() if each.id == key_id), None)
        _refuse_instant(entry, key_id, since, now)
        assert entry is not None  # noqa: S101 - refused above
        declared = replace(
            entry,
            public=entry.public or _public_half(opened, entry),
            state=KeyState.COMPROMISED,
            compromised_at=xsd_instant(since),
            retired=entry.retired or xsd_instant(now),
            file="",
            token="",
        )
        opened.change((declared,))
        if entry.file:
            (opened.path / entry.file).unlink(missing_ok=True)
        return declared


def encrypt_keys(folder: KeyFolder, before: bytes | None) -> tuple[KeyEntry, ...]:
    """Write every private key anew, encrypted with the folder's password (None: not encrypted); `before` opens what is encrypted now.

    Raises KeyWrong if one can't be opened; those written by then stay as they are, and calling again goes on.
    """
    password = folder.access.password
    written = []
    with folder.locked():
        for entry in folder.entries():
            if not entry.file:
                continue
            pem = folder.read(entry)
            chain = pem[pem.index(b"-----BEGIN CERTIFICATE") :] if entry.use is KeyUse.SEAL else b""
            try:
                key = load_private(pem, before, f"the key {entry.id}")
            except KeyWrong:
                key = load_private(pem, password, f"the key {entry.id}")
            written.append(folder.rewrite(entry, private_pem(key, password) + chain, encrypted=password is not None))
    return tuple(written)


def move_keys(source: KeyFolder, target: KeyFolder, uses: Collection[KeyUse]) -> None:
    """Move the keys for these uses, and the timestamping authorities, to a new folder.

    Interrupted, it leaves them whole in both, and begins again when called again.

    Raises KeyWrong if the target holds other keys, or if a private key is not there to be moved.
    """
    with source.locked(), target.locked():
        moving = [entry for entry in source.entries() if entry.use in uses]
        if {entry.id for entry in target.entries()} - {entry.id for entry in moving}:
            raise KeyWrong(f"{target.path} holds other keys already")
        target.receive(moving, {entry.file: source.read(entry) for entry in moving if entry.file})
        # The history of timestamping authorities goes with the seals that they date.
        target.trust(source.authorities() or target.authorities())
        source.trust(())
        source.forget({entry.id for entry in moving})


def _refuse_instant(entry: KeyEntry | None, key_id: str, since: datetime, now: datetime) -> None:
    if entry is None:
        raise KeyWrong(f"there is no key {key_id}")
    if entry.use is KeyUse.LTI:
        raise KeyWrong("a key for LTI messages proves nothing for later: rotate it at once")
    if since > now:
        raise KeyWrong("the instant is still to come")
    if entry.state is KeyState.COMPROMISED and since > datetime.fromisoformat(entry.compromised_at or entry.created):
        raise KeyWrong("it was declared compromised from an earlier instant, and what is void stays void")


def _lacking(folder: KeyFolder, uses: Collection[KeyUse]) -> list[KeyUse]:
    present = {entry.use for entry in folder.entries() if entry.state is KeyState.ACTIVE}
    return [use for use in KeyUse if use in uses and use not in present]


def _unstated(folder: KeyFolder) -> list[KeyEntry]:
    return [entry for entry in folder.entries() if entry.file and not entry.public]


def _public_half(folder: KeyFolder, entry: KeyEntry) -> str:
    pem, password = folder.read(entry), folder.access.password
    if entry.use is KeyUse.SEAL:
        return SealKey.from_pem(entry.id, pem, password).public_pem()
    if entry.use is KeyUse.LTI:
        return public_pem(LtiKey.from_pem(pem, password).public_key)
    if entry.use is KeyUse.JWT:
        return public_pem(JwtKey.from_pem(pem, password).public_key)
    return ED25519_USES[entry.use].from_pem(pem, password).public_pem()


def _create(folder: KeyFolder, use: KeyUse, organisation: str, country: str, now: datetime) -> KeyEntry:
    if use is KeyUse.SEAL:
        key = development_seal(f"seal-{secrets.token_hex(4)}", organisation, country, now)
        return _add_seal(folder, key, now, development=True)
    if use in ED25519_USES:
        return _add_ed25519(folder, use, ED25519_USES[use].of(Ed25519PrivateKey.generate()), now)
    if use is KeyUse.JWT:
        return _add_jwt(folder, JwtKey.of(ec.generate_private_key(ec.SECP256R1())), now)
    return _add_lti(folder, now)


def _add_jwt(folder: KeyFolder, key: JwtKey, now: datetime, *, token: str = "") -> KeyEntry:
    password = folder.access.password
    entry = KeyEntry(
        key.key_id,
        KeyUse.JWT,
        "P-256",
        KeyState.ACTIVE,
        "" if token else f"{key.key_id}.pem",
        xsd_instant(now),
        public=public_pem(key.public_key),
        token=token,
        encrypted=not token and password is not None,
    )
    _refuse_known(folder, entry)
    folder.add(entry, b"" if token else private_pem(key.private_key, password))
    return entry


def _add_lti(folder: KeyFolder, now: datetime) -> KeyEntry:
    private, key = _nameable_lti_key()
    password = folder.access.password
    name = hashlib.sha256(key.kid.encode()).hexdigest()[:16]
    entry = KeyEntry(
        key.kid,
        KeyUse.LTI,
        "RSA-2048",
        KeyState.ACTIVE,
        f"lti-{name}.pem",
        xsd_instant(now),
        public=public_pem(key.public_key),
        encrypted=password is not None,
    )
    folder.add(entry, private_pem(private, password))
    return entry


def _nameable_lti_key() -> tuple[rsa.RSAPrivateKey, LtiKey]:
    """Make a key until its thumbprint, which names it, does not begin with a dash: a command line takes that for an option."""
    while True:
        private = rsa.generate_private_key(65537, 2048)
        key = LtiKey.from_pem(private_pem(private))
        if not key.kid.startswith("-"):
            return private, key


def _add_seal(folder: KeyFolder, key: SealKey, now: datetime, *, development: bool, token: str = "") -> KeyEntry:
    certificate, password = key.certificate, folder.access.password
    entry = KeyEntry(
        id=key.id,
        use=KeyUse.SEAL,
        algorithm=f"RSA-{8 * key.signature_length}",
        state=KeyState.ACTIVE,
        file="" if token else f"{key.id}.pem",
        created=xsd_instant(now),
        valid_from=xsd_instant(certificate.not_valid_before_utc),
        valid_until=xsd_instant(certificate.not_valid_after_utc),
        development=development,
        public=key.public_pem(),
        token=token,
        encrypted=not token and password is not None,
    )
    _refuse_known(folder, entry)
    folder.add(entry, b"" if token else key.to_pem(password))
    return entry


def _add_ed25519(folder: KeyFolder, use: KeyUse, key: Ed25519Key, now: datetime, *, token: str = "") -> KeyEntry:
    password = folder.access.password
    entry = KeyEntry(
        key.key_id,
        use,
        "Ed25519",
        KeyState.ACTIVE,
        "" if token else f"{use}-{key.key_id}.pem",
        xsd_instant(now),
        public=key.public_pem(),
        token=token,
        encrypted=not token and password is not None,
    )
    _refuse_known(folder, entry)
    folder.add(entry, b"" if token else private_pem(key.private_key, password))
    return entry


def _refuse_known(folder: KeyFolder, entry: KeyEntry) -> None:
    # Keys are named after their public halves: a compromised one must not come back under a new line.
    if any(each.id == entry.id for each in folder.entries()):
        raise KeyWrong(f"the ring holds the key {entry.id} already")
