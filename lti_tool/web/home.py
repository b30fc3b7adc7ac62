"""The front door, for whoever types the bare address."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """Say what this is, and where certificates are checked."""
    return render_template("pages/home.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask search engines to stay away: pages of certificates name people."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
