"""The status lists: signed lists in which anybody can look up whether a certificate was revoked or replaced (Bitstring Status List v1.0).

Certificates count through: certificate number i of all is bit i % LIST_SIZE of list i // LIST_SIZE + 1. Each list has two sides
at addresses of their own, one for each purpose. See docs/decisions/0014-credential.md.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certificate_signing.data_integrity import add_proof
from certificate_signing.did import did_web, verification_method
from certificate_signing.status_list import Purpose, StatusList, status_list_credential
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import signer_client
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.signer_calls import Asked, Question
from lti_tool.problem import Problem

# Entries of one list: a million compresses to a few hundred bytes while empty.
LIST_SIZE: Final = 1_048_576
# How many of them are given away before the next list is begun, so that random ones are found at the third try at the latest on average.
FILL: Final = LIST_SIZE * 7 // 10
# How long others may keep a list, and how long this process keeps it (seconds).
TTL: Final = timedelta(seconds=60)
KEPT: Final = 15.0

# A certificate that was replaced must not be taken for a valid one by those who read only what was revoked.
_SET: Final = {
    Purpose.REVOCATION: (CertificateState.REVOKED.value, CertificateState.SUPERSEDED.value),
    Purpose.REFRESH: (CertificateState.SUPERSEDED.value,),
}

# The key too: once it is replaced because it was stolen, nobody must be given what it signed.
_kept: dict[tuple[Path, int, Purpose, str], tuple[float, bytes]] = {}
_lock = threading.Lock()


def address(base_url: str, number: int = 1, purpose: Purpose = Purpose.REVOCATION) -> str:
    """Return the public address of a list; the one of what was revoked is what credentials name."""
    return f"{base_url}/status/{number}" + ("" if purpose is Purpose.REVOCATION else f"/{purpose.value}")


def place(status_index: int) -> tuple[int, int]:
    """Return the number of a certificate's list, from 1, and its bit there."""
    number, bit = divmod(status_index, LIST_SIZE)
    return number + 1, bit


def free_index(session: Session, sequence: int) -> int:
    """Return an index that no certificate has, for the certificate that is the `sequence`th of all (from 1).

    It is random, so that it tells nothing of when and after whom it was given.
    """
    first = (sequence - 1) // FILL * LIST_SIZE
    while True:
        index = first + secrets.randbelow(LIST_SIZE)
        if session.scalar(sa.select(CertificateRecord.number).where(CertificateRecord.status_index == index)) is None:
            return index


def status_list(installation: Installation, number: int = 1, purpose: Purpose = Purpose.REVOCATION) -> bytes:
    """Return a signed list as JSON, at most fifteen seconds old. Raises Problem("page-not-found") for a list that is not begun."""
    if installation.settings.signer is not None:
        # It keeps the list for as long.
        return signer_client.ask(installation.settings.signer, Question(Asked.STATUS_LIST, f"{number}/{purpose.value}")).encode()
    kept = installation.settings.home, number, purpose, ring(installation).credential.key_id
    with _lock:
        made_at, content = _kept.get(kept, (float("-inf"), b""))
        if time.monotonic() - made_at > KEPT:
            content = json.dumps(_signed(installation, number, purpose), ensure_ascii=False).encode()
            _kept[kept] = (time.monotonic(), content)
        return content


def forget(installation: Installation) -> None:
    """Make the lists anew at the next call in this process: something was revoked."""
    with _lock:
        for kept in [kept for kept in _kept if kept[0] == installation.settings.home]:
            del _kept[kept]


def _signed(installation: Installation, number: int, purpose: Purpose) -> dict[str, Any]:
    base_url = installation.settings.base_url
    now = clock.now().replace(microsecond=0)
    key = ring(installation).credential
    document = status_list_credential(
        StatusList.empty(LIST_SIZE).with_set(_bits(installation, number, purpose)),
        address=address(base_url, number, purpose),
        issuer=did_web(base_url),
        valid_from=now,
        ttl=TTL,
        purpose=purpose,
    )
    return add_proof(document, key, verification_method(base_url, key.key_id), now)


def _bits(installation: Installation, number: int, purpose: Purpose) -> list[int]:
    first = (number - 1) * LIST_SIZE
    index = CertificateRecord.status_index
    ended = sa.select(index).where(CertificateRecord.state.in_(_SET[purpose]), index >= first, index < first + LIST_SIZE)
    with installation.database.read() as session:
        if number < 1 or not _begun(session, first):
            raise Problem("page-not-found")
        return [each - first for each in session.scalars(ended)]


def _begun(session: Session, first: int) -> bool:
    # The first list is there before there is a certificate in it.
    last = session.scalar(sa.select(sa.func.max(CertificateRecord.status_index)))
    return first == 0 or (last is not None and last >= first)
