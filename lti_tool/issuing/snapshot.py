"""What a browser keeps to check certificates without a network: the issuer's keys, and the signed list of what became of them all.

Neither says which certificate somebody looks at, so that fetching them tells the issuer nothing.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from certificate_signing.cose_sign1 import key_id
from certificate_signing.instants import xsd_instant
from certificate_signing.key_folder import KeyEntry
from certificate_signing.key_standing import standing_of
from certificate_signing.status_token import REPLACED, REVOKED, StatusToken, packed, sign_status
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import signer_client
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.signer_calls import Asked, Question
from lti_tool.issuing.status import KEPT, LIST_SIZE, TTL

_STATUSES: Final = {CertificateState.REVOKED.value: REVOKED, CertificateState.SUPERSEDED.value: REPLACED}

# By the key too: once it is replaced because it was stolen, nobody must be given what it signed.
_kept: dict[tuple[Path, str], tuple[float, bytes]] = {}
_lock = threading.Lock()


def address(base_url: str) -> str:
    """Return the public address of the list."""
    return f"{base_url}/c/offline/status.cwt"


def keys(installation: Installation) -> bytes:
    """Return, as JSON, who the issuer is and every key that ever signed tokens, with the times from when to when it did.

    Compromised keys are named too: what they signed proves nothing by itself, and must not be taken for a stranger's.
    """
    settings, opened = installation.settings, ring(installation)
    known = opened.credential_known
    found = {
        "version": 1,
        "at": xsd_instant(clock.now()),
        "issuer": {"name": settings.organisation, "address": settings.base_url},
        "keys": [_key(entry, known[entry.id]) for entry in opened.entries if entry.id in known],
    }
    return json.dumps(found, ensure_ascii=False).encode()


def status(installation: Installation) -> bytes:
    """Return the signed list, at most fifteen seconds old."""
    if installation.settings.signer is not None:
        return base64.b64decode(signer_client.ask(installation.settings.signer, Question(Asked.SNAPSHOT, "")))
    kept = installation.settings.home, ring(installation).credential.key_id
    with _lock:
        made_at, content = _kept.get(kept, (float("-inf"), b""))
        if time.monotonic() - made_at > KEPT:
            content = _signed(installation)
            _kept[kept] = (time.monotonic(), content)
        return content


def forget(installation: Installation) -> None:
    """Make the list anew at the next call in this process: something was revoked."""
    with _lock:
        for kept in [kept for kept in _kept if kept[0] == installation.settings.home]:
            del _kept[kept]


def _key(entry: KeyEntry, public: bytes) -> dict[str, Any]:
    return {
        "id": key_id(public).hex(),
        "public": base64.urlsafe_b64encode(public).rstrip(b"=").decode(),
        "created": entry.created,
        "retired": entry.retired,
        "compromised": not standing_of(entry).sound,
    }


def _signed(installation: Installation) -> bytes:
    index, state = CertificateRecord.status_index, CertificateRecord.state
    with installation.database.read() as session:
        last = session.scalar(sa.select(sa.func.max(index))) or 0
        ended = {at: _STATUSES[what] for at, what in session.execute(sa.select(index, state).where(state.in_(_STATUSES)))}
    # As long as all lists that are begun, so that its length tells nothing of the last certificate.
    size = (last // LIST_SIZE + 1) * LIST_SIZE
    made = StatusToken(address(installation.settings.base_url), clock.now(), packed(ended, size))
    return sign_status(made, TTL, ring(installation).credential)
