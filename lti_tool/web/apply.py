"""The applicant's page: add documents, see what was read, submit; every form works without a script."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.http import quote_etag
from werkzeug.wrappers import Response

from lti_tool.decision.desk import asked
from lti_tool.decision.submitting import findings_now
from lti_tool.decision.submitting import submit as submit_application
from lti_tool.evidence import intake, waiting
from lti_tool.evidence.dossiers import ApplicationView, view
from lti_tool.evidence.intake import OPEN, application_for
from lti_tool.issuing import register
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme
from lti_tool.web.checklist import checklist
from lti_tool.web.errors import wants_json
from lti_tool.web.guard import current_visit, installation, tool_blueprint
from lti_tool.web.language import choose, translated
from lti_tool.web.names import named_visit
from lti_tool.web.progress import journey, stage_words, state_tag

blueprint: Blueprint = tool_blueprint("apply")
LONGEST_COMMENT: Final = 4000
# The session cookie holds about 4 kB; more refusals than this are rare, and each file can be tried again.
MOST_TOLD: Final = 5


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"stage_words": stage_words}


@blueprint.get("/apply")
def page() -> Response | str:
    """Show the visitor's application as it stands; nothing, to a script of ours that has seen just that."""
    visit = named_visit()
    application = view(installation(), visit, application_for(installation(), visit))
    certificate = register.of_application(installation(), visit, application.id) if application.state == "awarded" else None
    message = asked(installation(), application.id)
    reading = any(not document.settled for document in application.documents)
    ahead = waiting.ahead(installation(), application.id) if reading else 0
    tag = state_tag(visit, application, certificate, message, ahead, choose())
    if request.if_none_match.contains(tag) and "_flashes" not in session:
        return Response(status=304, headers={"ETag": quote_etag(tag)})
    scheme = scheme_of(application)
    listed = checklist(application, findings_now(installation(), application.id), scheme)
    shown = render_template(
        "pages/apply.html",
        application=application,
        scheme=scheme,
        list=listed,
        certificate=certificate,
        open=application.state in OPEN,
        asked=message,
        ahead=ahead,
        tag=quote_etag(tag),
        journey=journey(application, listed, certificate),
        most_mib=installation().settings.max_upload_mb,
    )
    return Response(shown, mimetype="text/html", headers={"ETag": quote_etag(tag)})


def scheme_of(application: ApplicationView) -> Scheme:
    """Return the edition that an application is judged by: the pinned one, or today's while it can still be changed."""
    return shipped().get(application.scheme_id, None if application.state in OPEN else application.scheme_edition)


@blueprint.post("/apply/<application_id>/documents")
def add_documents(application_id: str) -> Response:
    """Take one or many files; each is taken or refused for itself."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        raise Problem("no-file-chosen")
    taken: list[str] = []
    refused: list[tuple[str, Problem]] = []
    for file in files:
        try:
            taken.append(_receive(application_id, file))
        except Problem as problem:
            refused.append((file.filename or "", problem))
    if refused and (len(files) == 1 or refused[0][1].code in {"not-found", "application-closed"}):
        raise refused[0][1]
    for name, refusal in refused[:MOST_TOLD]:
        flash(f"{name[:60]}: {translated(refusal.words.happened, refusal.details)} {translated(refusal.words.todo, refusal.details)}")
    return jsonify(taken=taken) if wants_json() else _back()


def _receive(application_id: str, file: FileStorage) -> str:
    return intake.receive(installation(), current_visit(), application_id, file.filename or "", file.read())


@blueprint.post("/apply/<application_id>/documents/<document_id>/replace")
def replace_document(application_id: str, document_id: str) -> Response:
    """Put another file in a document's place: the new one is taken before the old one goes."""
    visit = current_visit()
    before = {document.id: document for document in view(installation(), visit, application_id).documents}
    file = request.files.get("files")
    if document_id not in before:
        raise Problem("not-found")
    if file is None or not file.filename:
        raise Problem("no-file-chosen")
    fresh = _receive(application_id, file)
    if fresh != document_id:
        if placed_at := before[document_id].placed_at:
            intake.place(installation(), visit, application_id, fresh, placed_at)
        intake.remove(installation(), visit, application_id, document_id)
    return _done()


@blueprint.post("/apply/<application_id>/documents/<document_id>/place")
def place_document(application_id: str, document_id: str) -> Response:
    """Move a document to the requirement that the applicant chose, or back to where the reader puts it."""
    intake.place(installation(), current_visit(), application_id, document_id, request.form.get("requirement") or None)
    return _done()


@blueprint.post("/apply/<application_id>/documents/<document_id>/remove")
def remove_document(application_id: str, document_id: str) -> Response:
    """Take a document out."""
    intake.remove(installation(), current_visit(), application_id, document_id)
    return _done()


@blueprint.post("/apply/<application_id>/declare")
def declare(application_id: str) -> Response:
    """Note a declared step, or take it back."""
    declaration, on = request.form.get("declaration", ""), request.form.get("on") == "1"
    intake.declare(installation(), current_visit(), application_id, declaration, on)
    return _done()


@blueprint.post("/apply/<application_id>/submit")
def submit(application_id: str) -> Response:
    """Submit the application as the applicant saw it."""
    comment = request.form.get("comment", "").strip()[:LONGEST_COMMENT]
    submit_application(installation(), current_visit(), application_id, comment=comment, version=seen_version())
    return _done()


def seen_version() -> int:
    """Return the version that the form was made from. Raises Problem("bad-request")."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Problem("bad-request") from None


def _done() -> Response:
    return jsonify(done=True) if wants_json() else _back()


def _back() -> Response:
    return redirect(url_for("apply.page"), 303)
