"""Make whatever an installation lacks: folders, tables, keys."""

from __future__ import annotations

from lti_tool.installation import Installation
from lti_tool.migrations.upgrade import upgrade


def prepare(installation: Installation) -> None:
    """Make the home (readable by its owner alone), upgrade the tables, and make keys for development if there are none."""
    settings = installation.settings
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database)
    _ = installation.secret
    installation.files  # noqa: B018 - opening makes the folder
