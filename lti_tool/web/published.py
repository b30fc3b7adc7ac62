"""What verifiers' programs fetch, at addresses that last: credentials, the status list, the issuer's keys, the achievement."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response

from certificate_signing.did import did_document
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.issuing.status import TTL, status_list
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Edition
from lti_tool.web.guard import installation

blueprint = Blueprint("published", __name__)

CREDENTIAL: Final = "application/vc"
KEPT: Final = int(TTL.total_seconds())


@blueprint.get("/status/<int:number>")
def status(number: int) -> Response:
    """Return the signed list of what was revoked; there is one list."""
    if number != 1:
        raise Problem("page-not-found")
    return _published(status_list(installation()), CREDENTIAL)


@blueprint.get("/.well-known/did.json")
def did() -> Response:
    """Return the issuer's DID document with every key that ever signed credentials."""
    opened = installation()
    document = did_document(opened.settings.base_url, ring(opened).credential_public)
    return _published(json.dumps(document).encode(), "application/did+json")


@blueprint.get("/c/<number>.json")
def credential(number: str) -> Response:
    """Return the signed Open Badges credential at its own id. It says what the paper says, to whoever has the paper's number."""
    try:
        return _published(register.credential(installation(), number[:100]), CREDENTIAL)
    except Problem as problem:
        raise Problem("page-not-found", note=problem.code) from None


@blueprint.get("/schemes/<scheme_id>/<edition>")
def achievement(scheme_id: str, edition: str) -> Response:
    """Return what an edition awards, as its badges name it by this address."""
    try:
        scheme = shipped().edition(scheme_id, edition)
    except Problem as problem:
        raise Problem("page-not-found", note=problem.code) from None
    return _published(json.dumps(describe(installation(), scheme), ensure_ascii=False).encode(), "application/ld+json")


def describe(opened: Installation, scheme: Edition) -> dict[str, object]:
    """Return an Open Badges 3.0 Achievement (section B.1 of the specification)."""
    award = scheme.award
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": f"{opened.settings.base_url}/schemes/{scheme.id}/{scheme.edition}#{award.id}",
        "type": ["Achievement"],
        "name": award.title,
        "description": award.description,
        "criteria": {"narrative": award.criteria},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": entry.name,
                "targetUrl": entry.url,
                "targetFramework": entry.framework,
                "targetCode": entry.code,
            }
            for entry in award.alignments
        ],
    }


def _published(body: bytes, media_type: str) -> Response:
    # Wallets and verifiers in other people's browsers read these.
    headers = {
        "Cache-Control": f"public, max-age={KEPT}",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(body, mimetype=media_type, headers=headers)
