"""From the text of a QR code with its signed token to a `Verdict`: what the code says must be what our register says.

The browser asks these questions without us (lti_tool/web/static/offline/verdict.js). Here the register answers, so that it does
not matter when a key was in use, or whether somebody else may have had it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from certificate_signing.cose_sign1 import key_id, read
from certificate_signing.decimal_text import from_digits
from certificate_signing.offline_token import LARGEST, TokenClaims, TokenKey, check_token
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.keys import ring
from lti_tool.issuing.token import claims_of, says_the_same, unpacked
from lti_tool.verification.addresses import split
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Difference, Shown, Verdict, VerdictOutcome

TOKEN_STEPS: Final = ("token-readable", "token-key", "token-unchanged", "token-number", *STANDING, "token-record")
_DIGITS: Final = re.compile(r"[1-9][0-9]{200,1299}", re.ASCII)
_FIELDS: Final = {"holder": "holder_name", "award": "title", "level": "level", "issued_on": "issued_on", "last_day": "expires_on"}
# When a key was in use is not asked here.
_EVER: Final = datetime(1970, 1, 2, tzinfo=UTC)


def token_in(text: str) -> str | None:
    """Return the digits of the token that an address has behind its `#`, or that a text is; None if there is none."""
    shown = split(text)
    digits = text if shown is None else shown.fragment
    return digits if _DIGITS.fullmatch(digits) else None


def verify_token(installation: Installation, digits: str, number: str | None = None) -> Verdict:
    """Answer for a token, as `token_in` gives it; `number` is the well-formed one of the address that it stood behind."""
    steps = Steps(*TOKEN_STEPS, shown=Shown.TOKEN)
    with installation.database.read() as session:
        try:
            claims = _signed(installation, digits, steps)
            stated = unpacked(claims.number)
            if stated is None or number not in {None, stated}:
                raise Ended(VerdictOutcome.NOT_VALID, "token-other-number")
            steps.held("token-number")
            held = stand(session, steps, stated)
            _refuse_other(claims, held)
            steps.held("token-record")
            return steps.verdict(held)
        except Ended as ended:
            return steps.failed(ended)


def refuse_others(installation: Installation, texts: Iterable[str], held: Certificate) -> None:
    """Look at the tokens of codes that name this certificate. Raises Ended for one that we did not sign, or that says something else."""
    for text in texts:
        digits = token_in(text)
        if digits is None:
            continue
        try:
            _refuse_other(_signed(installation, digits, Steps(*TOKEN_STEPS)), held)
        except Ended as ended:
            if ended.outcome is VerdictOutcome.NOT_VALID:
                raise Ended(ended.outcome, ended.reason, held, ended.differences) from None


def _signed(installation: Installation, digits: str, steps: Steps) -> TokenClaims:
    keys = {key_id(public): TokenKey(public, _EVER) for public in ring(installation).credential_known.values()}
    return take_signed(steps, digits, keys)[0]


def take_signed(steps: Steps, digits: str, keys: Mapping[bytes, TokenKey]) -> tuple[TokenClaims, str, bytes]:
    """Take the steps from "it can be read" to "nothing was changed".

    Returns what is claimed, the code of `check_token` on the key's time and standing ("" where nothing is against it), and the key's id.
    Raises Ended.
    """
    try:
        token = from_digits(digits, LARGEST)
        checked = check_token(token, keys)
    except ValueError:
        raise Ended(VerdictOutcome.CANNOT_TELL, "token-unreadable") from None
    if checked.code == "token-unreadable":
        raise Ended(VerdictOutcome.CANNOT_TELL, "token-unreadable")
    steps.held("token-readable")
    if checked.code == "key-unknown":
        raise Ended(VerdictOutcome.NOT_VALID, "token-other-key")
    steps.held("token-key")
    if checked.claims is None:
        raise Ended(VerdictOutcome.NOT_VALID, "token-altered")
    steps.held("token-unchanged")
    return checked.claims, checked.code, read(token, LARGEST).key_id


def _refuse_other(claims: TokenClaims, held: Certificate) -> None:
    if says_the_same(claims, held.content):
        return
    ours = claims_of(held.content)
    pairs = ((field, getattr(ours, name), getattr(claims, name)) for name, field in _FIELDS.items())
    differences = tuple(Difference(field, str(said or ""), str(shown or "")) for field, said, shown in pairs if said != shown)
    raise Ended(VerdictOutcome.NOT_VALID, "token-differs", held, differences)
