"""Manage tools: the administrator's page, with the frame in which a tool registers itself."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.practice_lms.catalogue import ACTIVE, Tool
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.registration import registration_token
from lti_tool.practice_lms.signing_in import administrating, checked_key
from lti_tool.practice_lms.tool_configuration import domain_of

blueprint = Blueprint("managing", __name__)


@blueprint.get("/mod/lti/toolconfigure.php")
def page() -> str:
    """List the tools, and ask for the address at which another one registers itself."""
    administrating()
    return render_template("practice_lms/manage_tools.html", tools=platform().catalogue.tools(), lms=platform())


@blueprint.post("/mod/lti/toolconfigure.php")
def change() -> AnyResponse:
    """Activate a tool, or remove it."""
    administrating()
    checked_key()
    tool = _tool(request.form.get("id"))
    if request.form.get("action") == "activate":
        platform().catalogue.keep_tool(replace(tool, state=ACTIVE))
        flash(f"“{tool.name}” is active. It is used in a course once its staff switch it on there, under LTI External tools.")
    elif request.form.get("action") == "delete":
        platform().catalogue.drop_tool(tool.id)
    else:
        abort(400)
    return redirect(url_for("managing.page"), 303)


@blueprint.get("/mod/lti/register.php")
def registering() -> AnyResponse | str:
    """Show the tool's own registration page in a frame; where one of the same domain is known, ask whether that is to be updated."""
    administrating()
    url, known = _web_address(request.args.get("url")), request.args.get("type")
    same = [tool for tool in platform().catalogue.tools() if tool.domain == domain_of(url)]
    if known is None and same:
        return render_template("practice_lms/update_or_new.html", url=url, tools=same)
    return render_template("practice_lms/registering.html", url=url, type=known or "new")


@blueprint.get("/mod/lti/startltiadvregistration.php")
def start() -> AnyResponse:
    """Go to the tool's registration page with what it needs; the address keeps its own query string."""
    administrating()
    checked_key()
    opened, parts = platform(), urlsplit(_web_address(request.args.get("url")))
    known = None if request.args.get("type", "new") == "new" else _tool(request.args.get("type"))
    added = {"openid_configuration": opened.configuration_url, "registration_token": registration_token(opened, known)}
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items()])
    return redirect(parts._replace(query=query).geturl(), 302)


def _tool(tool_id: str | None) -> Tool:
    tool = platform().catalogue.tool(tool_id or "")
    if tool is None:
        abort(404)
    return tool


def _web_address(url: str | None) -> str:
    address = (url or "").strip()
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        abort(400, "That is no web address.")
    return address
