"""What a WSGI server calls: `lti_tool.web.wsgi:application`, as a factory."""

from __future__ import annotations

import dbos  # noqa: F401 - so that the first upload, which asks for work, does not wait for it to load
from flask import Flask

from lti_tool.installation import Installation
from lti_tool.settings import load
from lti_tool.web import logs
from lti_tool.web.app import create_app


def application() -> Flask:
    """Open the installation that SEALWRIGHT_HOME names and return its web application."""
    installation = Installation(load())
    logs.configure(installation.settings.log_level)
    return create_app(installation)
