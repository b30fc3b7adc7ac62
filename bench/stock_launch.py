"""A tool as the README of pylti1p3 2.0.0 builds it with Flask, its public keys cached: the baseline of the ratio.

Login and launch take the message and show who came; launch data and keys live in a cache in memory, which is the fastest there
is. Nothing is checked but what the library checks, and nothing outlives the process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from flask import Flask, jsonify
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfJsonFile

BASE = "https://stock.example"


class Memory:
    """What Flask-Caching's simple cache does, without its copying."""

    def __init__(self) -> None:
        self._held: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """Return a value or None."""
        return self._held.get(key)

    def set(self, key: str, value: Any, _timeout: int | None = None) -> None:
        """Keep a value."""
        self._held[key] = value


def make_app(folder: Path, registration: dict[str, Any], private_pem: bytes) -> Flask:
    """Return the application; its configuration lies in `folder`, as the README has it."""
    configuration = _written(folder, registration, private_pem)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=b"stock", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    cache = Memory()

    @app.post("/login")
    def login() -> Any:
        asked = FlaskRequest()
        started = FlaskOIDCLogin(asked, ToolConfJsonFile(str(configuration)), launch_data_storage=FlaskCacheDataStorage(cache))
        return started.redirect(asked.get_param("target_link_uri"))

    @app.post("/launch")
    def launch() -> Any:
        storage = FlaskCacheDataStorage(cache)
        message = FlaskMessageLaunch(FlaskRequest(), ToolConfJsonFile(str(configuration)), launch_data_storage=storage)
        message.set_public_key_caching(storage, cache_lifetime=7200)
        claims = message.get_launch_data()
        return jsonify(name=claims.get("name"), launch=message.get_launch_id())

    return app


def _written(folder: Path, registration: dict[str, Any], private_pem: bytes) -> Path:
    key: Any = load_pem_private_key(private_pem, None)
    (folder / "private.key").write_bytes(private_pem)
    (folder / "public.key").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    known = {
        "default": True,
        "client_id": registration["client_id"],
        "auth_login_url": registration["auth_url"],
        "auth_token_url": registration["token_url"],
        "key_set_url": registration["jwks_url"],
        "key_set": None,
        "private_key_file": "private.key",
        "public_key_file": "public.key",
        "deployment_ids": list(registration["deployment_ids"]),
    }
    file = folder / "configuration.json"
    file.write_text(json.dumps({registration["issuer"]: [known]}))
    return file
