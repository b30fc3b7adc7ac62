"""Make whatever an installation lacks: folders, tables, keys."""

from __future__ import annotations

from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.migrations.upgrade import upgrade


def prepare(installation: Installation) -> None:
    """Make the home (readable by its owner alone), upgrade the tables, and make keys for development if there are none."""
    settings = installation.settings
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database)
    _ = installation.secret
    KeyRing.create_for_development(settings.keys, settings.organisation, settings.country, clock.now())
    installation.files  # noqa: B018 - opening makes the folder
