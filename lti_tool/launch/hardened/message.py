"""The second half of a launch: the id_token (LTI 1.3 Security Framework 5.1.3, LTI 1.3 Core 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch

from lti_tool import clock
from lti_tool.launch import arrival, id_token, registrations, skew
from lti_tool.launch.claims import CLAIM, member
from lti_tool.launch.hardened.registered import Known, ToolConf
from lti_tool.launch.hardened.request import Asked, NoSession, Proof, StateCookies
from lti_tool.launch.keysets import KeySets
from lti_tool.launch.launching import UNKNOWN, Launching
from lti_tool.launch.logins import Login, Logins, same
from lti_tool.launch.places import Changed
from lti_tool.launch.platforms import family_of
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.roles import roles_claim
from lti_tool.problem import Problem


@dataclass(frozen=True, slots=True)
class Checks:
    """What a message is checked with: our logins, the proof that this browser began one, and the platforms' keys."""

    logins: Logins
    proved: Proof
    key_sets: KeySets


class Message(MessageLaunch[Asked, ToolConf, NoSession, StateCookies]):
    """The second half of a launch: an id_token posted by the browser. `accept` opens the visit, which ends the login.

    Replaces every step of the library's `validate` but their order and the shape of message types.
    """

    login: Login
    deployment: Deployment
    claims: Mapping[str, Any]
    launching: Launching = UNKNOWN
    _expected: Registration | None
    _deployment_id: str
    _anew: bool = False

    def __init__(self, asked: Asked, tool_conf: ToolConf, checks: Checks, accept: Callable[[Message], None]) -> None:
        super().__init__(asked, tool_conf, NoSession(), StateCookies({}, ""), requests_session=cast("Any", _Nothing()))
        self._checks = checks
        self._database = tool_conf.database
        self._platforms = tool_conf.platforms
        self._accept = accept

    @property
    def registration(self) -> Registration:
        """The registration of the token, known after `validate_registration`."""
        return cast("Known", self._registration).record

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> Message:
        """Find the login; the browser that ends it must be the one that began it."""
        self.login = self._checks.logins.open(self._get_request_param("state"))
        self._expected = self._platforms.of_id(self._database, self.login.registration_id)
        if not self._checks.proved(self.login):
            raise Problem("no-cookie")
        self.launching = Launching(self.login.registration_id)
        return self

    def validate_jwt_format(self) -> Message:
        """Take the token apart within limits of size and depth."""
        self._token = id_token.take_apart(self._get_request_param("id_token"))
        self._jwt = cast("Any", {"header": self._token.header, "body": self._token.body})
        return self

    def validate_nonce(self) -> Message:
        """Compare the nonce with this login's own, not with any that was ever given."""
        nonce = id_token.required_text(self._token.body, "nonce", 80)
        if not same(nonce, self._checks.logins.nonce(self.login)):
            raise Problem("nonce-wrong")
        return self

    def get_iss(self) -> str:
        """Return the issuer, surely a text."""
        return self._token.issuer

    def get_client_id(self) -> str:
        """Return the client also where it is not the first of several audiences."""
        return self._token.client_id

    def validate_registration(self) -> Message:
        """Accept only the registration that the login was begun for."""
        expected = self._expected
        if expected is not None and (expected.issuer, expected.client_id) == (self.get_iss(), self.get_client_id()):
            self._registration = self._tool_config.known(registrations.active(expected))
            return self
        # Another platform's message, or that of a registration which is gone: refused in the words for what it is.
        super().validate_registration()
        raise Problem("other-registration")

    def validate_jwt_signature(self) -> Message:
        """Verify with a key of the platform's cached key set, then compare the target with the login's."""
        record = self.registration
        key = self._checks.key_sets.find(record.jwks_url, self._token.kid)
        self.claims = id_token.verify(self._token, key, issuer=record.issuer, client_id=record.client_id)
        self.launching = replace(self.launching, return_url=arrival.return_url(self.claims, record))
        now = clock.now()
        skew.observe(record.id, self.claims["iat"], now)
        id_token.check_times(self.claims, now)
        if self.claims.get(CLAIM + "target_link_uri") != self.login.target:
            raise Problem("target-changed")
        self._learn_family()
        return self

    def _learn_family(self) -> None:
        # Services of hosted platforms live on hosts that only the family's row knows.
        family = "" if self.registration.family else family_of(member(self.claims, CLAIM + "tool_platform").get("product_family_code"))
        if family:
            with self._database.write() as session:
                registrations.learn_family(session, self.registration.id, family)
            self.registration.family = family

    def validate_deployment(self) -> Message:
        """Take the deployment's id; `save_launch_data` finds it, in the transaction that opens the visit."""
        self._deployment_id = id_token.required_text(self.claims, CLAIM + "deployment_id", 255)
        return self

    def validate_message(self) -> Message:
        """Check the shapes that the library's validators take for granted, then let them look."""
        try:
            self._check_message()
        except Problem:
            # Whoever looks after this place should see what its messages lack.
            with suppress(Changed):
                found = self._place()
                self.launching = replace(self.launching, deployment_id=found.id if found else None)
            raise
        return self

    def _check_message(self) -> None:
        id_token.required_text(self.claims, CLAIM + "message_type", 100)
        if id_token.required_text(self.claims, CLAIM + "version", 20) != "1.3.0":
            raise Problem("claim-wrong", claim="version")
        id_token.required_text(self.claims, "sub", 255)
        roles_claim(self.claims.get(CLAIM + "roles"))
        arrival.check_shape(self.claims, self.registration)
        try:
            super().validate_message()
        except LtiException as error:
            raise Problem("claim-wrong", note=str(error), claim=self.claims[CLAIM + "message_type"]) from None

    def save_launch_data(self) -> Message:
        """Find the deployment and open the visit, which uses the login up."""
        try:
            self._admit(self._found())
            self._accept(self)
        except Changed:
            # Its status, its keys' address, anything: the message is checked again with what holds now.
            self._expected = self._platforms.of_id(self._database, self.login.registration_id, anew=True)
            self._anew = True
            return self.validate_registration().validate_jwt_signature().validate_message().save_launch_data()
        return self

    def _found(self) -> Deployment:
        found = self._place()
        if found is None:
            self._store_deployment()
            found = self._place()
        if found is None:
            raise Changed
        return found

    def _place(self) -> Deployment | None:
        return self._platforms.place(self._database, self.registration, self._deployment_id, anew=self._anew)

    def _admit(self, found: Deployment) -> None:
        self.deployment = found
        self.launching = replace(self.launching, deployment_id=found.id)
        if found.status != registrations.ACTIVE:
            raise Problem(f"deployment-{found.status}", deployment=found.deployment_id, client_id=self.registration.client_id)

    def _store_deployment(self) -> None:
        """Store a deployment never seen before; one that can't be stored any more is pending all the same."""
        with self._database.write() as session:
            found = registrations.find_deployment(session, self.registration, self._deployment_id)
            stored = sa.inspect(found).persistent
        if not stored:
            self._admit(found)


class _Nothing:
    """Stands where the library would make an HTTP session for itself: a message needs no calls but `KeySets`."""
