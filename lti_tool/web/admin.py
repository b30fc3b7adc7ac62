"""Administration: what needs you, recent refusals, and the keys that platforms know us by."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lti_tool.administration import refusals
from lti_tool.administration.overview import needs
from lti_tool.launch.own_keys import lti_keys, rotate
from lti_tool.problem import Problem
from lti_tool.web.admin_guard import admin_blueprint, current_scope, require_operator
from lti_tool.web.errors import Told, told
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _

blueprint: Blueprint = admin_blueprint("admin")


@blueprint.get("/admin")
def overview() -> str:
    """Show what needs an administrator, then the state of the whole."""
    with installation().database.read() as db:
        found = needs(installation(), db, current_scope())
    return render_template("pages/admin/overview.html", needs=found)


@blueprint.get("/admin/refusals")
def refused() -> str:
    """List recent refusals with their words: what happened, and what to do."""
    with installation().database.read() as db:
        rows = refusals.recent(db, current_scope())
        names = {known.id: known.name or known.issuer for known in db.scalars(current_scope().registrations())}
        entries = [(row, _words(row.code, row.details, row.reference), names.get(row.registration_id or 0, "")) for row in rows]
        return render_template("pages/admin/refusals.html", entries=entries, most=refusals.SHOWN)


def _words(code: str, details: dict[str, str], reference: str) -> Told | None:
    try:
        return told(Problem(code, note="", **details), reference)
    except KeyError:
        # A code of an earlier release, whose words are gone.
        return None


@blueprint.get("/admin/keys")
def keys() -> str:
    """List the keys that sign LTI messages."""
    require_operator()
    return render_template("pages/admin/keys.html", keys=lti_keys(installation()))


@blueprint.post("/admin/keys/rotate")
def rotate_key() -> Response:
    """Make a new LTI key: published now, signing when every platform may know it."""
    require_operator()
    rotate(installation(), current_scope().actor)
    flash(_("A new key is published. It signs in ten minutes; launches go on meanwhile."))
    return redirect(url_for("admin.keys"), 303)
