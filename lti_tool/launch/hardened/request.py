"""The browser's request as the library sees it, without Flask: parameters, the state cookie, and no session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from pylti1p3.cookie import CookieService
from pylti1p3.request import Request
from pylti1p3.session import SessionService

from lti_tool.launch.logins import PREFIX, Login, same

STATE_SECONDS: Final = 300

# Tells whether the browser that ends this login is the one that began it (threat L03).
Proof = Callable[[Login], bool]


class Asked(Request):
    """The parameters of one request, without Flask."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters

    @property
    def session(self) -> NoReturn:
        """There is no browser session before a launch is accepted, and none is planted."""
        raise NotImplementedError

    def is_secure(self) -> bool:
        """Tell the library what it wants to hear; the cookie's attributes are ours."""
        return True

    def get_param(self, key: str) -> str:
        """Return a parameter, "" when it is missing."""
        return self._parameters.get(key, "")


class NoSession(SessionService):
    """Replaces the store of nonces and whole id_tokens in the browser's session: the login's state holds what is needed."""

    def __init__(self) -> None:
        """Make no store at all."""

    def save_nonce(self, nonce: str) -> None:
        """Keep nothing."""


class StateCookies(CookieService):
    """The browser's half of a login, read from the request."""

    def __init__(self, cookies: Mapping[str, str], prefix: str) -> None:
        self._cookies = cookies
        self._prefix = prefix

    def name(self, login_id: str) -> str:
        """Return the cookie's name: one for each login, so that two tabs don't overwrite each other."""
        return f"{self._prefix}{PREFIX}{login_id}"

    def get_cookie(self, name: str) -> str | None:
        """Return what the browser sent."""
        return self._cookies.get(self.name(name))

    def prove(self, login: Login) -> bool:
        """Tell whether this browser holds the login's cookie."""
        return same(self.get_cookie(login.id) or "", login.id)

    def set_cookie(self, name: str, value: str | int, exp: int | None = STATE_SECONDS) -> None:
        """Set nothing: the view does, unless the login is proved in another way."""
