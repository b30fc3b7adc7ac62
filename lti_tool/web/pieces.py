"""One document, opened: the picture of its pages with the boxes of what was read."""

from __future__ import annotations

import io
import mimetypes

from flask import Blueprint, Response, render_template, request, send_file

from lti_tool.decision.submitting import findings_now
from lti_tool.evidence.dossiers import DocumentView, content, view
from lti_tool.evidence.intake import OPEN
from lti_tool.evidence.page_image import page_png
from lti_tool.problem import Problem
from lti_tool.web.apply import scheme_of
from lti_tool.web.checklist import piece_row
from lti_tool.web.guard import current_visit, installation, tool_blueprint
from lti_tool.web.sheets import sheets, shown

blueprint: Blueprint = tool_blueprint("pieces")
# Pixels across, as the page shows it and enlarged.
WIDTH = 1200
WIDE = 2400
ENDINGS = {"application/pdf": (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}
# A picture can do nothing in a browser, and this says so again.
PICTURE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@blueprint.get("/piece/<application_id>/<document_id>")
def piece(application_id: str, document_id: str) -> str:
    """Show a document's pages with what was read, to its owner and to those who review it."""
    application = view(installation(), current_visit(), application_id)
    scheme = scheme_of(application)
    row = piece_row(application, findings_now(installation(), application.id), scheme, document_id)
    if row is None:
        raise Problem("not-found")
    return render_template(
        "pages/piece.html",
        application=application,
        scheme=scheme,
        piece=row,
        facts_shown=shown(row),
        pages=sheets(row, installation().settings.max_pages),
        open=application.own and application.state in OPEN,
    )


@blueprint.get("/piece/<application_id>/<document_id>/<int:page>.png")
def picture(application_id: str, document_id: str, page: int) -> Response:
    """Return one page as pixels, drawn in a process of its own; the document itself is never served (design rule 7)."""
    _document, body = content(installation(), current_visit(), application_id, document_id)
    if not 1 <= page <= installation().settings.max_pages:
        raise Problem("page-not-shown")
    return png(page_png(body, page, WIDE if request.args.get("wide") == "1" else WIDTH))


def png(pixels: bytes) -> Response:
    """Return a picture that a browser can do nothing with but show."""
    return Response(pixels, mimetype="image/png", headers={"Content-Security-Policy": PICTURE_POLICY})


@blueprint.get("/piece/<application_id>/<document_id>/original")
def original(application_id: str, document_id: str) -> Response:
    """Return the file as it was handed in, to be saved and never shown on our origin (design rule 7, threat U01)."""
    document, body = content(installation(), current_visit(), application_id, document_id)
    answer = send_file(io.BytesIO(body), mimetype=document.media_type, as_attachment=True, download_name=saved_name(document))
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def saved_name(document: DocumentView) -> str:
    """Return the file's name with the ending that its content has, whatever else it said it was."""
    endings = ENDINGS.get(document.media_type) or (mimetypes.guess_extension(document.media_type) or ".bin",)
    name = document.file_name
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"
