"""The review desk, first and plain: what waits, one application with its pieces, award or ask for changes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.decision import desk as decisions
from lti_tool.decision.submitting import findings_now
from lti_tool.evidence.dossiers import ApplicationView, view
from lti_tool.issuing import register
from lti_tool.issuing.certificate import Certificate
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.web.apply import scheme_of, seen_version
from lti_tool.web.checklist import checklist
from lti_tool.web.guard import current_visit, installation, require_reviewer, tool_blueprint
from lti_tool.web.language import gettext as _
from lti_tool.web.sheets import page_count, sheets, shown

blueprint: Blueprint = tool_blueprint("review")
blueprint.before_request(require_reviewer)


@blueprint.get("/review")
def desk() -> str:
    """List what waits for a person in this tenant, longest first."""
    waiting = decisions.waiting(installation(), current_visit())
    schemes = {entry.scheme_id: shipped().get(entry.scheme_id) for entry in waiting}
    return render_template("pages/review.html", waiting=waiting, schemes=schemes)


@blueprint.get("/review/<application_id>")
def one(application_id: str) -> str:
    """Show an application with every piece, its pictures, what was read and found, and the two things to do."""
    return _render("pages/review_one.html", _waiting(application_id), register.of_application(installation(), current_visit(), application_id))


@blueprint.get("/review/<application_id>/award")
def confirm(application_id: str) -> str:
    """Show exactly what will be certified, before it is."""
    return _render("pages/review_award.html", _waiting(application_id))


@blueprint.post("/review/<application_id>/award")
def award(application_id: str) -> Response:
    """Award, as the reviewer saw it."""
    decisions.award(installation(), current_visit(), application_id, seen_version())
    flash(_("Awarded. The certificate is being made."))
    return redirect(url_for("review.desk"), 303)


@blueprint.post("/review/<application_id>/changes")
def ask_for_changes(application_id: str) -> Response:
    """Give the application back with a message."""
    message = request.form.get("message", "").strip()
    decisions.request_changes(installation(), current_visit(), application_id, message, seen_version())
    flash(_("The applicant will see your message."))
    return redirect(url_for("review.desk"), 303)


def _waiting(application_id: str) -> ApplicationView:
    application = view(installation(), current_visit(), application_id)
    if application.submitted_at is None:
        raise Problem("not-found")
    return application


def _render(template: str, application: ApplicationView, certificate: Certificate | None = None) -> str:
    scheme = scheme_of(application)
    listed = checklist(application, findings_now(installation(), application.id), scheme)
    most = installation().settings.max_pages
    pictures = {piece.document.id: sheets(piece, most, short=True) for piece in listed.pieces}
    facts = {piece.document.id: shown(piece) for piece in listed.pieces}
    counts = {piece.document.id: page_count(piece, most) for piece in listed.pieces}
    return render_template(
        template, application=application, scheme=scheme, list=listed, pictures=pictures, facts_of=facts, page_counts=counts, certificate=certificate
    )
