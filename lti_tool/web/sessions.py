"""Flask's signed session cookies, with one signer for all requests instead of a new one for each."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode


class _Plain(URLSafeTimedSerializer):
    """Packs nothing: a visit's id does not get shorter, and a packer is made ready for a megabyte each time.

    Cookies that were packed before are still read.
    """

    def dump_payload(self, obj: Any) -> bytes:
        """Return the payload, base64url."""
        return base64_encode(self.serializer.dumps(obj, **self.serializer_kwargs))


class Sessions(SecureCookieSessionInterface):
    """The same cookies with the same seals: the secret never changes while the process runs."""

    def __init__(self, app: Flask) -> None:
        usual: Any = super().get_signing_serializer(app)
        how = {"salt": usual.salt, "serializer": usual.serializer, "signer_kwargs": usual.signer_kwargs}
        self._signing: Any = _Plain(usual.secret_keys, **how)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or remove the cookie; where there is none, and there was none, only say that the answer may depend on it."""
        if session or session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Vary" not in response.headers:
            response.vary.add("Cookie")

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return the signer of this application."""
        return self._signing
