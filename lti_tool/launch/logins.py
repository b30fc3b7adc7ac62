"""Logins that were begun: what is known of one travels in its state, sealed; each is used once, and the database decides who was first.

Whoever begins logins and never ends them costs no row: docs/decisions/0004-logins.md.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.problem import Problem

LIFE: Final = timedelta(minutes=5)
# Also the longest target and storage frame that are taken fit into this.
LONGEST_STATE: Final = 1_500
PREFIX: Final = "state-"
_STATE: Final = re.compile(PREFIX + r"([0-9a-f]{32})\.([A-Za-z0-9_-]{1,1400})\.([0-9a-f]{32})")
_SEPARATOR: Final = "\n"


@dataclass(frozen=True, slots=True)
class Login:
    """One login that was begun.

    `id` names the browser's cookie; `target` is where the platform wants to lead; `storage_target` the frame of the platform's page
    that keeps this login's secret where cookies don't work, or "".
    """

    id: str
    registration_id: int
    target: str
    expires_at: datetime
    storage_target: str = ""


class Logins:
    """Seals and opens states with a key of the installation; no state of another installation, or of another day's key, opens here."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def begin(self, *, registration_id: int, target: str, storage_target: str = "") -> Login:
        """Return a fresh login for five minutes."""
        return Login(new_id(), registration_id, target, (clock.now() + LIFE).replace(microsecond=0), storage_target)

    def state(self, login: Login) -> str:
        """Return the state that a platform sends back: the login's id, its particulars, and a seal over both."""
        parts = (str(login.registration_id), str(int(login.expires_at.timestamp())), login.target, login.storage_target)
        body = base64.urlsafe_b64encode(_SEPARATOR.join(parts).encode()).rstrip(b"=").decode()
        return f"{PREFIX}{login.id}.{body}.{self._seal('state', f'{login.id}.{body}')}"

    def open(self, state: str) -> Login:
        """Return the login of a state that was sealed here and has not expired; raises Problem("state-unknown") or Problem("login-expired")."""
        found = _STATE.fullmatch(state) if len(state) <= LONGEST_STATE else None
        if found is None or not same(found[3], self._seal("state", f"{found[1]}.{found[2]}")):
            raise Problem("state-unknown")
        registration_id, expires, target, storage_target = base64.urlsafe_b64decode(found[2] + "==").decode().split(_SEPARATOR)
        login = Login(found[1], int(registration_id), target, datetime.fromtimestamp(int(expires), UTC), storage_target)
        if login.expires_at < clock.now():
            raise Problem("login-expired")
        return login

    def nonce(self, login: Login) -> str:
        """Return the nonce of this login alone, which the platform's message must bear."""
        return self._seal("nonce", login.id)

    def secret(self, login: Login) -> str:
        """Return what the platform's storage keeps for this login; nobody can make it from the state."""
        return self._seal("storage", login.id)

    def _seal(self, use: str, text: str) -> str:
        return hmac.digest(self._secret, f"login {use} {text}".encode(), "sha256").hex()[:32]


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by the time taken where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
