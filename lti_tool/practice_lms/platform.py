"""One practice LMS, opened: its manner, its addresses, its key, and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import current_app

from lti_tool.practice_lms.catalogue import Catalogue
from lti_tool.practice_lms.manner import MOODLE, Manner
from lti_tool.practice_lms.signing_key import SigningKey
from lti_tool.practice_lms.store import Store
from lti_tool.practice_lms.throttle import Bucket
from lti_tool.practice_lms.tool_keys import ToolKeys

EXTENSION = "practice_lms"


@dataclass(frozen=True)
class Platform:
    """Addresses have no final slash; `client_id` is that of the tool that is registered from the start."""

    folder: Path
    own_url: str
    tool_url: str
    client_id: str
    manner: Manner = MOODLE

    @cached_property
    def key(self) -> SigningKey:
        """The key that signs launches."""
        return SigningKey.open(self.folder / "signing_key.pem")

    @cached_property
    def store(self) -> Store:
        """Launches, tokens, grades, switches."""
        return Store(self.folder / "practice_lms.sqlite3")

    @cached_property
    def catalogue(self) -> Catalogue:
        """Tools, courses and links."""
        return Catalogue(self.folder / "practice_lms.sqlite3")

    @cached_property
    def tool_keys(self) -> ToolKeys:
        """The tools' public keys, as far as they were fetched."""
        return ToolKeys()

    @cached_property
    def bucket(self) -> Bucket:
        """What throttling has counted."""
        return Bucket()

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
    def configuration_url(self) -> str:
        """Where this LMS says what it can do (LTI Dynamic Registration 1.0, 3.2)."""
        return f"{self.own_url}/mod/lti/openid-configuration.php"

    def line_items(self, course: str, tool: str) -> str:
        """Return the address of a tool's line items in a course (AGS 2.0)."""
        return f"{self._services}/{course}/lineitems{self._of_type(tool)}"

    def line_item(self, course: str, tool: str, item: str) -> str:
        """Return the address of one line item; its query string, if any, belongs to it."""
        return f"{self._services}/{course}/lineitems/{item}/lineitem{self._of_type(tool)}"

    def members(self, course: str) -> str:
        """Return the address of a course's roster (NRPS 2.0)."""
        return f"{self._services}/CourseSection/{course}/bindings/1/memberships"

    def _of_type(self, tool: str) -> str:
        return f"?type_id={tool}" if self.manner.type_in_address else ""

    @property
    def _services(self) -> str:
        return f"{self.own_url}/mod/lti/services.php"


def platform() -> Platform:
    """Return the practice LMS that answers the current request."""
    opened = current_app.extensions[EXTENSION]
    assert isinstance(opened, Platform)  # noqa: S101 - create_lms put it there
    return opened
