"""What verifiers' programs fetch, at addresses that last: credentials, the status lists, the issuer's keys, the achievement."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response

from certificate_signing.did import did_document, public_jwk
from certificate_signing.status_list import Purpose
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.issuing.status import TTL, status_list
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Edition
from lti_tool.web.guard import installation

blueprint = Blueprint("published", __name__)

# Registered by the VC data model 2.0 and by VC-JOSE-COSE.
CREDENTIAL: Final = "application/vc"
JWT: Final = "application/vc+jwt"
KEPT: Final = int(TTL.total_seconds())


@blueprint.get("/status/<int:number>")
def status(number: int) -> Response:
    """Return the signed list of what was revoked or replaced, and so no longer counts."""
    return _published(status_list(installation(), number), CREDENTIAL)


@blueprint.get("/status/<int:number>/refresh")
def replaced(number: int) -> Response:
    """Return the signed list of what was replaced by a newer certificate: what of the other list was not revoked."""
    return _published(status_list(installation(), number, Purpose.REFRESH), CREDENTIAL)


@blueprint.get("/.well-known/did.json")
def did() -> Response:
    """Return the issuer's DID document with every key that ever signed credentials, but for compromised ones."""
    opened = installation()
    keys = ring(opened)
    document = did_document(opened.settings.base_url, keys.credential_public, keys.jwt_public)
    return _published(json.dumps(document).encode(), "application/did+json")


@blueprint.get("/keys/<key_id>")
def key(key_id: str) -> Response:
    """Return one public key, as the headers of JWTs name it by this address."""
    found = ring(installation()).jwt_public.get(key_id)
    if found is None:
        raise Problem("page-not-found")
    return _published(json.dumps(public_jwk(found)).encode(), "application/jwk+json")


@blueprint.get("/c/<number>.json")
def credential(number: str) -> Response:
    """Return the signed Open Badges credential at its own id. It says what the paper says, to whoever has the paper's number."""
    return _form(register.credential, number, CREDENTIAL)


@blueprint.get("/c/<number>.jwt")
def jwt(number: str) -> Response:
    """Return the same credential as a JWT."""
    return _form(register.jwt, number, JWT)


def _form(read: Callable[[Installation, str], bytes], number: str, media_type: str) -> Response:
    try:
        return _published(read(installation(), number[:100]), media_type)
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
