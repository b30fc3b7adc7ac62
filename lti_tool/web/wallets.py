"""For wallets: the exchange at which one fetches the credential that its holder was led to it with (VC API, section 3.6).

The number in the address is all that is asked for: it stands on the paper, and the credential says what the paper says.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response

from lti_tool.issuing import register
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.problem import Problem
from lti_tool.web.guard import installation

blueprint = Blueprint("wallets", __name__)

# The app link of the Learner Credential Wallet; other wallets of its family take the same request.
_WALLET: Final = "https://lcw.app/request"
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


@blueprint.post("/c/<number>/wallet")
def exchange(number: str) -> Response:
    """Offer the credential, whatever the wallet sends: nothing is asked of it, and nothing it says is kept."""
    try:
        credential = json.loads(register.credential(installation(), number[:100]))
    except Problem as problem:
        raise Problem("page-not-found", note=problem.code) from None
    offered = {"@context": [_CONTEXT], "type": ["VerifiablePresentation"], "verifiableCredential": [credential]}
    body = json.dumps({"verifiablePresentation": offered}, ensure_ascii=False).encode()
    headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(body, mimetype="application/json", headers=headers)


def wallet_link(said: CertificateContent) -> str:
    """Return the link that opens the Learner Credential Wallet, which then asks the exchange above."""
    request = {"credentialRequestOrigin": said.base_url, "protocols": {"vcapi": f"{said.address}/wallet"}}
    return f"{_WALLET}?{urlencode({'request': json.dumps(request, separators=(',', ':'))})}"
