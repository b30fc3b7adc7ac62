"""From a number, a PDF, a credential, a scanned text or a picture to a `Verdict`: what it is, and how we know.

The register decides; seals and proofs only tell whether what was shown to us is what the register holds. The certificate in
the answer is always our own record, never what a file says of itself (threat S06).
"""

from __future__ import annotations

import re
from typing import Final

from lti_tool.evidence import formats
from lti_tool.installation import Installation
from lti_tool.issuing.number import ALPHABET, LENGTH, parse
from lti_tool.verification.addresses import is_ours, number_in, split
from lti_tool.verification.credential import verify_credential
from lti_tool.verification.jwt import looks_like_jwt, verify_jwt
from lti_tool.verification.numbers import verify_number
from lti_tool.verification.pdf import verify_pdf
from lti_tool.verification.picture import PICTURES, verify_picture, verify_unsealed
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.token import token_in, verify_token
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

__all__ = ["verify_anything", "verify_credential", "verify_jwt", "verify_number", "verify_pdf", "verify_picture", "verify_text", "verify_token"]

# Longer texts are not addresses or numbers (characters).
_LONGEST_TEXT: Final = 4096
# Why a PDF without a seal may still be a scan of a paper of ours, or a copy whose writing hides our number.
_UNSEALED: Final = frozenset({"not-ours", "seal-removed"})


def verify_anything(installation: Installation, content: bytes) -> Verdict:
    """Answer for whatever was shown: a PDF, a credential, a picture of the paper, the text of a QR code, an address, or a number.

    Never raises for what it is shown; what can hurt a parser is opened in a child process. Raises Problem("reader-not-started").
    """
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return verify_credential(installation, content)
    if start.startswith(b"eyJ") and looks_like_jwt(content):
        return verify_jwt(installation, content)
    kind = formats.media_type(content)
    if kind in PICTURES:
        return verify_picture(installation, content)
    text = _text(content)
    if b"%PDF" in start or text is None or "%%EOF" in text:
        verdict = verify_pdf(installation, content)
        if kind == formats.PDF and verdict.reasons and verdict.reasons[0] in _UNSEALED:
            return verify_unsealed(installation, content, verdict)
        return verdict
    return verify_text(installation, text)


def verify_text(installation: Installation, text: str) -> Verdict:
    """Answer for an address, a number, or the token of a QR code, alone or behind its address.

    A number at a foreign address is not valid: the paper may lead to a look-alike (S08).
    """
    shown, token = split(text), token_in(text)
    if shown is None:
        if token is not None:
            return verify_token(installation, token)
        return verify_number(installation, text) if _like_number(text) else _unrecognised()
    number = number_in(shown)
    if is_ours(installation, shown) and number is not None:
        if token is not None and parse(number):
            return verify_token(installation, token, parse(number))
        return verify_number(installation, number, Shown.ADDRESS)
    if number is not None and parse(number):
        return Steps("address-ours", shown=Shown.ADDRESS).failed(Ended(VerdictOutcome.NOT_VALID, "other-address"))
    return _unrecognised()


def _text(content: bytes) -> str | None:
    if len(content) > _LONGEST_TEXT:
        return None
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None


def _like_number(text: str) -> bool:
    plain = re.sub(r"[^0-9A-Za-z]", "", text)
    return abs(len(plain) - LENGTH) <= 4 and sum(character in ALPHABET for character in plain.upper()) >= LENGTH - 6 and len(text) < 80


def _unrecognised() -> Verdict:
    return Steps("recognised").failed(Ended(VerdictOutcome.CANNOT_TELL, "not-recognised"))
