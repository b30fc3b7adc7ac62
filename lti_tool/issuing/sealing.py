"""How much proof the seals of this installation carry (settings `seal_level`, `timestamp_…`), and whom it asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509

from certificate_signing.errors import TimestampFailed, ValidationMissing
from certificate_signing.key_folder import KeyState
from certificate_signing.seal_level import SealLevel
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.seal_validation import Revocations
from certificate_signing.timestamp_trust import Authority, with_others
from certificate_signing.timestamps import TimestampAuthority
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.launch.outgoing import Client, Limits, NotCalled
from lti_tool.problem import Problem
from lti_tool.settings import Settings

_log = structlog.get_logger(__name__)

# A timestamp has some 5,000 bytes, a revocation list of a large CA some hundred thousand.
_TIMESTAMP: Final = Limits(bytes=64 * 1024, seconds=15.0)
_REVOCATION: Final = Limits(bytes=8 * 1024 * 1024, seconds=30.0)
_QUERY: Final = {"Content-Type": "application/timestamp-query"}  # RFC 3161, section 3.4
_REPLY: Final = "application/timestamp-reply"
_OCSP: Final = {"Content-Type": "application/ocsp-request"}  # RFC 6960, appendix A.1


def policy(installation: Installation) -> SealPolicy:
    """Return what seals must carry. Raises Problem("timestamps-not-set-up") if a setting that the level needs is missing or wrong."""
    settings = installation.settings
    if settings.seal_level is SealLevel.B_B:
        return SealPolicy()
    if settings.timestamp_url is None:
        raise Problem("timestamps-not-set-up", reason="timestamp_url must be set")
    known = _authorities(installation)
    active, gone = (tuple(each.certificate for each in known if (each.state is KeyState.ACTIVE) is wanted) for wanted in (True, False))
    if not active:
        raise Problem("timestamps-not-set-up", reason="no authority is trusted: see `sealwright keys authority add`")
    return _policy(settings, active, gone)


@contextmanager
def failures_told() -> Iterator[None]:
    """Tell what an authority or a CA did not give as a Problem: nothing was sealed, and it may be tried again."""
    try:
        yield
    except TimestampFailed as failed:
        raise Problem("timestamp-missing", reason=failed.code) from None
    except ValidationMissing as missing:
        raise Problem("revocation-unknown", reason=str(missing)) from None


def authorities(installation: Installation) -> tuple[Authority, ...]:
    """Return what timestamps are trusted by and how far, whatever the level is now: old seals keep theirs.

    It is what the manifest of the keys says, and what stands in the file that `timestamp_certificates` names and not there.
    """
    try:
        return _authorities(installation)
    except Problem as problem:
        # Whoever only verifies is answered all the same: no timestamp is believed then.
        _log.error("timestamps-not-trusted", code=problem.code)
        return ()


def certificates_in_file(installation: Installation) -> tuple[x509.Certificate, ...]:
    """Return the certificates in the file that `timestamp_certificates` names. Raises Problem("timestamps-not-set-up")."""
    file = installation.settings.timestamp_certificates
    return () if file is None else _certificates(file, _changed(file))


def _authorities(installation: Installation) -> tuple[Authority, ...]:
    return with_others(ring(installation).authorities, certificates_in_file(installation))


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        raise Problem("timestamps-not-set-up", reason=f"the file {file} can't be read") from None


@lru_cache(maxsize=4)
def _certificates(file: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError):
        raise Problem("timestamps-not-set-up", reason=f"the file {file} holds no certificates in PEM") from None


@lru_cache(maxsize=4)
def _policy(settings: Settings, trusted: tuple[x509.Certificate, ...], gone: tuple[x509.Certificate, ...]) -> SealPolicy:
    # Kept for the process: it remembers who the authority is, and what the CAs said a moment ago.
    url = settings.timestamp_url
    assert url is not None  # noqa: S101 - asked before
    calls = _Calls(Client(allow_private=settings.allow_private_hosts), url)
    authority = TimestampAuthority(calls.stamp, trusted, clock.now, settings.timestamp_policy, refused=gone)
    revocations = None if settings.seal_level is SealLevel.B_T else Revocations(calls.revocation, clock.now)
    return SealPolicy(settings.seal_level, authority, revocations)


class _Calls:
    def __init__(self, client: Client, authority: str) -> None:
        self._client, self._authority = client, authority

    def stamp(self, request: bytes) -> bytes:
        try:
            response = self._client.post(self._authority, request, _QUERY, limits=_TIMESTAMP)
        except NotCalled:
            raise TimestampFailed("unreachable") from None
        if response.status_code != 200 or response.headers.get("Content-Type", "").partition(";")[0].strip() != _REPLY:
            raise TimestampFailed("unreachable")
        return response.content

    def revocation(self, address: str, request: bytes | None) -> bytes:
        try:
            if request is None:
                response = self._client.get(address, limits=_REVOCATION)
            else:
                response = self._client.post(address, request, _OCSP, limits=_REVOCATION)
        except NotCalled as not_called:
            raise ValidationMissing(f"{address} was not reached: {not_called.reason}") from None
        if response.status_code != 200:
            raise ValidationMissing(f"{address} answered {response.status_code}")
        return response.content
