"""The one place where refusals and errors become pages (or JSON for programs)."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Final

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lti_tool.problem import Problem, vocabulary
from lti_tool.web import refused, trouble
from lti_tool.web.guard import installation
from lti_tool.web.language import translated
from lti_tool.web.limits import TooFast
from lti_tool.web.logs import frames, log, who

# What the HTTP layer itself refuses, in our own words.
CODES: Final = {
    400: "bad-request",
    404: "page-not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "bad-request",
    429: "too-many-requests",
    431: "bad-request",
}


# Seconds after which whoever met a trouble of the machine may come again.
RETRY_AFTER: Final = "60"


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in the reader's language; `reference` finds its log line."""

    code: str
    status: int
    happened: str
    todo: str
    tell: str
    reference: str


def told(problem: Problem, reference: str) -> Told:
    """Put a refusal into the reader's language."""
    words = problem.words
    happened, todo, tell = (translated(text, problem.details) for text in (words.happened, words.todo, words.tell))
    return Told(problem.code, words.status, happened, todo, tell, reference)


def wants_json() -> bool:
    """Tell whether a program asks: an address under /api, or a script of ours."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.startswith("/api/") or best == "application/json"


def answer(problem: Problem) -> Response:
    """Answer a refusal: one designed page, or the same as JSON. The log gets the code and a reference, no details."""
    if problem.code not in vocabulary():
        return unexpected(problem)
    reference = new_reference()
    log.warning("refused", code=problem.code, reference=reference, route=request.endpoint, **who())
    return _refused(problem, reference)


def unexpected(error: BaseException) -> Response:
    """Answer an error that nobody expected: a reference number for the reader, the place in the code for the log."""
    reference = new_reference()
    log.error("unexpected-error", error=type(error).__name__, at=frames(error), reference=reference, route=request.endpoint, **who())
    return _refused(Problem("unexpected"), reference)


def _refused(problem: Problem, reference: str) -> Response:
    refused.note(problem, reference)
    words = told(problem, reference)
    if request.path.startswith("/api/"):
        response = _for_program(words)
    else:
        response = jsonify(asdict(words)) if wants_json() else make_response(_page(problem, words))
    response.status_code = words.status
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_program(words: Told) -> Response:
    """Answer as problem details (RFC 9457)."""
    kind = f"{installation().settings.base_url}/api/problems/{words.code}"
    details = {"type": kind, "title": words.happened, "status": words.status, "detail": words.todo, "code": words.code}
    response = jsonify(details | {"reference": words.reference})
    response.mimetype = "application/problem+json"
    return response


def _page(problem: Problem, words: Told) -> str:
    # No choice of languages where its links would lead to an address that takes forms alone.
    languages: dict[str, object] = {} if request.method == "GET" else {"languages": {}}
    ways = {"course": refused.way_back(problem, words.reference), "tool": refused.way_on()}
    return render_template("pages/problem.html", problem=words, **ways, **languages)


def new_reference() -> str:
    """Return a number to quote, such as ``7F3A-91C0``."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(error.get_body(), status, error.get_headers())
    if status not in CODES:
        return unexpected(error)
    response = answer(Problem(CODES[status]))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _too_fast(error: TooFast) -> Response:
    response = answer(Problem("too-many-requests"))
    response.headers["Retry-After"] = str(error.rate.get_expiry())
    return response


def _anything(error: Exception) -> Response:
    problem = trouble.known(error)
    if problem is None:
        return unexpected(error)
    log.error("trouble", error=type(error).__name__, at=frames(error), route=request.endpoint, **who())
    response = answer(problem)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def init_app(app: Flask) -> None:
    """Catch everything."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(Problem("form-outdated")))
    app.register_error_handler(TooFast, _too_fast)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _anything)
