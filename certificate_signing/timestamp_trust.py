"""Timestamping authorities as they are trusted: until when a stamp of theirs counts, and what proves that it is not backdated.

Whoever has an authority's key stamps with whatever time they like. So a stamp of one that was compromised counts only if
something that its thief can't make proves that the stamp existed before: a place in the public log, or an archive timestamp
around it by an authority that counts. Otherwise it is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from certificate_signing.key_folder import AuthorityEntry, KeyState
from certificate_signing.timestamps import Timestamp, public_key_of


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority's certificate, or that of its CA, with its standing; `compromised_at` as in `key_standing.Standing`."""

    certificate: x509.Certificate
    state: KeyState = KeyState.ACTIVE
    compromised_at: datetime | None = None


def authority_of(entry: AuthorityEntry) -> Authority:
    """Return an authority as the manifest has it. One that was compromised at an instant that nobody noted is believed for nothing."""
    compromised = None
    if entry.state is KeyState.COMPROMISED:
        compromised = datetime.fromisoformat(entry.compromised_at or entry.valid_from)
    return Authority(x509.load_pem_x509_certificate(entry.public.encode()), entry.state, compromised)


def with_others(known: Iterable[Authority], others: Iterable[x509.Certificate]) -> tuple[Authority, ...]:
    """Return authorities with a history and, as active ones, certificates that have none; what the history says of a certificate counts."""
    listed = tuple(known)
    certificates = {each.certificate for each in listed}
    return (*listed, *(Authority(each) for each in dict.fromkeys(others) if each not in certificates))


def anchors(authorities: Iterable[Authority]) -> tuple[x509.Certificate, ...]:
    """Return the certificates that the paths of stamps may end at, whatever their standing.

    One that another of them vouches for is left out: with it, a path would end before the certificates that a stamp carries.
    """
    certificates = [each.certificate for each in authorities]
    return tuple(each for each in certificates if not any(_issued(each, other) for other in certificates if other != each))


def proved_at(stamps: Sequence[Timestamp], authorities: Iterable[Authority], existed: datetime | None = None) -> datetime | None:
    """Return an instant before which the innermost of some timestamps surely existed, and what it is about; None if none counts.

    Each is around the one before. `existed` is an instant at which, by other proof than timestamps, all of them were there.
    """
    known = tuple(authorities)
    bound, found = existed, None
    for stamp in reversed(stamps):
        since = _void_from(stamp, known)
        if since is None or (stamp.latest < since and bound is not None and bound < since):
            bound = stamp.latest if bound is None else min(bound, stamp.latest)
            found = stamp.latest if found is None else min(found, stamp.latest)
    return found


def _void_from(stamp: Timestamp, authorities: Sequence[Authority]) -> datetime | None:
    """Return the instant from which somebody else may have made such a stamp, with a key on its path, whatever certificate that has.

    A path is followed up to the first authority that is trusted by itself: what becomes of its CA is then no matter.
    """
    voids = [(public_key_of(each.certificate), each.compromised_at) for each in authorities if each.compromised_at is not None]
    sound = {each.certificate for each in authorities if each.compromised_at is None}
    instants: list[datetime] = []
    for certificate in map(x509.load_der_x509_certificate, stamp.path if voids else ()):
        here = [since for key, since in voids if key == public_key_of(certificate)]
        instants += here
        if not here and certificate in sound:
            break
    return min(instants, default=None)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
