"""Log lines: JSON on standard error, ids and codes only, never names, addresses, numbers or tokens."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

from lti_tool.launch.visit import Visit

log: structlog.stdlib.BoundLogger = structlog.get_logger("sealwright.web")


def configure(level: str = "info") -> None:
    """Write structured lines to standard error, from `level` upwards; for the whole process."""
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Flask would log unexpected errors with their messages, which may quote what somebody sent.
    logging.getLogger("lti_tool.web.app").disabled = True


def who() -> dict[str, Any]:
    """Return the ids of the present visit, to be put on a log line; empty for the public."""
    visit: Visit | None = g.get("visit")
    return {} if visit is None else {"tenant": visit.tenant_id, "person": visit.visitor.id}


def frames(error: BaseException) -> list[str]:
    """Return where an error arose, as ``file:line function``, without its message: that may quote somebody's data."""
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def log_request(response: Response) -> Response:
    """Write one line for the answered request: the route's name, never its address."""
    log.info("request", route=request.endpoint, method=request.method, status=response.status_code, **who())
    return response


def init_app(app: Flask) -> None:
    """Log every request but static files and health probes."""

    @app.after_request
    def _log(response: Response) -> Response:
        quiet = (request.endpoint or "").endswith("static") or request.blueprint == "health"
        return response if quiet else log_request(response)
