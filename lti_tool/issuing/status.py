"""The status list: the signed list in which anybody can look up whether a certificate was revoked (Bitstring Status List v1.0)."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from certificate_signing.data_integrity import add_proof
from certificate_signing.did import did_web, verification_method
from certificate_signing.status_list import StatusList, status_list_credential
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord

# Entries of the one list: a million keeps random indexes easy to find, and compresses to a few hundred bytes while empty.
LIST_SIZE: Final = 1_048_576
# How long others may keep the list, and how long this process keeps it (seconds).
TTL: Final = timedelta(seconds=60)
KEPT: Final = 15.0

# A certificate that was replaced must not be taken for a valid one by those who read only this list.
_ENDED: Final = (CertificateState.REVOKED.value, CertificateState.SUPERSEDED.value)

_kept: dict[Path, tuple[float, bytes]] = {}
_lock = threading.Lock()


def address(base_url: str) -> str:
    """Return the public address of the list."""
    return f"{base_url}/status/1"


def status_list(installation: Installation) -> bytes:
    """Return the signed list as JSON, at most fifteen seconds old."""
    home = installation.settings.home
    with _lock:
        made_at, content = _kept.get(home, (float("-inf"), b""))
        if time.monotonic() - made_at > KEPT:
            content = json.dumps(_signed(installation), ensure_ascii=False).encode()
            _kept[home] = (time.monotonic(), content)
        return content


def forget(installation: Installation) -> None:
    """Make the list anew at the next call in this process: something was revoked."""
    with _lock:
        _kept.pop(installation.settings.home, None)


def _signed(installation: Installation) -> dict[str, Any]:
    with installation.database.read() as session:
        ended = session.scalars(sa.select(CertificateRecord.status_index).where(CertificateRecord.state.in_(_ENDED))).all()
    base_url = installation.settings.base_url
    now = clock.now().replace(microsecond=0)
    key = ring(installation).credential
    document = status_list_credential(
        StatusList.empty(LIST_SIZE).with_set(ended), address=address(base_url), issuer=did_web(base_url), valid_from=now, ttl=TTL
    )
    return add_proof(document, key, verification_method(base_url, key.key_id), now)
