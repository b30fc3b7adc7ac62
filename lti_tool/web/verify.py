"""For whoever was shown a certificate: the page behind the QR code, and the place to check a PDF, a badge or a number."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.number import parse, shown
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Edition
from lti_tool.verification.changes import with_changes
from lti_tool.verification.pdf import verify_hash
from lti_tool.verification.verdict import Shown, Verdict
from lti_tool.verification.verify import verify_anything, verify_number, verify_text
from lti_tool.web import first_view
from lti_tool.web.answers import answer, changed, changed_pages, steps
from lti_tool.web.guard import installation
from lti_tool.web.language import current_language
from lti_tool.web.page_forms import FORMS, FREE, Form, Forms, Places, kind_of, places_of

blueprint = Blueprint("verify", __name__)
blueprint.add_app_template_filter(shown, "grouped")

# What is revoked must be seen as revoked within a minute (threat S09).
KEPT: Final = "private, max-age=30"
# What a QR code holds at most (characters).
LONGEST_ADDRESS: Final = 4000


@blueprint.get("/c/<number>")
def certificate(number: str) -> Response:
    """Say whether this number's certificate is valid, and everything it says. The address on paper leads here for decades.

    Known and unknown numbers take the same path, and the answer is 200 for both: what is unknown is the page's message.
    """
    verdict = verify_number(installation(), number[:100])
    response = _page(verdict, asked="number", number=parse(number[:100]))
    response.headers["Cache-Control"] = KEPT
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/c/")
def bare() -> AnyResponse:
    """Lead somebody who typed only half of the address to the form."""
    return redirect(url_for("verify.form"), 303)


@blueprint.get("/verify")
def form() -> AnyResponse:
    """Offer to check a file or a number; with ``?sha256=`` say what the very file is, which so may stay in the reader's browser."""
    digest = request.args.get("sha256", "")
    if re.fullmatch(r"[0-9A-Fa-f]{64}", digest):
        return _page(verify_hash(installation(), digest), asked="file", number=parse(request.args.get("page", "")[:100]))
    return make_response(render_template("pages/verify.html"))


@blueprint.post("/verify")
def check() -> AnyResponse:
    """Check the file that was given; a typed number leads to its page. The file is not kept."""
    file = request.files.get("file")
    if file is not None and file.filename:
        content = file.read()
        verdict = with_changes(installation(), content, verify_anything(installation(), content), pictures=True)
        return _page(verdict, asked="file", number=parse(request.form.get("page", "")[:100]))
    typed = request.form.get("number", "").strip()
    if not typed:
        raise Problem("nothing-to-check")
    if "://" in typed:
        return _of_address(typed[:LONGEST_ADDRESS])
    number = parse(typed.rsplit("/", 1)[-1][:100])
    if number is None:
        raise Problem("number-mistyped")
    return redirect(url_for("verify.certificate", number=number), 303)


def _of_address(typed: str) -> AnyResponse:
    """Answer for an address, or for what a QR code holds: another address than ours is told, whatever its number (threat S08)."""
    verdict = verify_text(installation(), typed)
    if verdict.shown is Shown.ADDRESS and verdict.certificate is not None:
        return redirect(url_for("verify.certificate", number=verdict.certificate.content.number), 303)
    return _page(verdict, asked="number", number=None)


def _page(verdict: Verdict, *, asked: str, number: str | None) -> Response:
    language = current_language()
    places = places_of(verdict, number, language)
    if asked == "file" or request.headers.get("Cookie"):
        # What was changed is one file's own, and whoever is known has their token in the page.
        return make_response(_rendered(verdict, places, asked=asked, number=number))
    forms: Forms = current_app.extensions[FORMS]
    kind = kind_of(verdict, number, language)
    form = forms.of(kind)
    if form is None:
        form = Form(_rendered(kind[1], FREE, asked=asked, number=number))
        forms.keep(kind, form)
    first_view.note(request.environ, form)
    return make_response(form.filled(places))


def _rendered(verdict: Verdict, places: Places, *, asked: str, number: str | None) -> str:
    held = verdict.certificate
    # Opened from the page of one certificate, a genuine file of another must not be taken for this one (threat S06).
    other = asked == "file" and number is not None and held is not None and held.content.number != number
    return render_template(
        "pages/certificate.html",
        answer=answer(verdict, asked=asked, since=places.since),
        steps=steps(verdict),
        changed=changed(verdict),
        pages=changed_pages(verdict),
        held=held,
        places=places,
        rules=_rules(held),
        asked=asked,
        other=other,
        number=places.number if number else None,
        settings=installation().settings,
    )


def _rules(held: Certificate | None) -> Edition | None:
    try:
        return None if held is None else shipped().edition(held.content.scheme_id, held.content.scheme_edition)
    except Problem:
        # The register outlives schemes; then the page shows the scheme's id.
        return None
