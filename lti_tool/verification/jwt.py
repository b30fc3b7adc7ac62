"""From a VC-JWT, the credential as a compact JSON Web Token, to a `Verdict`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from certificate_signing.credential_text import read_object
from certificate_signing.did import did_web, jwt_keys
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.key_standing import Standing
from certificate_signing.vc_jwt import check_jwt, looks_like_jwt
from lti_tool.installation import Installation
from lti_tool.issuing import register
from lti_tool.issuing.keys import ring
from lti_tool.problem import Problem
from lti_tool.verification.addresses import OWN_PATH
from lti_tool.verification.key_times import counted, refuse_unregistered
from lti_tool.verification.naming import named, traces_in
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.traces import decoded_jwt
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

__all__ = ["looks_like_jwt", "payload_of", "verify_jwt"]

JWT_STEPS: Final = ("credential-readable", "proof-ours", "in-register", "key-counted", *STANDING)
# What the check found → the reason that people are told of one that names us.
_REASONS: Final = {"content-changed": "content-changed", "method-unknown": "other-signer", "issuer-differs": "other-signer"}


def verify_jwt(installation: Installation, content: bytes) -> Verdict:
    """Answer for a VC-JWT: the signature by our keys, the register, and how the certificate stands. Never raises for content."""
    steps = Steps(*JWT_STEPS, shown=Shown.JWT)
    base_url = installation.settings.base_url
    with installation.database.read() as session:
        try:
            checked = check_jwt(content, jwt_keys(base_url, ring(installation).jwt_known), did_web(base_url))
            if checked.codes and checked.codes[0] == "jwt-unreadable":
                raise _foreign(session, installation, content, "unreadable", "changed")
            steps.held("credential-readable")
            if not checked.ok or checked.document is None:
                raise _foreign(session, installation, content, "not-ours", _REASONS.get(checked.codes[0], "changed"))
            steps.held("proof-ours")
            standing = ring(installation).standing((checked.key_id or "").rpartition("#")[2])
            number = _registered(session, installation, checked.document, content, standing)
            steps.held("in-register")
            counted(installation, session, steps, standing, number)
            return steps.verdict(stand(session, steps, number))
        except Ended as ended:
            return steps.failed(ended)


def payload_of(content: bytes) -> dict[str, Any]:
    """Return what a JWT claims, unchecked. Raises CredentialUnreadable."""
    parts = content.strip().split(b".")
    try:
        return read_object(base64.urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, binascii.Error):
        raise CredentialUnreadable("no payload") from None


def _foreign(session: Session, installation: Installation, content: bytes, stranger: str, ours: str) -> Ended:
    """Tell what names us and fails (not valid) from what has nothing to do with us (can't tell)."""
    claimed = decoded_jwt(content)
    traces = traces_in(installation, claimed)
    one = named(session, traces)
    if traces or one or did_web(installation.settings.base_url).encode() in claimed:
        return Ended(VerdictOutcome.NOT_VALID, ours, one)
    return Ended(VerdictOutcome.CANNOT_TELL, stranger)


def _registered(session: Session, installation: Installation, document: Mapping[str, Any], content: bytes, standing: Standing | None) -> str:
    """Return the number of the certificate that this is the JWT of, letter for letter: nobody has a reason to write it anew."""
    path = OWN_PATH.fullmatch(urlsplit(str(document.get("id", ""))).path)
    found = register.by_number(session, path.group(1)) if path else None
    if found is not None and found.jwt_sha256 is not None:
        try:
            if register.jwt(installation, found.content.number).strip() == content.strip():
                return found.content.number
        except Problem:
            raise Ended(VerdictOutcome.CANNOT_TELL, "record-damaged") from None
    raise refuse_unregistered(standing)
