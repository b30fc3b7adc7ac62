"""Administration: scores that have not arrived at their learning platform, and another try."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lti_tool.administration import outbox
from lti_tool.web.admin_guard import admin_blueprint, current_scope
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _

blueprint: Blueprint = admin_blueprint("admin_outbox")


@blueprint.get("/admin/scores")
def scores() -> str:
    """List what is stuck, then what waits."""
    with installation().database.read() as db:
        stuck = outbox.owed(db, current_scope(), outbox.STUCK)
        waiting = outbox.owed(db, current_scope(), outbox.WAITING)
        names = {known.id: known.name or known.issuer for known in db.scalars(current_scope().registrations())}
    return render_template("pages/admin/scores.html", stuck=stuck, waiting=waiting, platforms=names, most=outbox.SHOWN)


@blueprint.post("/admin/scores/retry")
def retry_all() -> Response:
    """Try every stuck score within the scope again, as many as the page shows."""
    with installation().database.write() as db:
        outbox.retry_all(installation(), db, current_scope())
    flash(_("They are being sent again; reload this page in a minute to see whether they arrived."))
    return redirect(url_for("admin_outbox.scores"), 303)


@blueprint.post("/admin/scores/<score_id>/retry")
def retry(score_id: str) -> Response:
    """Try one stuck score again."""
    with installation().database.write() as db:
        outbox.retry(installation(), db, current_scope(), score_id)
    flash(_("It is being sent again; reload this page in a minute to see whether it arrived."))
    return redirect(url_for("admin_outbox.scores"), 303)
