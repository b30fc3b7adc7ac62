"""The practice LMS as a WSGI application."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, make_response, render_template, send_from_directory
from werkzeug.exceptions import HTTPException

from lti_tool.practice_lms import (
    courses,
    gradebook,
    grades,
    launching,
    managing,
    pages,
    registration,
    roster,
    samples,
    seeds,
    selecting,
    signing_in,
    switches,
    tokens,
)
from lti_tool.practice_lms.manner import MOODLE, Manner
from lti_tool.practice_lms.platform import EXTENSION, Platform

_BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
_PARTS = (switches, signing_in, launching, tokens, grades, roster, pages, courses, gradebook, samples, managing, registration, selecting)


def create_lms(folder: Path, own_url: str, tool_url: str, client_id: str, manner: Manner = MOODLE) -> Flask:
    """Open the practice LMS whose state lies in `folder`, which is made if need be.

    `own_url` is its issuer and address, `tool_url` the tool's; neither has a final slash. `client_id` is the tool's here; in Canvas's
    manner the tool has a second registration, `client_id` with ``-2``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=_secret(folder / "session.secret"), SESSION_COOKIE_NAME="practice_lms", SESSION_COOKIE_SAMESITE="Lax")
    opened = Platform(folder, own_url, tool_url, client_id, manner)
    # Opened before the first request: two of them at once must not make two keys.
    opened.key, opened.store, opened.tool_keys, opened.bucket  # noqa: B018
    seeds.plant(opened.catalogue, manner, tool_url, client_id)
    app.extensions[EXTENSION] = opened
    for module in _PARTS:
        app.register_blueprint(module.blueprint)
    app.add_url_rule("/bootstrap/<path:name>", "bootstrap", _bootstrap)
    app.register_error_handler(HTTPException, _error_page)
    return app


def _bootstrap(name: str) -> Response:
    return send_from_directory(_BOOTSTRAP, name, max_age=3600)


def _error_page(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    page = render_template("practice_lms/error.html", code=error.code, name=error.name, description=error.description)
    return make_response(page, error.code or 500)


def _secret(file: Path) -> bytes:
    if not file.is_file():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(32))
    return file.read_bytes()
