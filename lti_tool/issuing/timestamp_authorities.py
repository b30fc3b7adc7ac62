"""Timestamping authorities of an installation: who is trusted, until when, and what becomes of what they stamped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from cryptography import x509

from certificate_signing import timestamp_authorities as ring
from certificate_signing.errors import SigningError
from certificate_signing.key_folder import AuthorityEntry, KeyFolder
from lti_tool import clock, key_events
from lti_tool.installation import Installation
from lti_tool.issuing.sealing import certificates_in_file
from lti_tool.problem import Problem

_T = TypeVar("_T")


def listed(installation: Installation) -> tuple[tuple[AuthorityEntry, bool], ...]:
    """Return every authority; the second of each pair tells whether it has a history, or stands in `timestamp_certificates` alone.

    Raises Problem("keys-missing", "timestamps-not-set-up").
    """
    try:
        known = installation.signing_folder.authorities()
    except (SigningError, OSError) as error:
        raise Problem("keys-missing", reason=str(error)) from None
    ids = {entry.id for entry in known}
    others = [certificate for certificate in dict.fromkeys(certificates_in_file(installation)) if ring.authority_id(certificate) not in ids]
    return (*((entry, True) for entry in known), *((ring.authority_entry(certificate, clock.now()), False) for certificate in others))


def add(installation: Installation, certificates: Sequence[x509.Certificate], actor: str) -> tuple[AuthorityEntry, ...]:
    """Trust timestamps by these certificates from now on. Raises Problem("key-refused", "keys-not-writable")."""
    return _change(installation, actor, lambda folder: ring.add_authorities(folder, certificates, clock.now()))


def retire(installation: Installation, authority_id: str, actor: str) -> AuthorityEntry:
    """Ask an authority for no more timestamps; the earlier ones stay good. Raises as `compromise`."""
    _adopt(installation, authority_id, actor)
    return _change(installation, actor, lambda folder: ring.retire_authority(folder, authority_id, clock.now()))


def compromise(installation: Installation, authority_id: str, since: datetime, actor: str) -> AuthorityEntry:
    """Declare that somebody else may have an authority's key since an instant.

    Raises Problem("key-unknown", "key-refused", "keys-not-writable"), and as `listed`.
    """
    _adopt(installation, authority_id, actor)
    return _change(installation, actor, lambda folder: ring.compromise_authority(folder, authority_id, since, clock.now()))


def _adopt(installation: Installation, authority_id: str, actor: str) -> None:
    """Begin the history of an authority that so far stands in the file alone. Raises Problem("key-unknown")."""
    found = next((pair for pair in listed(installation) if pair[0].id == authority_id), None)
    if found is None:
        raise Problem("key-unknown", key=authority_id)
    entry, in_ring = found
    if not in_ring:
        add(installation, [x509.load_pem_x509_certificate(entry.public.encode())], actor)


def _change(installation: Installation, actor: str, change: Callable[[KeyFolder], _T]) -> _T:
    try:
        changed = change(installation.signing_folder)
    except SigningError as error:
        raise Problem("key-refused", reason=str(error)) from None
    except OSError as error:
        raise Problem("keys-not-writable", reason=error.strerror or type(error).__name__) from None
    key_events.note(installation.database, installation.noted_entries(), actor)
    return changed
