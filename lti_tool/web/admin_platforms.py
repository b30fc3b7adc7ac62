"""Administration of platforms: which there are, whether they may come in, and the connection doctor."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.launch import approvals, doctor, skew, tenants
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.registrations import ACTIVE, SUSPENDED
from lti_tool.problem import Problem
from lti_tool.web.admin_guard import admin_blueprint, current_scope, require_operator
from lti_tool.web.admin_words import agreed_words, check_words
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _

blueprint: Blueprint = admin_blueprint("admin_platforms")
# What a page shows of each; the newest first.
MOST_PLATFORMS = 200
MOST_PLACES = 100
ID = "int(min=1, max=2147483647)"


@blueprint.get("/admin/platforms")
def listing() -> str:
    """List the platforms within the scope, with the number of their places."""
    scope = current_scope()
    with installation().database.read() as db:
        known = db.scalars(scope.registrations().order_by(Registration.id.desc()).limit(MOST_PLATFORMS)).all()
        within = scope.deployments().subquery()
        counted = sa.select(within.c.registration_id, sa.func.count()).group_by(within.c.registration_id)
        places = {row[0]: row[1] for row in db.execute(counted)}
        return render_template("pages/admin/platforms.html", platforms=known, places=places)


@blueprint.get(f"/admin/platforms/<{ID}:registration_id>")
def one(registration_id: int) -> str:
    """Show a platform: its addresses, what was agreed, its places."""
    return _page(registration_id)


@blueprint.post(f"/admin/platforms/<{ID}:registration_id>/doctor")
def examine(registration_id: int) -> str:
    """Test the connection from our side, now, and say what to change where."""
    with installation().database.read() as db:
        current_scope().registration(db, registration_id)
    checks = doctor.examine(installation(), registration_id)
    # The places of a platform may be several tenants', whose ids are nobody else's business.
    told = [check for check in checks if current_scope().everything or check.code != "deployments"]
    words = {tuple(said.items()): said for said in map(check_words, told)}
    return _page(registration_id, list(words.values()))


def _page(registration_id: int, checks: list[dict[str, str]] | None = None) -> str:
    scope = current_scope()
    with installation().database.read() as db:
        known = scope.registration(db, registration_id)
        within = scope.deployments().where(Deployment.registration_id == known.id)
        # What waits for somebody comes first.
        ordered = within.order_by(Deployment.status != "pending", Deployment.id.desc()).limit(MOST_PLACES)
        places = db.scalars(ordered).all()
        seen = {"checks": checks, "skew": skew.observed(known.id)}
        return render_template("pages/admin/platform.html", platform=known, places=places, agreed=agreed_words(known.agreed), **seen)


@blueprint.post(f"/admin/platforms/<{ID}:registration_id>/status")
def set_status(registration_id: int) -> Response:
    """Approve, suspend or resume a platform."""
    require_operator()
    scope, status = current_scope(), _status()
    with installation().database.write() as db:
        scope.registration(db, registration_id)
        tenants.set_platform(db, registration_id, status, scope.actor)
    flash(_("The platform may come in.") if status == ACTIVE else _("The platform is kept out, and its open sessions have ended."))
    return _back(registration_id)


@blueprint.post(f"/admin/platforms/<{ID}:registration_id>/new-deployments")
def set_new_deployments(registration_id: int) -> Response:
    """Say whether new places of a platform wait for approval."""
    require_operator()
    scope, rule = current_scope(), request.form.get("rule", "")
    if rule not in {"ask", "trust"}:
        raise Problem("bad-request")
    with installation().database.write() as db:
        scope.registration(db, registration_id)
        approvals.set_new_deployments(db, registration_id, rule, scope.actor)
    flash(_("Saved."))
    return _back(registration_id)


@blueprint.post(f"/admin/tenants/<{ID}:deployment_id>/status")
def set_place(deployment_id: int) -> Response:
    """Approve, suspend or resume one place of a platform."""
    require_operator()
    scope, status = current_scope(), _status()
    with installation().database.write() as db:
        registration_id = scope.deployment(db, deployment_id).registration_id
        tenants.set_tenant(db, deployment_id, status, scope.actor)
    flash(_("The deployment may come in.") if status == ACTIVE else _("The deployment is kept out, and its open sessions have ended."))
    return _back(registration_id)


def _status() -> str:
    status = request.form.get("status", "")
    if status not in {ACTIVE, SUSPENDED}:
        raise Problem("bad-request")
    return status


def _back(registration_id: int) -> Response:
    """Return to where the button stood: the overview, or the platform's page."""
    if request.form.get("from") == "overview":
        return redirect(url_for("admin.overview"), 303)
    return redirect(url_for("admin_platforms.one", registration_id=registration_id), 303)
