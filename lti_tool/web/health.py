"""For machines that watch over the service: alive, ready, and counters for the machine itself alone."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

from lti_tool.migrations.upgrade import is_current
from lti_tool.problem import Problem
from lti_tool.web import trouble
from lti_tool.web.guard import installation

blueprint = Blueprint("health", __name__)
REQUESTS: Final = Counter("sealwright_requests_total", "Answered requests of this process", ("route", "status"))


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer that the process runs; says nothing else (threat W13)."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer 200 when the database answers and holds this release's tables and there is room to go on, else 503."""
    opened = installation()
    try:
        good = is_current(opened.database.engine) and trouble.room(opened.settings.home)
    except sa.exc.SQLAlchemyError:
        good = False
    return Response("ready\n" if good else "not ready\n", 200 if good else 503, mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show the counters of this process to the machine itself; behind a proxy to nobody, since then everybody looks local."""
    if installation().settings.proxy_hops or not _is_loopback(request.remote_addr):
        raise Problem("page-not-found")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def count(route: str | None, status: int) -> None:
    """Count an answered request."""
    _counter(route or "none", status).inc()


@lru_cache(maxsize=1024)
def _counter(route: str, status: int) -> Counter:
    # The library makes its words and takes a lock before it finds one that is there.
    return REQUESTS.labels(route, str(status))


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


@blueprint.record_once
def _count(state: object) -> None:
    app = getattr(state, "app", None)
    assert isinstance(app, Flask)  # noqa: S101 - Flask passes its setup state

    @app.after_request
    def _counted(response: Response) -> Response:
        count(request.endpoint, response.status_code)
        return response
