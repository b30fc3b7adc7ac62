"""The history of timestamping authorities, in the manifest of a folder of keys: added, retired, compromised from an instant on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_signing.errors import KeyWrong
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import AuthorityEntry, KeyFolder, KeyState


def authority_entry(certificate: x509.Certificate, now: datetime) -> AuthorityEntry:
    """Return the line of an authority that is trusted from now on. It is named after its certificate. Raises KeyWrong."""
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey):
        algorithm = f"RSA-{key.key_size}"
    elif isinstance(key, EllipticCurvePublicKey):
        algorithm = f"EC-{key.curve.key_size}"
    else:
        raise KeyWrong("an authority that signs with neither RSA nor ECDSA can't be used")
    return AuthorityEntry(
        id=authority_id(certificate),
        algorithm=algorithm,
        state=KeyState.ACTIVE,
        created=xsd_instant(now),
        valid_from=xsd_instant(certificate.not_valid_before_utc),
        valid_until=xsd_instant(certificate.not_valid_after_utc),
        public=certificate.public_bytes(Encoding.PEM).decode(),
    )


def authority_id(certificate: x509.Certificate) -> str:
    """Return the name of an authority: the beginning of the SHA-256 of its certificate."""
    return f"timestamp-{hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()[:16]}"


def add_authorities(folder: KeyFolder, certificates: Iterable[x509.Certificate], now: datetime) -> tuple[AuthorityEntry, ...]:
    """Trust timestamps by these certificates; those that are known stay as they are. Returns the lines of all of them.

    Raises KeyWrong, also for one that was retired or compromised: it does not come back.
    """
    given = [authority_entry(certificate, now) for certificate in dict.fromkeys(certificates)]
    with folder.locked():
        known = {each.id: each for each in folder.authorities()}
        for entry in given:
            if entry.id in known and known[entry.id].state is not KeyState.ACTIVE:
                raise KeyWrong(f"{entry.id} is {known[entry.id].state}, and stays so")
        known |= {entry.id: entry for entry in given if entry.id not in known}
        folder.trust(known.values())
    return tuple(known[entry.id] for entry in given)


def retire_authority(folder: KeyFolder, authority_id: str, now: datetime) -> AuthorityEntry:
    """Ask an authority no more; what it stamped stays good. Raises KeyWrong for one that is unknown or not active."""
    with folder.locked():
        entry = _known(folder, authority_id)
        if entry.state is not KeyState.ACTIVE:
            raise KeyWrong(f"{entry.id} is {entry.state} already")
        return _changed(folder, replace(entry, state=KeyState.RETIRED, retired=xsd_instant(now)))


def compromise_authority(folder: KeyFolder, authority_id: str, since: datetime, now: datetime) -> AuthorityEntry:
    """Declare that somebody else may have stamped with an authority's key from an instant on.

    Raises KeyWrong for an unknown one, an instant to come, or one later than what was declared before: what is void stays void.
    """
    with folder.locked():
        entry = _known(folder, authority_id)
        if since > now:
            raise KeyWrong("the instant is still to come")
        if entry.state is KeyState.COMPROMISED and since > datetime.fromisoformat(entry.compromised_at or entry.valid_from):
            raise KeyWrong("it was declared compromised from an earlier instant, and what is void stays void")
        retired = entry.retired or xsd_instant(now)
        return _changed(folder, replace(entry, state=KeyState.COMPROMISED, compromised_at=xsd_instant(since), retired=retired))


def _known(folder: KeyFolder, authority_id: str) -> AuthorityEntry:
    found = next((each for each in folder.authorities() if each.id == authority_id), None)
    if found is None:
        raise KeyWrong(f"there is no authority {authority_id}")
    return found


def _changed(folder: KeyFolder, entry: AuthorityEntry) -> AuthorityEntry:
    folder.trust(entry if each.id == entry.id else each for each in folder.authorities())
    return entry
