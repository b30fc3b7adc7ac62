"""For staff who are not on the list of reviewers: what the desk is, who decides, and one button to ask."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lti_tool.launch import reviewers
from lti_tool.launch.records import Reviewer
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem
from lti_tool.web.guard import current_visit, installation, tool_blueprint

blueprint: Blueprint = tool_blueprint("asking")


def require_staff() -> Response | None:
    """Let staff past whom the list lacks; who is on it goes on to the desk. Raises Problem("not-a-reviewer") for everybody else."""
    visit = current_visit()
    if Role.STAFF not in visit.roles:
        raise Problem("not-a-reviewer")
    return redirect(url_for("review.desk"), 303) if visit.reviews else None


blueprint.before_request(require_staff)


@blueprint.get("/asking")
def page() -> str:
    """Say what the desk is and how to come to it, or when it was asked for."""
    return render_template("pages/asking.html", asked_at=_asked_at(current_visit()))


@blueprint.post("/asking")
def ask() -> Response:
    """Ask the administrators of this tenant to list the visitor."""
    with installation().database.write() as session:
        reviewers.ask(session, current_visit())
    return redirect(url_for("asking.page"), 303)


@blueprint.post("/asking/list")
def list_oneself() -> Response:
    """List the visitor, who administers this tenant and is staff of the course. Raises Problem("admin-only")."""
    visit = current_visit()
    if not visit.administers:
        raise Problem("admin-only")
    with installation().database.write() as session:
        reviewers.ask(session, visit)
        reviewers.decide(session, visit.tenant_id, visit.visitor.id, reviewers.LISTED, str(visit.visitor.id))
    return redirect(url_for("review.desk"), 303)


def _asked_at(visit: Visit) -> datetime | None:
    wanted = sa.select(Reviewer.changed_at).filter_by(deployment_id=visit.tenant_id, person_id=visit.visitor.id, state=reviewers.ASKED)
    with installation().database.read() as session:
        return session.scalars(wanted).first()
