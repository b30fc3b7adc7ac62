"""Registrations as the library sees them, found in the database for one request."""

from __future__ import annotations

from pylti1p3.deployment import Deployment as LibraryDeployment
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.tool_config.abstract import ToolConfAbstract

from certificate_signing.key_types import LtiKey
from lti_tool.database import Database
from lti_tool.launch import id_token
from lti_tool.launch.hardened.request import Asked
from lti_tool.launch.platforms import platform
from lti_tool.launch.records import Registration
from lti_tool.launch.remembered import Remembered
from lti_tool.problem import Problem


class Known(LibraryRegistration):
    """A registration as the library sees it; for a launch, which signs nothing, without a key of ours."""

    def __init__(self, record: Registration) -> None:
        self.record = record
        self.set_issuer(record.issuer).set_client_id(record.client_id).set_key_set_url(record.jwks_url)
        self.set_auth_login_url(record.auth_url).set_auth_token_url(record.token_url)


class Signing(Known):
    """A registration with our own key and its id, which the library would compute anew."""

    def __init__(self, record: Registration, key: LtiKey) -> None:
        super().__init__(record)
        self._kid = key.kid
        self.set_tool_private_key(key.private_pem.decode())
        self.set_auth_audience(record.token_audience or platform(record.family).token_audience)

    def get_kid(self) -> str:
        """Return the id under which our key set lists the key."""
        return self._kid


class ToolConf(ToolConfAbstract[Asked]):
    """Finds registrations in the database, for one request; replaces a table that all instances of the library's class share."""

    def __init__(self, database: Database, platforms: Remembered) -> None:
        self.database = database
        self.platforms = platforms
        self.issuers_relation_types = {}

    def check_iss_has_one_client(self, iss: str) -> bool:
        """Answer no: platforms are keyed by (issuer, client_id) everywhere."""
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        """Answer yes, always."""
        return True

    def find_registration_by_issuer(self, iss: str, *args: object, **kwargs: object) -> Known:
        """Never asked."""
        raise NotImplementedError

    def find_registration_by_params(self, iss: str, client_id: str, *args: object, **kwargs: object) -> Known:
        """Return the active registration; raises Problem where the library would fail with a bare Exception."""
        if not id_token.usable(iss, 500) or (client_id and not id_token.usable(client_id, 255)):
            raise Problem("platform-unknown", issuer=iss[:100], client_id=client_id[:100] or "—")
        return self.known(self.platforms.of_client(self.database, iss, client_id))

    def known(self, record: Registration) -> Known:
        """Return a registration as the library sees it."""
        return Known(record)

    def find_deployment(self, iss: str, deployment_id: str) -> LibraryDeployment | None:
        """Never asked."""
        raise NotImplementedError

    def find_deployment_by_params(self, iss: str, deployment_id: str, client_id: str, *args: object, **kwargs: object) -> LibraryDeployment | None:
        """Never asked: `Message.validate_deployment` tells pending from suspended."""
        raise NotImplementedError
