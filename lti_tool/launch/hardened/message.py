"""The second half of a launch: the id_token (LTI 1.3 Security Framework 5.1.3, LTI 1.3 Core 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.launch import arrival, id_token, logins, registrations, skew
from lti_tool.launch.claims import CLAIM, member
from lti_tool.launch.hardened.registered import Known, ToolConf
from lti_tool.launch.hardened.request import Asked, NoSession, Proof, StateCookies
from lti_tool.launch.keysets import KeySets
from lti_tool.launch.launching import UNKNOWN, Launching
from lti_tool.launch.platforms import family_of
from lti_tool.launch.records import Deployment, Login, Registration
from lti_tool.launch.roles import roles_claim
from lti_tool.problem import Problem


class Message(MessageLaunch[Asked, ToolConf, NoSession, StateCookies]):
    """The second half of a launch: an id_token posted by the browser. `accept` opens the visit in the login's last transaction.

    Replaces every step of the library's `validate` but their order and the shape of message types.
    """

    login: Login
    deployment: Deployment
    claims: Mapping[str, Any]
    launching: Launching = UNKNOWN

    def __init__(self, asked: Asked, tool_conf: ToolConf, proved: Proof, key_sets: KeySets, accept: Callable[[Session, Message], None]) -> None:
        super().__init__(asked, tool_conf, NoSession(), StateCookies({}, ""), requests_session=cast("Any", _Nothing()))
        self._proved = proved
        self._database = tool_conf.database
        self._key_sets = key_sets
        self._accept = accept

    @property
    def registration(self) -> Registration:
        """The registration of the token, known after `validate_registration`."""
        return cast("Known", self._registration).record

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> Message:
        """Find the login; the browser that ends it must be the one that began it."""
        state = self._get_request_param("state")
        with self._database.read() as session:
            self.login = logins.find(session, state)
            session.expunge(self.login)
        if not self._proved(self.login):
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
        if not logins.same(nonce, self.login.nonce):
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
        super().validate_registration()
        if self.registration.id != self.login.registration_id:
            raise Problem("other-registration")
        return self

    def validate_jwt_signature(self) -> Message:
        """Verify with a key of the platform's cached key set, then compare the target with the login's."""
        record = self.registration
        key = self._key_sets.find(record.jwks_url, self._token.kid)
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
        """Find the deployment; one never seen is stored as pending and refused, showing its ids."""
        deployment_id = id_token.required_text(self.claims, CLAIM + "deployment_id", 255)
        with self._database.read() as session:
            known = registrations.known_deployment(session, self.registration, deployment_id)
        self.deployment = known or self._new_deployment(deployment_id)
        self.launching = replace(self.launching, deployment_id=self.deployment.id)
        if self.deployment.status != registrations.ACTIVE:
            raise Problem(f"deployment-{self.deployment.status}", deployment=deployment_id, client_id=self.registration.client_id)
        return self

    def _new_deployment(self, deployment_id: str) -> Deployment:
        with self._database.write() as session:
            return registrations.find_deployment(session, self.registration, deployment_id)

    def validate_message(self) -> Message:
        """Check the shapes that the library's validators take for granted, then let them look."""
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
        return self

    def save_launch_data(self) -> Message:
        """Use the login up and open the visit in one transaction; of several at once the database lets one through."""
        with self._database.write() as session:
            logins.use(session, self.login.state)
            self._accept(session, self)
        return self


class _Nothing:
    """Stands where the library would make an HTTP session for itself: a message needs no calls but `KeySets`."""
