"""Administration: one tenant's own settings, and who reviews there."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.launch import reviewers, tenants
from lti_tool.launch.records import Deployment, Registration
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.web.admin_guard import admin_blueprint, current_scope
from lti_tool.web.admin_platforms import ID
from lti_tool.web.errors import told
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _

blueprint: Blueprint = admin_blueprint("admin_tenant")
# What a button may do to somebody on the list.
DECISIONS: Final = {"list": reviewers.LISTED, "remove": reviewers.REMOVED}


@blueprint.get(f"/admin/tenants/<{ID}:deployment_id>")
def settings(deployment_id: int) -> str:
    """Show a tenant's settings and its reviewers."""
    return _page(deployment_id)


def _page(deployment_id: int, values: dict[str, str] | None = None, faults: dict[str, str] | None = None) -> str:
    with installation().database.read() as db:
        tenant = current_scope().deployment(db, deployment_id)
        known = db.get_one(Registration, tenant.registration_id)
        people = reviewers.of_tenant(db, tenant.id)
        return render_template(
            "pages/admin/tenant.html",
            tenant=tenant,
            platform=known,
            people=people,
            values=values or _held(tenant),
            faults=faults or {},
            schemes=shipped().latest(),
            zones=tenants.zones(),
        )


def _held(tenant: Deployment) -> dict[str, str]:
    values = {name: getattr(tenant, name) for name in tenants.SETTINGS}
    return {name: "" if value is None else str(value) for name, value in values.items()}


@blueprint.post(f"/admin/tenants/<{ID}:deployment_id>")
def change(deployment_id: int) -> Response:
    """Give a tenant its settings; what is wrong is said at its field, and nothing typed is lost."""
    values = {name: request.form.get(name, "").strip() for name in tenants.SETTINGS}
    scope = current_scope()
    with installation().database.write() as db:
        tenant = scope.deployment(db, deployment_id)
        wrong = tenants.faults(values)
        if not wrong:
            tenants.change(db, tenant, values, scope.actor)
    if wrong:
        return Response(_page(deployment_id, values, {name: _said(problem) for name, problem in wrong.items()}), 400, mimetype="text/html")
    flash(_("Saved. It holds from the next page on that anybody opens."))
    return redirect(url_for("admin_tenant.settings", deployment_id=deployment_id), 303)


def _said(problem: Problem) -> str:
    words = told(problem, "")
    return f"{words.happened} {words.todo}"


@blueprint.post(f"/admin/tenants/<{ID}:deployment_id>/reviewers/<{ID}:person_id>")
def decide(deployment_id: int, person_id: int) -> Response:
    """List somebody who asked to review, or remove them; it bites at their next click."""
    scope, state = current_scope(), DECISIONS.get(request.form.get("decision", ""))
    with installation().database.write() as db:
        tenant = scope.deployment(db, deployment_id)
        if state is None:
            raise Problem("bad-request")
        reviewers.decide(db, tenant.id, person_id, state, scope.actor)
    flash(_("They may review from now on.") if state == reviewers.LISTED else _("They may not review here."))
    if request.form.get("from") == "overview":
        return redirect(url_for("admin.overview"), 303)
    return redirect(url_for("admin_tenant.settings", deployment_id=deployment_id) + "#reviewers", 303)
