"""For programs that check certificates: JSON, no login, no cookies, from any site; described at /api/openapi.json."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qs

from flask import Blueprint, Response, request

from lti_tool import clock
from lti_tool.problem import Problem
from lti_tool.problem import vocabulary as refusals
from lti_tool.verification.changes import with_changes
from lti_tool.verification.numbers import verify_number
from lti_tool.verification.pdf import verify_hash
from lti_tool.verification.report import Report, report
from lti_tool.verification.verdict import Verdict
from lti_tool.verification.verify import verify_anything
from lti_tool.web import api_description
from lti_tool.web.guard import installation
from lti_tool.web.language import current_language, translated

blueprint = Blueprint("api", __name__, url_prefix="/api")

# What is revoked must be seen as revoked within a minute (threat S09).
KEPT: Final = "public, max-age=30"
_DESCRIPTION_KEPT: Final = "public, max-age=3600"
_LONGEST_NUMBER: Final = 100
_METHODS: Final = "GET, POST, OPTIONS"


@blueprint.post("/verify")
def check() -> Response:
    """Answer for what the body holds: a file as it is or as a form's ``file``, or JSON with a ``text``. Nothing is kept."""
    content = _content()
    if not content.strip():
        raise Problem("nothing-to-check")
    pictures = request.args.get("pictures") == "1"
    verdict = with_changes(installation(), content, verify_anything(installation(), content), pictures=pictures)
    return _told(verdict, kept="no-store")


@blueprint.get("/verify/<number>")
def number(number: str) -> Response:
    """Answer for a number; the same shape and status whether it is known or not (threat S07)."""
    return _told(verify_number(installation(), number[:_LONGEST_NUMBER]), kept=KEPT)


@blueprint.get("/verify/sha256/<digest>")
def file_known(digest: str) -> Response:
    """Answer for a PDF by its SHA-256, so that the file itself may stay where it is."""
    if len(digest) != 64 or set(digest.lower()) - set("0123456789abcdef"):
        raise Problem("hash-mistyped")
    return _told(verify_hash(installation(), digest), kept=KEPT)


@blueprint.get("/openapi.json")
def description() -> Response:
    """Describe all this (OpenAPI 3.1)."""
    body = json.dumps(api_description.document(installation().settings), ensure_ascii=False)
    return Response(body, mimetype="application/json", headers={"Cache-Control": _DESCRIPTION_KEPT})


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """Say what a kind of problem is, at the address that names it (RFC 9457, section 3.1.1)."""
    found = refusals().get(code)
    if found is None:
        raise Problem("page-not-found")
    told = {"code": code, "status": found.status, "title": translated(found.happened), "todo": translated(found.todo)}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json", headers={"Cache-Control": _DESCRIPTION_KEPT})


@blueprint.after_request
def _open(response: Response) -> Response:
    """Let programs in other people's pages read every answer, refusals included; nothing here knows who asks."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Retry-After"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["X-Robots-Tag"] = "noindex"
    headers.add("Vary", "Accept-Language")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        headers["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
        headers["Access-Control-Max-Age"] = "86400"
    return response


def _content() -> bytes:
    kind = request.mimetype
    if kind == "multipart/form-data":
        file = request.files.get("file")
        return file.read() if file is not None else request.form.get("text", "").encode()
    body = request.get_data()
    if kind == "application/x-www-form-urlencoded" and body.startswith(b"text="):
        # What is not such a form is a file that a program sends under its default type.
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).get("text", [""])[0].encode()
    return _text_of(body) if kind == "application/json" else body


def _text_of(body: bytes) -> bytes:
    """Return what a JSON body asks about: its ``text`` if it is our small object, else the body itself, which is a credential."""
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError):
        # Not JSON at all is an answer of verification, not a refusal.
        return body
    if isinstance(asked, dict) and set(asked) == {"text"}:
        if not isinstance(asked["text"], str):
            raise Problem("nothing-to-check")
        return asked["text"].encode("utf-8", "surrogatepass")
    return body


def _told(verdict: Verdict, *, kept: str) -> Response:
    answer: Report = report(verdict, clock.now(), translated, current_language())
    return Response(answer.model_dump_json(), mimetype="application/json", headers={"Cache-Control": kept})
