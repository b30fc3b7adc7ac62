"""Public answers that are kept for a moment: the page behind a QR code, and what verifiers' programs fetch.

They are given again before the application is asked (docs/decisions/0017-answers-kept.md). What is kept is a whole answer of the
application, so that one place decides what it says and every header of it; whoever gets it again is counted, limited and logged as
everybody else. Nothing is kept of a request with a cookie, nor of an answer that sets one, that is not for everybody alike, or
whose scripts need a nonce.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask, Response, g, request
from werkzeug.http import parse_etags, remove_entity_headers

from lti_tool.changes import Changes
from lti_tool.issuing.records import CertificateRecord
from lti_tool.web import first_view, health, limits, logs
from lti_tool.web.asked import Asked, of_environ
from lti_tool.web.first_view import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Together with the half minute that browsers may keep a page, and the time of the status list, less than the minute of threat S09.
SECONDS: Final = 15.0
MOST_BYTES: Final = 16 << 20
ROUTES: Final = frozenset({"verify.certificate", "published.credential", "published.status", "published.did", "api.number", "api.file_known"})
_ALIKE: Final = frozenset({"cookie", "accept-language"})
_MARK: Final = "sealwright.kept"

Key = tuple[str, str]
# Status line, headers and body.
Found = tuple[str, list[tuple[str, str]], bytes]
Again = Callable[[Asked], Found | None]


@dataclass(frozen=True, slots=True)
class _Answer:
    route: str
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    until: float
    changes: int


class KeptAnswers:
    """Answers by path and language, for `SECONDS` each; shared by the threads of a process.

    `first` may make pages that nobody asked for before, in the application's place; `tick` gives seconds on a monotonic clock.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        within: limits.Within,
        first: Callable[[Asked], Page | None] = lambda _asked: None,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._within = within
        self._first = first
        self._tick = tick
        self._lock = threading.Lock()
        # In the order in which they end, since all last equally long.
        self._answers: dict[Key, _Answer] = {}
        self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        asked = of_environ(environ)
        if asked is None:
            return self._inner(environ, start_response)
        found = self.again(asked) or self._filled_in(asked)
        if found is None:
            return self._made(asked, environ, start_response)
        status, headers, body = found
        start_response(status, headers)
        return [body]

    def again(self, asked: Asked) -> Found | None:
        """Return status, headers and body if the answer is kept, without asking the application."""
        kept = self._answers.get((asked.path, asked.language))
        if kept is None or kept.until <= self._tick() or kept.changes != _changes.count:
            return None
        return self._given(kept, asked)

    def _filled_in(self, asked: Asked) -> Found | None:
        # Counted before the verdict is made: what changes meanwhile makes the page void.
        changes = _changes.count
        page = self._first(asked)
        if page is None:
            return None
        headers, body, etag = page
        made = _Answer(first_view.ROUTE, "200 OK", headers, body, etag, self._tick() + SECONDS, changes)
        self._keep((asked.path, asked.language), made)
        return self._given(made, asked)

    def _given(self, kept: _Answer, asked: Asked) -> Found | None:
        if not self._within(kept.route, limits.address(asked.address)):
            # The application refuses in the reader's language.
            return None
        status, headers, body = kept.status, kept.headers, kept.body
        if asked.method == "HEAD":
            body = b""
        if asked.tags is not None and parse_etags(asked.tags).contains_weak(kept.etag):
            status, body, headers = "304 NOT MODIFIED", b"", list(headers)
            remove_entity_headers(headers)
        code = int(status[:3])
        logs.answered(kept.route, asked.method, code)
        health.count(kept.route, code)
        return status, headers, body

    def _made(self, asked: Asked, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began: list[Any] = []
        changes = _changes.count

        def started(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            began[:] = (status, headers)
            return start_response(status, headers, error)

        answer = self._inner(environ, started)
        route, etag = environ.get(_MARK, ("", ""))
        if not route or asked.method != "GET" or not _for_everybody(*began):
            return answer
        with closing(cast("Any", answer)):
            body = b"".join(answer)
        first_view.learn(environ, began[1])
        self._keep((asked.path, asked.language), _Answer(route, began[0], list(began[1]), body, etag, self._tick() + SECONDS, changes))
        return [body]

    def _keep(self, key: Key, answer: _Answer) -> None:
        with self._lock:
            self._drop(key)
            self._answers[key] = answer
            self._bytes += len(answer.body)
            now = self._tick()
            while self._answers and (self._bytes > MOST_BYTES or next(iter(self._answers.values())).until <= now):
                self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        dropped = self._answers.pop(key, None)
        self._bytes -= len(dropped.body) if dropped else 0


def _for_everybody(status: str, headers: list[tuple[str, str]]) -> bool:
    names = {name.lower() for name, _ in headers}
    varies = {part.strip().lower() for name, value in headers if name.lower() == "vary" for part in value.split(",")}
    return status.startswith("200 ") and "set-cookie" not in names and varies <= _ALIKE


def init_app(app: Flask) -> None:
    """Give these answers a tag by which a browser can ask whether it has them already, and say which may be kept."""

    @app.after_request
    def _tagged(response: Response) -> Response:
        if request.endpoint not in ROUTES or response.status_code != 200:
            return response
        response.add_etag()
        etag, _ = response.get_etag()
        if "nonce" not in g:
            request.environ[_MARK] = (request.endpoint, etag)
        if etag is not None and request.if_none_match.contains_weak(etag):
            response.status_code = 304
        return response


_changes: Final = Changes(CertificateRecord)
