"""The public keys of tools: kept without an end, fetched again when a signature fails, as Moodle does."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import jwt
import requests


class _NoSuchKey(jwt.PyJWTError):
    pass


class ToolKeys:
    """Key sets by address."""

    def __init__(self) -> None:
        self._kept: dict[str, list[dict[str, Any]]] = {}

    def verified(self, token: str, jwks_url: str, **rules: Any) -> dict[str, Any]:
        """Return the claims of a token that one of the tool's keys signed; `rules` are those of jwt.decode.

        Raises jwt.PyJWTError for whatever proves nothing, requests.RequestException where the keys can't be had.
        """
        kept = self._kept.get(jwks_url, [])
        # A key that does not name its algorithm is fetched anew every time.
        if all("alg" in key for key in kept):
            with suppress(jwt.InvalidSignatureError, jwt.PyJWKError, _NoSuchKey):
                return _decoded(token, kept, rules)
        return _decoded(token, self._fetched(jwks_url), rules)

    def _fetched(self, jwks_url: str) -> list[dict[str, Any]]:
        # Fetched while the tool waits for its token: a tool that serves one request at a time hangs here.
        answer = requests.get(jwks_url, timeout=5)
        answer.raise_for_status()
        body = answer.json()
        keys = body.get("keys") if isinstance(body, dict) else None
        self._kept[jwks_url] = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
        return self._kept[jwks_url]


def _decoded(token: str, keys: list[dict[str, Any]], rules: dict[str, Any]) -> dict[str, Any]:
    kid = jwt.get_unverified_header(token).get("kid")
    key = next((each for each in keys if each.get("kid") == kid), None)
    if key is None:
        raise _NoSuchKey("the tool has no such key")
    return dict(jwt.decode(token, jwt.PyJWK(key, algorithm="RS256"), algorithms=["RS256"], leeway=10, **rules))
