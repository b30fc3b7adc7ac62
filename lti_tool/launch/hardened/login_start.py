"""The first half of a launch: the login initiation (LTI 1.3 Security Framework 5.1.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration as LibraryRegistration

from lti_tool.launch.claims import origin
from lti_tool.launch.hardened.registered import Known, ToolConf
from lti_tool.launch.hardened.request import Asked, NoSession, StateCookies
from lti_tool.launch.logins import PREFIX, Login, Logins
from lti_tool.problem import Problem

MOST_HINT: Final = 8_000


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that was begun: its state, and the platform's address that the browser goes to next."""

    login: Login
    state: str
    address: str


class LoginStart(OIDCLogin[Asked, ToolConf, NoSession, StateCookies, str]):
    """The first half of a launch (OpenID Connect third-party initiated login).

    Replaces: nonces made of the machine's address and time; a state that only the browser knows; an authentication address
    that may not have a query of its own; redirects by inline script.
    """

    _begun: Login
    _state: str

    def __init__(self, asked: Asked, tool_conf: ToolConf, cookies: StateCookies, logins: Logins) -> None:
        super().__init__(asked, tool_conf, NoSession(), cookies)
        self._logins = logins
        self._found: Known | None = None

    def get_redirect(self, url: str) -> Redirect[str]:
        """Never asked: the view redirects."""
        raise NotImplementedError

    def _get_uuid(self) -> str:
        # The library writes "state-" before it.
        return self._state.removeprefix(PREFIX)

    def _generate_nonce(self) -> str:
        return self._logins.nonce(self._begun)

    def validate_oidc_login(self) -> LibraryRegistration:
        """Refuse an incomplete or oversized request, then find the registration; once, however often it is asked for."""
        if self._found:
            return self._found
        for name in ("iss", "login_hint"):
            if not self._get_request_param(name):
                raise Problem("login-incomplete", missing=name)
        for name in ("login_hint", "lti_message_hint"):
            if len(self._get_request_param(name)) > MOST_HINT:
                raise Problem("login-too-large", parameter=name)
        self._found = cast("Known", super().validate_oidc_login())
        return self._found

    def platform_origin(self) -> str:
        """Return the origin of the authentication address of the registration that was found."""
        return origin(cast("Known", self._found).record.auth_url) or ""

    def begin(self, redirect_uri: str, target: str, storage_target: str = "") -> Begun:
        """Begin a login for `target`; `storage_target` is the platform's frame that keeps its secret, where cookies don't work."""
        known = self.validate_oidc_login()
        record = cast("Known", known).record
        self._begun = self._logins.begin(registration_id=record.id, target=target, storage_target=storage_target)
        self._state = self._logins.state(self._begun)
        asked = self._prepare_redirect_url(redirect_uri).removeprefix(f"{record.auth_url}?")
        # The library always writes "?", also behind a query.
        address = record.auth_url + ("&" if urlsplit(record.auth_url).query else "?") + asked
        return Begun(self._begun, self._state, address)
