"""Files that arrive in parts, over HTTP: begin, ask how far, send the next part, give up.

The names of the headers are those of the IETF draft "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload, sections 4
and 5). Beginning is a form of ours, since it carries the file's name and checksum; every unsafe request carries our token.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, jsonify, make_response, request, url_for
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Response

from lti_tool.evidence import resuming
from lti_tool.evidence.resuming import Announced, At, Upload
from lti_tool.problem import Problem
from lti_tool.web.guard import current_visit, installation, tool_blueprint

blueprint: Blueprint = tool_blueprint("uploading")
PARTIAL: Final = "application/partial-upload"
LIMITS: Final = f"max-append-size={resuming.MOST_PART}, min-append-size={resuming.LEAST_PART}, max-age={int(resuming.LIFETIME.total_seconds())}"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[0-9]{1,12}")


@blueprint.post("/apply/<application_id>/uploads")
def begin(application_id: str) -> Response:
    """Begin to send a file, or find out how far the same file has come already."""
    size, digest = request.form.get("size", ""), request.form.get("sha256") or None
    if not _NUMBER.fullmatch(size) or (digest is not None and not _SHA256.fullmatch(digest)):
        raise Problem("bad-request")
    file = Announced(request.form.get("name", ""), int(size), digest)
    return _told(application_id, resuming.begin(installation(), current_visit(), application_id, file), 201)


@blueprint.get("/apply/<application_id>/uploads/<upload_id>")
def look(application_id: str, upload_id: str) -> Response:
    """Say how far an upload is; HEAD gives the same headers."""
    return _told(application_id, resuming.look(installation(), current_visit(), At(application_id, upload_id)), 200)


@blueprint.patch("/apply/<application_id>/uploads/<upload_id>")
def append(application_id: str, upload_id: str) -> Response:
    """Take the part that begins at `Upload-Offset`."""
    visit, at = current_visit(), At(application_id, upload_id)
    # Whose upload it is comes before everything that the request says.
    resuming.look(installation(), visit, at)
    offset = request.headers.get("Upload-Offset", "")
    if request.mimetype != PARTIAL or not _NUMBER.fullmatch(offset) or request.content_length is None:
        raise Problem("bad-request")
    return _told(application_id, resuming.append(installation(), visit, at, int(offset), _body(request.content_length)), 200)


@blueprint.delete("/apply/<application_id>/uploads/<upload_id>")
def cancel(application_id: str, upload_id: str) -> Response:
    """End an upload and forget what came of it."""
    resuming.cancel(installation(), current_visit(), At(application_id, upload_id))
    return make_response("", 204)


def _body(length: int) -> bytes:
    """Return the whole part; one that a broken connection cut counts as none. Raises Problem("upload-part")."""
    try:
        body = request.get_data(cache=False)
    except ClientDisconnected:
        body = b""
    if len(body) != length:
        raise Problem("upload-part")
    return body


def _told(application_id: str, upload: Upload, status: int) -> Response:
    # Structured fields (RFC 9651): a boolean is ?1 or ?0.
    headers = {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.size),
        "Upload-Complete": "?1" if upload.document_id else "?0",
        "Upload-Limit": LIMITS,
    }
    address = url_for("uploading.look", application_id=application_id, upload_id=upload.id) if upload.id else None
    if status == 201 and address:
        headers["Location"] = address
    response = jsonify(address=address, offset=upload.received, document=upload.document_id)
    response.headers.update(headers)
    return make_response(response, status)
