"""Answers that only lead elsewhere: two for every launch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Redirection(Response):
    """Leads to an address that is a whole URL already, in ASCII, without words: a browser goes on by itself, whatever its settings.

    Nobody keeps it. Its headers are sent as they are, where the library would copy them and take the address apart to write it anew.
    """

    def __init__(self, status: int, address: str) -> None:
        """Make the answer; raises ValueError for an address with a space, a control character or a letter beyond ASCII."""
        if not address.isascii() or not address.isprintable() or " " in address:
            raise ValueError("not a URL as it is sent")
        super().__init__(status=status, headers={"Location": address, "Cache-Control": "no-store"})

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Return the headers."""
        self.headers["Content-Length"] = "0"
        return self.headers
