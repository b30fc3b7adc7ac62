"""For whoever was shown a certificate: the page behind the QR code, and the place to check a PDF, a badge or a number."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool import clock
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.number import parse, shown
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Edition
from lti_tool.verification.verdict import Verdict
from lti_tool.verification.verify import verify_anything, verify_number
from lti_tool.web.answers import answer, steps
from lti_tool.web.guard import installation

blueprint = Blueprint("verify", __name__)
blueprint.add_app_template_filter(shown, "grouped")

# What is revoked must be seen as revoked within a minute (threat S09).
KEPT: Final = "private, max-age=30"


@blueprint.get("/c/<number>")
def certificate(number: str) -> Response:
    """Say whether this number's certificate is valid, and everything it says. The address on paper leads here for decades.

    Known and unknown numbers take the same path, and the answer is 200 for both: what is unknown is the page's message.
    """
    verdict = verify_number(installation(), number[:100])
    response = _page(verdict, asked="number", number=parse(number[:100]))
    response.headers["Cache-Control"] = KEPT
    return response


@blueprint.get("/c/")
def bare() -> AnyResponse:
    """Lead somebody who typed only half of the address to the form."""
    return redirect(url_for("verify.form"), 303)


@blueprint.get("/verify")
def form() -> str:
    """Offer to check a file or a number."""
    return render_template("pages/verify.html")


@blueprint.post("/verify")
def check() -> AnyResponse:
    """Check the file that was given; a typed number leads to its page. The file is not kept."""
    file = request.files.get("file")
    if file is not None and file.filename:
        verdict = verify_anything(installation(), file.read())
        return _page(verdict, asked="file", number=parse(request.form.get("page", "")[:100]))
    typed = request.form.get("number", "").strip()
    if not typed:
        raise Problem("nothing-to-check")
    number = parse(typed.rsplit("/", 1)[-1].split("#", 1)[0][:100])
    if number is None:
        raise Problem("number-mistyped")
    return redirect(url_for("verify.certificate", number=number), 303)


def _page(verdict: Verdict, *, asked: str, number: str | None) -> Response:
    held = verdict.certificate
    # Opened from the page of one certificate, a genuine file of another must not be taken for this one (threat S06).
    other = asked == "file" and number is not None and held is not None and held.content.number != number
    return make_response(
        render_template(
            "pages/certificate.html",
            verdict=verdict,
            answer=answer(verdict, asked=asked),
            steps=steps(verdict),
            held=held,
            rules=_rules(held),
            asked=asked,
            other=other,
            number=shown(number) if number else None,
            at=clock.now(),
            settings=installation().settings,
        )
    )


def _rules(held: Certificate | None) -> Edition | None:
    try:
        return None if held is None else shipped().edition(held.content.scheme_id, held.content.scheme_edition)
    except Problem:
        # The register outlives schemes; then the page shows the scheme's id.
        return None
