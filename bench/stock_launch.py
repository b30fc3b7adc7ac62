"""A tool as the README of pylti1p3 2.0.0 builds it with Flask, its public keys cached: the baseline of the ratio.

Login and launch take the message and show who came. Nothing is checked but what the library checks. Launch data and keys live in a
store of Flask-Caching: in Redis, as the README says ("memcache/redis"), where several processes find them; or in this process's
memory, where only one does and nothing outlives it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from flask import Flask, jsonify
from flask_caching import Cache
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfJsonFile

BASE = "https://stock.example"


def make_app(folder: Path, registration: dict[str, Any], private_pem: bytes, redis_url: str | None = None) -> Flask:
    """Return the application; its configuration lies in `folder`, as the README has it. Without `redis_url` it stores in memory."""
    configuration = _written(folder, registration, private_pem)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=b"stock", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    store = {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": redis_url} if redis_url else {"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 100_000}
    cache = Cache(app, config=store)

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
