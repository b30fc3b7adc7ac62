"""The page that checks certificates in the browser, what it fetches, and the worker that keeps it there.

Everything lies below `/c/`, where the codes on paper lead: the worker answers for that folder alone, never for a page in an LMS.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from lti_tool.issuing import snapshot
from lti_tool.issuing.status import TTL
from lti_tool.web.guard import installation
from lti_tool.web.language import gettext as _
from lti_tool.web.offline_words import words
from lti_tool.web.places import STATIC

blueprint = Blueprint("offline", __name__, url_prefix="/c/offline")

SCRIPTS: Final = ("page", "result", "shown", "store", "verdict", "token", "issuer", "cose", "cbor", "files", "file_claims", "file_verdict")
# Sizes and type of each icon; phones that draw no SVG on their home screen take one of the others.
ICONS: Final = {"icon.svg": ("any", "image/svg+xml"), "icon-192.png": ("192x192", "image/png"), "icon-512.png": ("512x512", "image/png")}
KEPT: Final = int(TTL.total_seconds())
POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "worker-src 'self'; "
    "form-action 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)


@blueprint.get("")
def page() -> Response:
    """Return the page. It is the same for everybody who reads its language, whatever they check with it."""
    response = make_response(_page())
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, max-age=0"
    # Shown for a scanned code, the page's own address holds the number; what it fetches must not say where it comes from.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/keys.json")
def keys() -> Response:
    """Return the issuer's keys with their history."""
    return _open(snapshot.keys(installation()), "application/json")


@blueprint.get("/status.cwt")
def status() -> Response:
    """Return the signed list of what was revoked and replaced."""
    return _open(snapshot.status(installation()), "application/statuslist+cwt")


@blueprint.get("/worker.js")
def worker() -> Response:
    """Return the service worker. It differs when the page or one of its files does; then browsers keep them anew."""
    kept = files()
    response = Response(worker_script(url_for("offline.page"), kept, version(_page(), kept)), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("verify.bare")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/app.webmanifest")
def manifest() -> Response:
    """Return what a phone needs to put the page among its apps (W3C Web Application Manifest)."""
    told = app_manifest(url_for("offline.page"), url_for("verify.bare"), lambda name: url_for("static", filename=name))
    return Response(json.dumps(told), mimetype="application/manifest+json")


def app_manifest(start: str, scope: str, address_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the manifest of the page at `start`; `address_of` says where an icon of this name is."""
    return {
        "name": f"{_('Check a certificate')} · {installation().settings.organisation}",
        "short_name": _("Check a certificate"),
        "start_url": start,
        "scope": scope,
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0b6e6e",
        "icons": [{"src": address_of(name), "sizes": sizes, "type": kind} for name, (sizes, kind) in ICONS.items()],
    }


def files() -> dict[str, bytes]:
    """Return the files that the page needs besides itself, by their addresses."""
    shared = {url_for("static", filename=name): (STATIC / name).read_bytes() for name in ("sealwright.css", *ICONS)}
    bootstrap = Path(current_app.blueprints["bootstrap"].static_folder or "") / "css" / "bootstrap.min.css"
    scripts = {url_for("static", filename=f"offline/{name}.js"): script(name) for name in SCRIPTS}
    return {**scripts, **shared, url_for("bootstrap.static", filename="css/bootstrap.min.css"): bootstrap.read_bytes()}


def worker_script(page: str, addresses: Iterable[str], version: str) -> bytes:
    """Return the service worker that keeps a page and the files at these addresses, as they are in this version."""
    told = {"VERSION": version, "PAGE": page, "FILES": list(addresses)}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items()).encode() + script("worker")


def version(page: str, kept: Mapping[str, bytes]) -> str:
    """Return what changes with the page or any of its files."""
    digest = hashlib.sha256(page.encode())
    for address, content in kept.items():
        digest.update(address.encode() + b"\0" + content)
    return digest.hexdigest()[:16]


def script(name: str) -> bytes:
    """Return one of the page's scripts."""
    return (STATIC / "offline" / f"{name}.js").read_bytes()


def rendered(manifest: str, **addresses: str) -> str:
    """Return the page; `addresses` says where its `keys`, `status` and `worker` are, the worker's `scope`, and whom to `ask`.

    A copy for when the issuer is gone has the address of its index of `files` besides.
    """
    return render_template("pages/offline.html", config={**addresses, **words()}, manifest=manifest)


def _page() -> str:
    folder = url_for("verify.bare")
    data = {name: url_for(f"offline.{name}") for name in ("keys", "status", "worker")}
    return rendered(url_for("offline.manifest"), **data, scope=folder, ask=folder)


def _open(body: bytes, media_type: str) -> Response:
    # Pages of other hosts may keep these too; what is revoked must be seen within a minute (threat S09).
    headers = {"Cache-Control": f"public, max-age={KEPT}", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(body, mimetype=media_type, headers=headers)
