"""Log lines: JSON on standard error, ids and codes only, never names, addresses, numbers or tokens."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, Response, g, request

from lti_tool.launch.visit import Visit

log: structlog.stdlib.BoundLogger = structlog.get_logger("sealwright.web")


@dataclass
class _Lines:
    """Where lines go; `processors` are those that make them, and `requests` tells whether answered requests have any."""

    processors: list[Any] = field(default_factory=list)
    requests: bool = True
    out: Any = None


_lines = _Lines()


def configure(level: str = "info") -> None:
    """Write structured lines to standard error, from `level` upwards; for the whole process."""
    least = logging.getLevelNamesMapping()[level.upper()]
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ]
    _lines.processors, _lines.requests, _lines.out = processors, least <= logging.INFO, structlog.PrintLogger(sys.stderr)
    structlog.configure(
        processors=processors,
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
    answered(request.endpoint, request.method, response.status_code, **who())
    return response


def answered(route: str | None, method: str, status: int, **ids: Any) -> None:
    """Write the line of an answered request; `ids` name the visit, if there is one."""
    if ids or structlog.get_config()["processors"] is not _lines.processors:
        log.info("request", route=route, method=method, status=status, **ids)
    elif _lines.requests:
        _lines.out.msg(f'{_known(route, method, status)}{datetime.now(UTC).isoformat().removesuffix("+00:00")}Z"}}')


@lru_cache(maxsize=1024)
def _known(route: str | None, method: str, status: int) -> str:
    """Return what such a line begins with, up to its time: strangers' requests are few different ones, and many."""
    said = {"route": route, "method": method, "status": status, "event": "request", "level": "info"}
    return f'{json.dumps(said)[:-1]}, "timestamp": "'


def init_app(app: Flask) -> None:
    """Log every request but static files and health probes."""

    @app.after_request
    def _log(response: Response) -> Response:
        quiet = (request.endpoint or "").endswith("static") or request.blueprint == "health"
        return response if quiet else log_request(response)
