"""Administration: connect a learning platform, by an address that its administrator pastes, or by hand."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.launch import invitations, registrations
from lti_tool.launch.platforms import families
from lti_tool.launch.reviewers import COURSE, LISTED
from lti_tool.launch.tool_details import tool_details
from lti_tool.problem import Problem
from lti_tool.web.admin_guard import admin_blueprint, current_scope, require_operator
from lti_tool.web.errors import told
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _

blueprint: Blueprint = admin_blueprint("admin_connect")
blueprint.before_request(require_operator)

# Hours that an invitation may be used, as the page offers them.
PERIODS: Final = (24, 72, 168, 720)
# The fields of the form; `deployments` holds one deployment ID a line.
FIELDS: Final = ("issuer", "client_id", "auth_url", "token_url", "jwks_url", "token_audience", "deployments", "family", "reviewers")
# Which field a setting's refusal belongs to, where its name is another one.
FIELD_OF: Final = {"deployment": "deployments"}
MOST_SHOWN: Final = 100


@blueprint.get("/admin/connect")
def page() -> str:
    """Show the two ways, and the invitations that wait."""
    return _page()


def _page(address: str = "") -> str:
    with installation().database.read() as db:
        waiting = invitations.waiting(db)[:MOST_SHOWN]
        return render_template("pages/admin/connect.html", waiting=waiting, periods=PERIODS, address=address)


@blueprint.post("/admin/connect/invitations")
def invite() -> Response:
    """Make an invitation; its address is shown once, on the page that comes next."""
    hours = request.form.get("hours", "")
    if not hours.isascii() or not hours.isdigit() or int(hours[:6]) not in PERIODS:
        raise Problem("bad-request")
    with installation().database.write() as db:
        secret = invitations.make(
            db,
            label=request.form.get("label", "").strip(),
            approves=request.form.get("approves") == "1",
            by=current_scope().actor,
            hours=int(hours),
        )
    # No redirect: the address must not stand in an address line, and is not to be had a second time.
    return Response(_page(invitations.address(installation().settings.base_url, secret)), 200, mimetype="text/html")


@blueprint.post("/admin/connect/invitations/<digest>/withdraw")
def withdraw(digest: str) -> Response:
    """Take an invitation back that nobody has used."""
    with installation().database.write() as db:
        invitations.withdraw(db, digest, current_scope().actor)
    flash(_("The invitation is withdrawn; its address opens nothing any more."))
    return redirect(url_for("admin_connect.page"), 303)


@blueprint.get("/admin/connect/manual")
def manual() -> str:
    """Show every value that a platform asks for, and the form for those that it gives."""
    return _manual({}, {})


@blueprint.post("/admin/connect/manual")
def add() -> Response:
    """Make a platform known by what was typed; what is wrong is said at its field, and nothing typed is lost."""
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    if missing := _missing(values):
        return Response(_manual(values, missing), 400, mimetype="text/html")
    try:
        with installation().database.write() as db:
            known = registrations.add(
                db,
                issuer=values["issuer"],
                client_id=values["client_id"],
                auth_url=values["auth_url"],
                token_url=values["token_url"],
                jwks_url=values["jwks_url"],
                token_audience=values["token_audience"] or None,
                deployment_ids=values["deployments"].split(),
                family=values["family"],
                reviewers=COURSE if values["reviewers"] == COURSE else LISTED,
                allow_http=installation().settings.allow_private_hosts,
                by=current_scope().actor,
            )
    except Problem as problem:
        return Response(_manual(values, *_told(problem)), problem.status, mimetype="text/html")
    flash(_("The platform is connected. Test the connection now, and open the tool from a course."))
    return redirect(url_for("admin_platforms.one", registration_id=known.id), 303)


def _told(problem: Problem) -> tuple[dict[str, str], str]:
    """Return what to say at which field, and what above all of them. Raises the problem where it has nothing to do with the form."""
    if problem.code == "registration-wrong":
        setting = str(problem.details.get("setting"))
        return {FIELD_OF.get(setting, setting): told(problem, "").todo}, ""
    if problem.code == "registration-differs":
        names = str(problem.details.get("differs")).split(", ")
        return dict.fromkeys(names, _("Another address is registered here.")), _(
            "This issuer and client ID are registered already, with other addresses. If the platform really moved, `sealwright lms add --replace` "
            "takes the new ones; otherwise somebody may be trying to take over its people."
        )
    raise problem


def _missing(values: dict[str, str]) -> dict[str, str]:
    needed = ("issuer", "client_id", "auth_url", "token_url", "jwks_url", "deployments")
    return {name: _("Please fill this in.") for name in needed if not values[name]}


def _manual(values: dict[str, str], faults: dict[str, str], differs: str = "") -> str:
    return render_template(
        "pages/admin/manual.html",
        details=tool_details(installation().settings),
        values=values,
        faults=faults,
        differs=differs,
        families=sorted(name for name in families() if name != "default"),
    )
