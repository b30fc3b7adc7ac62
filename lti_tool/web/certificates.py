"""A holder's own files: the PDF, the badge in its forms, a picture of it, a sheet to print. They are theirs to give."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from lti_tool.evidence.page_image import page_png
from lti_tool.issuing import europass as european
from lti_tool.issuing import register
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.number import parse
from lti_tool.issuing.opening import may_open
from lti_tool.issuing.opening import opening as open_commitments
from lti_tool.problem import Problem
from lti_tool.web.guard import current_visit, installation, tool_blueprint
from lti_tool.web.pieces import png
from lti_tool.web.published import JWT
from lti_tool.web.wallets import wallet_link

blueprint: Blueprint = tool_blueprint("certificates")
WIDTH = 1200
# A PDF shown in a tab is drawn by the browser's own viewer, which a stricter policy would stop.
PDF_POLICY = "frame-ancestors 'none'"


@blueprint.get("/certificate/<number>.pdf")
def pdf(number: str) -> Response:
    """Return the sealed PDF, exactly as it was sealed; with ``?show=1`` for the browser's viewer, to print."""
    held = own(number)
    body = register.pdf(installation(), held.content.number)
    return _file(body, "application/pdf", f"certificate-{held.content.number}.pdf", inline=request.args.get("show") == "1")


@blueprint.get("/certificate/<number>.json")
def credential(number: str) -> Response:
    """Return the Open Badges 3.0 credential."""
    held = own(number)
    body = register.credential(installation(), held.content.number)
    return _file(body, "application/vc", f"certificate-{held.content.number}.json", inline=False)


@blueprint.get("/certificate/<number>.jwt")
def jwt(number: str) -> Response:
    """Return the same credential as a JWT."""
    held = own(number)
    return _file(register.jwt(installation(), held.content.number), JWT, f"certificate-{held.content.number}.jwt", inline=False)


@blueprint.get("/certificate/<number>/europass.json")
def europass(number: str) -> Response:
    """Return the European Digital Credential, sealed if it was sealed when it was issued."""
    held = own(number)
    body = european.stored_or_made(installation(), held)
    return _file(body, "application/json", f"europass-{held.content.number}.json", inline=False)


@blueprint.get("/certificate/<number>/opening.json")
def opening(number: str) -> Response:
    """Return what opens the commitments to the files that were checked: the holder's alone to have."""
    held = own(number)
    answer = _file(open_commitments(installation(), held), "application/json", f"opening-{held.content.number}.json", inline=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/certificate/<number>/sheet")
def sheet(number: str) -> str:
    """Show one sheet to print: the certificate, and how whoever gets it can check it."""
    return render_template("pages/certificate_sheet.html", certificate=own(number))


@blueprint.get("/certificate/<number>.png")
def picture(number: str) -> Response:
    """Return the certificate as pixels, for the page."""
    return png(page_png(register.pdf(installation(), own(number).content.number), 1, WIDTH))


def own(number: str) -> Certificate:
    """Return the visitor's certificate of this number. Raises Problem("not-found") for everybody else's, as for unknown ones."""
    wanted = parse(number)
    for held in register.of_person(installation(), current_visit()):
        if held.content.number == wanted:
            return held
    raise Problem("not-found")


def _file(body: bytes, media_type: str, name: str, *, inline: bool) -> Response:
    disposition = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{disposition}; filename="{name}"', "Content-Security-Policy": PDF_POLICY}
    return Response(body, mimetype=media_type, headers=headers)


def linkedin(certificate: Certificate) -> str:
    """Return the address at which LinkedIn offers to add this certificate to the reader's own profile."""
    said = certificate.content
    return "https://www.linkedin.com/profile/add?" + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": said.title if said.event is None else f"{said.title}: {said.event.title}",
            "organizationName": said.issuer_name,
            "issueYear": said.issued_on.year,
            "issueMonth": said.issued_on.month,
            "certUrl": said.address,
            "certId": said.number,
        }
    )


@dataclass(frozen=True, slots=True)
class Forms:
    """What of a certificate can be had beside the PDF and the badge; `sealed` is of the European Digital Credential."""

    jwt: bool
    opening: bool
    europass: bool
    sealed: bool
    wallet: str


def forms(certificate: Certificate) -> Forms:
    """Return what can be had of a certificate of the visitor's."""
    return Forms(
        jwt=certificate.jwt_sha256 is not None,
        opening=may_open(installation(), certificate),
        europass=european.available(installation(), certificate),
        sealed=certificate.elm_sha256 is not None,
        wallet=wallet_link(certificate.content),
    )


@blueprint.app_context_processor
def _links() -> dict[str, object]:
    return {"linkedin": linkedin, "forms_of": forms}
