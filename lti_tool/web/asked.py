"""A request that may be answered with what is kept (`web/kept.py`): by somebody without a cookie, for a public address, to read it.

It is made from what the server has, a WSGI environment or an RSGI scope, by the same rules; so a server need not build an
environment to learn that an answer is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs

from werkzeug.http import parse_list_header

from lti_tool.web import language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from granian.rsgi import Scope

METHODS: Final = frozenset({"GET", "HEAD"})
_PATHS: Final = re.compile(
    r"/c/[0-9A-Za-z-]{1,60}(?:\.json)?|/api/verify/(?:sha256/[0-9A-Fa-f]{64}|[0-9A-Za-z-]{1,60})|/status/[0-9]{1,6}|/\.well-known/did\.json"
)
_QUERY: Final = re.compile(r"(?:language=[A-Za-z_-]{1,35})?")
# What a path begins with that may match; most requests are told apart by this alone.
_BEGINNINGS: Final = ("/c/", "/api/verify/", "/status/", "/.well-known/")
# Answers at these are the same in every language.
_WITHOUT_WORDS: Final = ("/status/", "/.well-known/")
_READ: Final = frozenset({"cookie", "accept-language", "if-none-match", "x-forwarded-for"})


class Asked(NamedTuple):
    """What the answer depends on, and whose request it counts as.

    `language` is one that there are words for, empty where the answer has none; `tags` is `If-None-Match`; `address` the caller's.
    """

    method: str
    path: str
    language: str
    tags: str | None
    address: str


def of_environ(environ: WSGIEnvironment) -> Asked | None:
    """Return what is asked for, None if the answer may not be one that is kept. The caller's address is the environment's."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if method not in METHODS or environ.get("HTTP_COOKIE"):
        return None
    spoken = _spoken(path, environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return None if spoken is None else Asked(method, path, spoken, environ.get("HTTP_IF_NONE_MATCH"), environ.get("REMOTE_ADDR", ""))


def of_scope(scope: Scope, headers: Iterable[tuple[str, str]], hops: int) -> Asked | None:
    """Return what is asked for, None if the answer may not be one that is kept.

    `headers` are the scope's, with small letters. Behind `hops` proxies (see `ProxyFix`) the caller is who the outermost of them
    named. A header that stands there twice is left to the application.
    """
    method, path = scope.method, scope.path
    if method not in METHODS or not path.startswith(_BEGINNINGS):
        return None
    read: dict[str, str] = {}
    for name, value in headers:
        if name in _READ:
            if name in read:
                return None
            read[name] = value
    spoken = None if read.get("cookie") else _spoken(path, scope.query_string, read.get("accept-language", ""))
    if spoken is None:
        return None
    address = _behind(hops, read.get("x-forwarded-for")) or scope.client.rpartition(":")[0].strip("[]")
    return Asked(method, path, spoken, read.get("if-none-match"), address)


def _spoken(path: str, query: str, accepted: str) -> str | None:
    """Return the language of the answer, None for an address whose answer is never kept."""
    if not _PATHS.fullmatch(path) or (query and not _QUERY.fullmatch(query)):
        return None
    if path.startswith(_WITHOUT_WORDS) or path.endswith(".json"):
        return ""
    return language.of_stranger(parse_qs(query).get("language", [""])[0] if query else "", accepted)


def _behind(hops: int, forwarded: str | None) -> str | None:
    """Return the caller's address that the outermost of our proxies saw, None if there are fewer entries than proxies."""
    if not hops or not forwarded:
        return None
    listed = parse_list_header(forwarded)
    return listed[-hops] if len(listed) >= hops else None
