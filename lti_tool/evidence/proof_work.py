"""What the forks that check proofs do: signatures of a PDF, credentials in it. Nothing here runs in the serving process.

These forks are of a process of their own: loading what they need takes a second and 60 MB, which no other document has to pay.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pypdfium2 as pdfium

from certificate_signing import samples
from certificate_signing.foreign_credentials import ForeignCredential, foreign_credential
from certificate_signing.foreign_keys import public_key
from certificate_signing.foreign_seals import Anchor, ForeignSeal, foreign_seals
from lti_tool.evidence import embedded
from lti_tool.evidence.codec import from_json, to_json
from lti_tool.evidence.formats import PDF, media_type
from lti_tool.evidence.marks import CREDENTIAL, SIGNATURE
from lti_tool.evidence.proofs import Found, with_proof
from lti_tool.evidence.titles import kind_of_title
from lti_tool.evidence.trust import TrustList, is_authority
from lti_tool.scheme.model import Scheme

_schemes: dict[str, Scheme] = {}
_lists: dict[str, TrustList] = {}


def warm() -> None:
    """Check one proof of each sort, so that everything is loaded and no fork opens a file of ours."""
    # What pyHanko logs names people.
    logging.disable(logging.CRITICAL)
    for sample, anchor in samples.signed():
        foreign_seals(sample, (anchor,), samples.AT)
    for content, keys in samples.credentials():
        foreign_credential(content, keys, samples.AT)


def prepare(content: bytes) -> None:
    """Take a scheme and a trust list that proofs will be checked for."""
    given = json.loads(content)
    scheme, trust = Scheme.model_validate(given["scheme"]), TrustList.model_validate(given["trust"])
    # The first title compiles the scheme's phrases; every fork then has it done.
    kind_of_title("Certificate", scheme)
    _schemes[scheme.sha256], _lists[trust.sha256] = scheme, trust


def proof_work(request: dict[str, Any], content: bytes) -> bytes:
    """Answer one request: the readings that it holds, with what proves them."""
    scheme, trust = _schemes[request["scheme"]], _lists[request["trust"]]
    found = found_in(content, request["to_check"], trust, datetime.fromtimestamp(float(request["at"]), UTC))
    readings = [with_proof(from_json(reading), found, trust, scheme) for reading in request["readings"]]
    return json.dumps({"parts": [to_json(reading) for reading in readings]}).encode()


def found_in(content: bytes, to_check: list[str], trust: TrustList, at: datetime) -> Found:
    """Check a file in this process; only a fork may call it with bytes from outside."""
    return Found(
        _seals(content, trust, at) if SIGNATURE in to_check else (),
        _credentials(content, trust, at) if CREDENTIAL in to_check else (),
    )


def _seals(content: bytes, trust: TrustList, at: datetime) -> tuple[ForeignSeal, ...]:
    anchors = [
        Anchor(issuer.name, certificate, issuer.organisation if is_authority(certificate) else None)
        for issuer in trust.issuers
        for certificate in issuer.parsed()
    ]
    return foreign_seals(content, anchors, at)


def _credentials(content: bytes, trust: TrustList, at: datetime) -> tuple[ForeignCredential, ...]:
    keys = {key_id: public_key(text) for issuer in trust.issuers for key_id, text in issuer.keys.items()}
    found = embedded.attached(pdfium.PdfDocument(content)) if media_type(content) == PDF else embedded.baked(content)
    return tuple(foreign_credential(entry, keys, at) for entry in found)
