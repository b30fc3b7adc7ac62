"""Calls to platforms: with timeouts, size caps, no redirects, no cookies, and only to addresses that may be called."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError

from lti_tool import __version__

USER_AGENT: Final = f"Sealwright/{__version__}"
# Seconds to connect, seconds between two packets, and seconds for a whole answer.
CONNECT_SECONDS: Final = 5.0
SILENCE_SECONDS: Final = 5.0
_CHUNK: Final = 64 * 1024
# IPv6 networks that carry an IPv4 address inside, which could be a private one.
_TRANSLATED: Final = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an answer may have: bytes of its body, and seconds until all of it is there."""

    bytes: int
    seconds: float


USUAL: Final = Limits(bytes=4 * 1024 * 1024, seconds=15.0)


class NotCalled(Exception):
    """A call that brought no usable answer; `reason` is one word for logs and pages: timeout, connection, address, size, other-host, redirect."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Client:
    """The one HTTP client of a process; safe to share between threads."""

    def __init__(self, *, allow_private: bool) -> None:
        self._session = requests.Session()
        # Neither proxies nor a .netrc of the machine: the latter would replace our bearer token.
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _TimedAdapter(pool_maxsize=20) if allow_private else _PublicAdapter(pool_maxsize=20)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def get(self, url: str, headers: Mapping[str, str] | None = None, *, limits: Limits = USUAL) -> requests.Response:
        """GET `url`; raises NotCalled."""
        return self._send("GET", url, headers, limits)

    def post(
        self, url: str, data: str | bytes | Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, *, limits: Limits = USUAL
    ) -> requests.Response:
        """POST a form, a text or bytes to `url`; raises NotCalled."""
        return self._send("POST", url, headers, limits, data.encode() if isinstance(data, str) else data)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, limits: Limits, body: bytes | Mapping[str, str] | None = None
    ) -> requests.Response:
        until = _call.until = time.monotonic() + limits.seconds
        request: dict[str, Any] = {"data": body, "headers": dict(headers or {}), "allow_redirects": False, "stream": True}
        try:
            response = self._session.request(method, url, timeout=(CONNECT_SECONDS, SILENCE_SECONDS), **request)
            with response:
                # The response then behaves as if it had been read in one piece; requests has no public way to cap a body.
                response._content = _read(response, limits.bytes, until)
        except (requests.Timeout, ReadTimeoutError):
            raise NotCalled("timeout") from None
        except (requests.RequestException, HTTPError, UnicodeError):
            raise NotCalled("timeout" if time.monotonic() > until else "connection") from None
        return response


def _read(response: requests.Response, most_bytes: int, until: float) -> bytes:
    content = bytearray()
    # read1 gives what is there, as it came: requests' own iterator would wait until a chunk is full, however slowly it drips,
    # and would unpack what is compressed although we asked for plain bytes.
    while chunk := response.raw.read1(_CHUNK):
        content += chunk
        if len(content) > most_bytes:
            raise NotCalled("size")
        if time.monotonic() > until:
            raise NotCalled("timeout")
    return bytes(content)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet (neither loopback, private, link-local, multicast nor translated)."""
    found = ipaddress.ip_address(address)
    return found.is_global and not found.is_multicast and not any(found in network for network in _TRANSLATED)


def public_address(host: str, port: int) -> str:
    """Resolve `host` once and return the address to connect to; raises NotCalled("address") if any of its addresses is not public."""
    addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not addresses or not all(is_public(address) for address in addresses):
        raise NotCalled("address")
    return addresses[0]


class _Call(threading.local):
    # When the call of this thread must be answered, on the monotonic clock.
    until = 0.0


_call: Final = _Call()


class _Timed:
    # An answer's head that drips, each byte in time, would keep a thread for hours: its connection is cut.
    sock: socket.socket | None

    def getresponse(self) -> Any:
        watch = threading.Timer(max(0.0, _call.until - time.monotonic()), _cut, (self.sock,))
        watch.daemon = True
        watch.start()
        try:
            return super().getresponse()  # type: ignore[misc]
        finally:
            watch.cancel()


def _cut(sock: socket.socket | None) -> None:
    if sock is not None:
        # The plain socket's own way: TLS would want to say goodbye.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _TimedHTTP(_Timed, HTTPConnection):
    pass


class _TimedHTTPS(_Timed, HTTPSConnection):
    pass


class _Pinned(_Timed):
    # Connects to the very address that was checked: a name that resolves differently the second time gains nothing.
    # The name itself is still what TLS checks and what the Host header says.
    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            self._dns_host = public_address(name, self.port)
            connected: socket.socket = super()._new_conn()  # type: ignore[misc]
        except socket.gaierror:
            raise NotCalled("connection") from None
        finally:
            self._dns_host = name
        return connected


class _PinnedHTTP(_Pinned, HTTPConnection):
    pass


class _PinnedHTTPS(_Pinned, HTTPSConnection):
    pass


def _pool(scheme: type[HTTPConnectionPool], connection: type[HTTPConnection]) -> type[HTTPConnectionPool]:
    return type(scheme.__name__, (scheme,), {"ConnectionCls": connection})


class _TimedAdapter(HTTPAdapter):
    connections: tuple[type[HTTPConnection], type[HTTPConnection]] = (_TimedHTTP, _TimedHTTPS)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        plain, tls = self.connections
        self.poolmanager.pool_classes_by_scheme = {"http": _pool(HTTPConnectionPool, plain), "https": _pool(HTTPSConnectionPool, tls)}


class _PublicAdapter(_TimedAdapter):
    connections = (_PinnedHTTP, _PinnedHTTPS)
