"""Calls to a platform's services, with an access token (LTI 1.3 Security Framework 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from certificate_signing.key_types import LtiKey
from lti_tool.launch import id_token, registrations
from lti_tool.launch.access_tokens import AccessTokens
from lti_tool.launch.hardened.registered import Signing
from lti_tool.launch.links import next_page
from lti_tool.launch.outgoing import Client, NotCalled
from lti_tool.launch.records import Registration


class Calls:
    """The library's HTTP session for one registration: our client, its platform's hosts only, the last answer remembered."""

    def __init__(self, client: Client, record: Registration) -> None:
        self._client = client
        self._record = record
        self.last: requests.Response | None = None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """GET; raises NotCalled, also for a host that is not the platform's (threat L21) and for a redirect."""
        return self._kept(self._client.get(self._own(url), headers))

    def post(self, url: str, data: str | Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> requests.Response:
        """POST; raises NotCalled, also for a host that is not the platform's and for a redirect."""
        return self._kept(self._client.post(self._own(url), data, headers))

    def _own(self, url: str) -> str:
        if not registrations.may_call(self._record, url):
            raise NotCalled("other-host")
        return url

    def _kept(self, answer: requests.Response) -> requests.Response:
        # To the library everything below 400 is a success.
        if not 200 <= answer.status_code < 300 and answer.ok:
            raise NotCalled("redirect")
        self.last = answer
        return answer


class Connector(ServiceConnector):
    """Calls the platform's services.

    Replaces: a token for each connector, kept for ever; next pages in lower case and only with straight quotes; answers that must
    be JSON even when they are thanks.
    """

    def __init__(self, record: Registration, key: LtiKey, client: Client, tokens: AccessTokens) -> None:
        self._calls = Calls(client, record)
        super().__init__(Signing(record, key), cast("requests.Session", self._calls))
        self._tokens = tokens
        self._in_use: str | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status of the last answer."""
        return None if self._calls.last is None else self._calls.last.status_code

    @property
    def granted(self) -> frozenset[str]:
        """The scopes that the last answer of the token endpoint names; empty where it names none, and then all were granted."""
        answer = None if self._calls.last is None else self._calls.last.json()
        scope = answer.get("scope") if isinstance(answer, dict) else None
        return frozenset(scope.split()) if isinstance(scope, str) else frozenset()

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return the token of the call under way, one from the table, or a new one from the platform.

        Raises ServiceRefused, NotCalled, or ValueError for an answer without a token.
        """
        if self._in_use is not None:
            return self._in_use
        return self._tokens.one(scopes, lambda: self._asked_for(scopes))

    def _asked_for(self, scopes: Sequence[str]) -> str:
        self._access_tokens.clear()
        try:
            value = super().get_access_token(scopes)
        except (KeyError, TypeError, RecursionError):
            raise ValueError("the answer holds no token") from None
        if not isinstance(value, str) or not id_token.usable(value, 20_000):
            raise ValueError("the answer holds no token")
        self._tokens.keep(scopes, value, _seconds(self._calls.last))
        return value

    def make_service_request(self, scopes: Sequence[str], url: str, *arguments: Any, **named: Any) -> TServiceConnectorResponse:
        """Call a service with a token; one that is no longer taken is dropped and the call made once more.

        Raises ServiceRefused for an error status, NotCalled, or ValueError for a token endpoint that answers with no token.
        """
        try:
            answer = self._made(scopes, url, *arguments, **named)
        except LtiServiceException as error:
            if error.response.status_code != 401 or error.response.url != url:
                raise
            answer = self._made(scopes, url, *arguments, **named)
        answer["next_page_url"] = next_page(str(answer["headers"].get("link", "")), url)
        return answer

    def _made(self, scopes: Sequence[str], url: str, *arguments: Any, **named: Any) -> TServiceConnectorResponse:
        token = self._in_use = self.get_access_token(scopes)
        try:
            return super().make_service_request(scopes, url, *arguments, **{**named, "case_insensitive_headers": True})
        except (requests.exceptions.JSONDecodeError, RecursionError):
            # A score was taken all the same; whoever needs a body looks for it.
            taken = cast("requests.Response", self._calls.last)
            return {"headers": taken.headers, "body": None, "next_page_url": None}
        except LtiServiceException as error:
            if error.response.status_code == 401:
                self._tokens.drop(scopes, token)
            raise
        finally:
            self._in_use = None


def _seconds(answer: requests.Response | None) -> float:
    lifetime = answer.json().get("expires_in") if answer is not None else None
    try:
        return float(lifetime or 0)
    except (TypeError, ValueError):
        return 0.0
