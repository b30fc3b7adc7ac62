"""Open an installation for a command that works on its database: it must be there, current, and have its keys."""

from __future__ import annotations

import click

from lti_tool.commands.main import installation
from lti_tool.installation import Installation
from lti_tool.problem import Problem


def opened(context: click.Context) -> Installation:
    """Return the installation. Raises Problem("home-missing") and Problem("database-not-current")."""
    from lti_tool.migrations.upgrade import is_current

    found = installation(context)
    if not is_current(found.database.engine):
        raise Problem("database-not-current", home=str(found.settings.home))
    return found
