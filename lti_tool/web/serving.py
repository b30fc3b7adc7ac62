"""What the server calls: bodies are read here, under a clock, before a request gets one of the few threads (threat U13).

granian has no time limit for bodies, and its WSGI interface gives a request its thread before the body is there: eight connections
that send nothing would stop the tool for everybody. Its RSGI interface (https://github.com/emmett-framework/granian, RSGI 1.5) is
asynchronous; here it waits for bodies and only whole ones meet the WSGI application. See docs/decisions/0005-uploads.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from lti_tool.web.app import AGAIN
from lti_tool.web.asked import Asked, of_scope
from lti_tool.web.kept import Again, Found
from lti_tool.web.limits import largest_body
from lti_tool.web.wsgi import application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # it does not say that it exports what it documents

# Seconds without one byte; seconds that every body may take, and bytes a second that earn it more.
SILENCE: Final = 15.0
PATIENCE: Final = 30.0
LEAST_PACE: Final = 8 << 10
# What is larger waits on disk, in a file without a name that ends with its request.
IN_MEMORY: Final = 1 << 20
# Threads for what strangers ask, if it is not kept.
PUBLIC_THREADS: Final = 2
# A body of more is a file, or a part of one.
LARGE: Final = 32 << 10
_TOO_SLOW: Final = b"The request took too long to arrive.\n"
_PLAIN: Final = [("content-type", "text/plain; charset=utf-8"), ("connection", "close"), ("cache-control", "no-store")]
_OWN: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

Headers = list[tuple[str, str]]


def _nothing(_asked: Asked) -> Found | None:
    return None


class TooSlow(Exception):
    """A body that did not arrive in its time."""


class Cut(Exception):
    """A body whose connection ended before it did."""


@dataclass(frozen=True, slots=True)
class Body:
    """What came of a request's body: `size` bytes in `file`. One that is too large is left unread, and `size` is what it claims."""

    file: IO[bytes]
    size: int


class Server:
    """An RSGI application that runs a WSGI one on `threads` threads, and on a few for files and for strangers.

    `most(method, path)` is the largest body of that route.
    `again(asked)` finds an answer that need not be made (`web/kept.py`), for callers behind `hops` proxies.
    """

    def __init__(
        self, application: WSGIApplication, threads: int, most: Callable[[str, str], int], again: Again = _nothing, *, hops: int = 0
    ) -> None:
        self._application = application
        self._most = most
        self._again = again
        self._hops = hops
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        # Files have threads of their own, few since the database takes one at a time: a page does not queue behind two hundred of them.
        self._files = ThreadPoolExecutor(max(1, threads // 4), thread_name_prefix="file")
        # So have pages for strangers: they compute, and more threads would only wait for each other's turn, at one and a half times the cost.
        self._public = ThreadPoolExecutor(PUBLIC_THREADS, thread_name_prefix="public")

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        headers = scope.headers.items()
        asked = of_scope(scope, headers, self._hops)
        if asked is not None and (found := self._again(asked)):
            # No thread, no body, no application: it was asked a moment ago.
            protocol.response_bytes(int(found[0][:3]), found[1], found[2])
            return
        try:
            body = await self._arrived(scope, headers, protocol)
        except TooSlow:
            protocol.response_bytes(408, _PLAIN, _TOO_SLOW)
            return
        except Cut:
            protocol.response_bytes(400, _PLAIN, b"")
            return
        with body.file:
            environ = environment(scope, headers, body)
            # However many strangers ask, whoever came by a launch has the other threads.
            pool = self._public if asked is not None else self._files if body.size > LARGE else self._pool
            status, sent, content = await asyncio.get_running_loop().run_in_executor(pool, self._run, environ)
        protocol.response_bytes(status, sent, content)

    async def _arrived(self, scope: Scope, headers: Headers, protocol: HTTPProtocol) -> Body:
        announced = next((value for name, value in headers if name == "content-length"), "")
        chunked = any(name == "transfer-encoding" for name, _ in headers)
        file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with its request
        length = int(announced) if announced.isdecimal() else 0
        if not length and not chunked:
            return Body(file, 0)
        most = self._most(scope.method, scope.path)
        if length > most:
            return Body(file, length)
        size = await _collect(protocol, file, most, PATIENCE + (length or most) / LEAST_PACE)
        if length and size != length:
            # The connection broke: half a body is none.
            file.close()
            raise Cut
        file.seek(0)
        return Body(file, size)

    def _run(self, environ: WSGIEnvironment) -> tuple[int, Headers, bytes]:
        began: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            began.append((status, headers))
            return lambda _content: None

        answer: Iterable[bytes] = self._application(environ, start_response)
        try:
            content = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        status, headers = began[-1]
        return int(status.split(" ", 1)[0]), headers, content


async def _collect(protocol: HTTPProtocol, file: IO[bytes], most: int, seconds: float) -> int:
    """Read the body into `file`; return its size, which is over `most` if it went on after that. Raises TooSlow."""
    size, arriving = 0, aiter(protocol)
    try:
        async with asyncio.timeout(seconds):
            while size <= most:
                async with asyncio.timeout(SILENCE):
                    chunk = await anext(arriving)
                size += len(chunk)
                file.write(chunk)
    except StopAsyncIteration:
        pass
    except TimeoutError:
        file.close()
        raise TooSlow from None
    return size


def environment(scope: Scope, headers: Headers, body: Body) -> WSGIEnvironment:
    """Return the WSGI environment (PEP 3333) of a request whose body is there."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # The server has undone the percent signs; WSGI wants the bytes, one character for each.
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body.file,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        # A name with an underscore would become the same variable as the one with a hyphen, which a proxy may have checked.
        if "_" in name or name == "transfer-encoding":
            continue
        variable = _OWN.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[variable] = f"{environ[variable]}{'; ' if name == 'cookie' else ','}{value}" if variable in environ else value
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    if body.size:
        environ["CONTENT_LENGTH"] = str(body.size)
    return environ


def server() -> Server:
    """Open the installation that SEALWRIGHT_HOME names and return what granian calls."""
    app = application()
    settings = app.extensions["sealwright"].settings
    routes = app.url_map.bind("localhost")

    def most(method: str, path: str) -> int:
        try:
            endpoint, _ = routes.match(path, method)
        except (HTTPException, RoutingException):
            endpoint = ""
        return largest_body(settings, endpoint)

    return Server(app, settings.threads, most, app.extensions[AGAIN], hops=settings.proxy_hops)
