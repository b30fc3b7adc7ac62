"""For machines that watch over the service: alive, ready, and counters for the machine itself alone."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

from lti_tool.migrations.upgrade import is_current
from lti_tool.problem import Problem
from lti_tool.web.guard import installation

blueprint = Blueprint("health", __name__)
REQUESTS: Final = Counter("sealwright_requests_total", "Answered requests of this process", ("route", "status"))


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer that the process runs; says nothing else (threat W13)."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer 200 when the database answers and holds this release's tables, else 503."""
    try:
        good = is_current(installation().database.engine)
    except sa.exc.SQLAlchemyError:
        good = False
    return Response("ready\n" if good else "not ready\n", 200 if good else 503, mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show the counters of this process to the machine itself; behind a proxy to nobody, since then everybody looks local."""
    if installation().settings.proxy_hops or not _is_loopback(request.remote_addr):
        raise Problem("page-not-found")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


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
        REQUESTS.labels(request.endpoint or "none", str(response.status_code)).inc()
        return response
