"""From the platform's list of grades to one person's submission (LTI Submission Review 1.0)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lti_tool.decision.submission import submitted_by
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem
from lti_tool.web.guard import current_visit, installation, tool_blueprint

blueprint: Blueprint = tool_blueprint("submission")


@blueprint.get("/submission")
def page() -> Response | str:
    """Lead reviewers to that person's application, and somebody who asks for their own to their own page."""
    visit = current_visit()
    if not visit.for_sub:
        raise Problem("nobody-to-review")
    if visit.for_sub == visit.visitor.sub:
        return redirect(url_for("final.page"), 303)
    if not visit.reviews:
        return _led_on(visit)
    application_id = submitted_by(installation(), visit)
    if application_id is None:
        return render_template("pages/submission.html")
    return redirect(url_for("review.one", application_id=application_id), 303)


def _led_on(visit: Visit) -> Response:
    """Lead staff who are not on the list to where they may ask for it, as the review desk does; other people's work stays unknown (threat L23)."""
    if Role.STAFF in visit.roles:
        return redirect(url_for("asking.page"), 303)
    raise Problem("not-a-reviewer" if visit.administers else "not-found")
