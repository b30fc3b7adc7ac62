"""One practice LMS, opened: its addresses, its key, its store, and the one tool it knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import current_app

from lti_tool.practice_lms import course
from lti_tool.practice_lms.signing_key import SigningKey
from lti_tool.practice_lms.store import Store

EXTENSION = "practice_lms"


@dataclass(frozen=True)
class Platform:
    """Addresses have no final slash; `client_id` is the tool's at this LMS."""

    folder: Path
    own_url: str
    tool_url: str
    client_id: str

    @cached_property
    def key(self) -> SigningKey:
        """The key that signs launches."""
        return SigningKey.open(self.folder / "signing_key.pem")

    @cached_property
    def store(self) -> Store:
        """What is remembered."""
        return Store(self.folder / "practice_lms.sqlite3")

    @property
    def auth_url(self) -> str:
        """Where the tool sends the browser for an id_token."""
        return f"{self.own_url}/mod/lti/auth.php"

    @property
    def token_url(self) -> str:
        """Where the tool asks for access tokens."""
        return f"{self.own_url}/mod/lti/token.php"

    @property
    def jwks_url(self) -> str:
        """Where this LMS publishes its key."""
        return f"{self.own_url}/mod/lti/certs.php"

    @property
    def tool_launch(self) -> str:
        """The one registered redirect URI, and the target of every link."""
        return f"{self.tool_url}/lti/launch"

    @property
    def tool_login(self) -> str:
        """Where a login of the tool is initiated."""
        return f"{self.tool_url}/lti/login"

    @property
    def tool_jwks(self) -> str:
        """Where the tool publishes its key."""
        return f"{self.tool_url}/lti/jwks"

    @property
    def line_items(self) -> str:
        """The line items of the course (AGS 2.0)."""
        return f"{self._services}/{course.ID}/lineitems?type_id=1"

    def line_item(self, item: str) -> str:
        """Return the address of one line item; its query string belongs to it."""
        return f"{self._services}/{course.ID}/lineitems/{item}/lineitem?type_id=1"

    @property
    def members(self) -> str:
        """The roster of the course (NRPS 2.0)."""
        return f"{self._services}/CourseSection/{course.ID}/bindings/1/memberships"

    @property
    def _services(self) -> str:
        return f"{self.own_url}/mod/lti/services.php"


def platform() -> Platform:
    """Return the practice LMS that answers the current request."""
    opened = current_app.extensions[EXTENSION]
    assert isinstance(opened, Platform)  # noqa: S101 - create_lms put it there
    return opened
